import { EsciSelectError } from '../../errors.js';
import { BATCH, batchesByLength } from './batches.js';
import type { ModelFolder } from './folder.js';
import { embeddingOf, packEmbedding } from './interaction.js';
import type { RuntimeName } from './kind.js';
import { openSession, type Session, type SessionOutput } from './runtime.js';
import { type TextTokenizer, type Tokens, textTokenizer } from './tokens.js';

/** A text, or a query and a product as one input. */
export interface Item {
  readonly first: string;
  readonly second: string | null;
}

/** A model in this thread. */
export interface Reader {
  /** an embedding (packEmbedding) of a text, or a pair's outputs as float32; [item], whatever else is asked with it */
  read(items: readonly Item[], onBatch?: (done: number) => void): Promise<Uint8Array[]>;
  close(): Promise<void>;
}

/**
 * Loads a model to read texts or pairs with. Texts of one length run together, 32 at most; one by one where the model
 * quantises as it goes, because it then looks at the whole batch.
 *
 * @throws EsciSelectError('data') where model, tokenizer and settings do not fit each other
 */
export async function openReader(folder: ModelFolder, runtime: RuntimeName): Promise<Reader> {
  const { maxTokens, types, facts } = folder;
  const tokenizer = textTokenizer(folder.tokenizer, { maxTokens, types });
  const session = await openSession(runtime, folder.model);
  const most = facts.operations.has('DynamicQuantizeLinear') ? 1 : BATCH;
  return {
    async read(items, onBatch) {
      const texts = items.map((item) => tokensOf(tokenizer, item));
      const answers = new Array<Uint8Array>(items.length);
      let done = 0;
      for (const batch of batchesByLength(texts, most)) {
        const members = batch.map((at) => texts[at]);
        const read = await readBatch(session, folder, members);
        for (const [place, at] of batch.entries()) answers[at] = read[place];
        done += batch.length;
        onBatch?.(done);
      }
      return answers;
    },
    close: () => session.close(),
  };
}

function tokensOf(tokenizer: TextTokenizer, { first, second }: Item): Tokens {
  return second === null ? tokenizer.one(first) : tokenizer.pair(first, second);
}

async function readBatch(
  session: Session,
  folder: ModelFolder,
  texts: readonly Tokens[],
): Promise<Uint8Array[]> {
  const outputs = await session.run({
    ids: texts.map(({ ids }) => ids),
    types: texts.map(({ types }) => types),
  });
  const isEncoder = folder.outputs === null;
  const { shape, values } = isEncoder ? statesOf(outputs, folder) : logitsOf(outputs, folder);
  checkFinite(values, folder);
  const size = values.length / texts.length;
  return texts.map(({ start, end }, at) => {
    const own = values.subarray(at * size, (at + 1) * size);
    if (!isEncoder) return new Uint8Array(own.slice().buffer);
    return packEmbedding(embeddingOf(own, shape[2], { start, end, pooling: folder.pooling }));
  });
}

/** The output with a vector for every token. */
function statesOf(outputs: readonly SessionOutput[], { model: { path } }: ModelFolder): SessionOutput {
  const named = outputs.find(({ name }) => name === 'last_hidden_state' || name === 'token_embeddings');
  const found = named ?? outputs.find(({ shape }) => shape.length === 3);
  if (found?.shape.length === 3) return found;
  throw new EsciSelectError('data', `model gives ${described(outputs)}, and no vector for every token`, {
    path,
    hint: 'export it with: optimum-cli export onnx --task feature-extraction --model NAME FOLDER',
  });
}

/** The output with a number for every class. */
function logitsOf(outputs: readonly SessionOutput[], folder: ModelFolder): SessionOutput {
  const expected = folder.outputs!.length;
  const named = outputs.find(({ name }) => name === 'logits');
  const found = named ?? outputs.find(({ shape }) => shape.length <= 2);
  const width = found === undefined ? 0 : found.values.length / found.shape[0];
  if (found !== undefined && found.shape.length <= 2 && width === expected) return found;
  throw new EsciSelectError(
    'data',
    `model gives ${described(outputs)}, and ${expected} ${expected === 1 ? 'output is' : 'outputs are'} named: ${folder.outputs!.join(', ')}`,
    {
      path: folder.model.path,
      hint: 'export it with: optimum-cli export onnx --task text-classification --model NAME FOLDER, and name as many "labels" in esci-select.json as it has outputs',
    },
  );
}

function described(outputs: readonly SessionOutput[]): string {
  return outputs.map(({ name, shape }) => `${name} [${shape.join(' x ')}]`).join(', ');
}

function checkFinite(values: Float32Array, { model: { path } }: ModelFolder): void {
  if (values.every(Number.isFinite)) return;
  throw new EsciSelectError('data', 'model gives numbers that are not finite', {
    path,
    hint: 'its weights are damaged, or overflow in 16 bits: export it again in 32-bit floats',
  });
}
