import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { batchesByLength } from '../../../src/models/encoder/batches.js';
import { type ModelFolder, openPretrained } from '../../../src/models/encoder/folder.js';
import { unpackEmbedding } from '../../../src/models/encoder/interaction.js';
import type { PretrainedKind } from '../../../src/models/encoder/kind.js';
import { type Item, openReader } from '../../../src/models/encoder/reader.js';
import { installedRuntimes } from '../../../src/models/encoder/runtime.js';
import { textTokenizer } from '../../../src/models/encoder/tokens.js';
import { bertOnnx, randomBert } from './bert.js';
import { type FolderOptions, SHAPE, writeModelFolder } from './folders.js';
import { naiveBert, naiveLogits } from './naive-bert.js';
import { writeOnnx } from './onnx-writer.js';

const scratch = mkdtempSync(join(tmpdir(), 'encoder-reader-'));
afterAll(() => rmSync(scratch, { recursive: true }));
let folders = 0;

async function modelFolder(kind: PretrainedKind, options: FolderOptions = {}): Promise<ModelFolder> {
  const settings = kind === 'onnx' ? { trainedOn: 'none', ...options.settings } : options.settings;
  const path = writeModelFolder(join(scratch, `model-${folders++}`), { ...options, settings });
  return (await openPretrained(kind, path)).folders[0];
}

async function read(
  folder: ModelFolder,
  items: readonly Item[],
  runtime = RUNTIMES[0],
): Promise<Uint8Array[]> {
  const reader = await openReader(folder, runtime);
  try {
    return await reader.read(items);
  } finally {
    await reader.close();
  }
}

const RUNTIMES = installedRuntimes().map(({ name }) => name);
const TEXTS = [
  'red kettle',
  'acme kettle in red',
  'nordwind tent, blue 2-pack',
  '',
  '日本語の茶',
  'quux lamp in black',
  'tallis drill',
  'the mug for the brush, the rope and the scarf: lamp, tent, kettle and drill in red, green, blue and black again',
];
const single = (first: string): Item => ({ first, second: null });
const LABELS = { 0: 'E', 1: 'S', 2: 'C', 3: 'I' };

it('has the WebAssembly runtime for these tests', () => {
  expect(RUNTIMES).toContain('onnxruntime-web');
});

describe.each(RUNTIMES)('%s', (runtime) => {
  it('gives the vectors of a forward pass in plain loops', async () => {
    const folder = await modelFolder('encoder');
    const answers = await read(folder, TEXTS.map(single), runtime);
    const tokenizer = textTokenizer(folder.tokenizer, folder);
    const weights = randomBert(SHAPE, 'bert');
    for (const [at, text] of TEXTS.entries()) {
      const tokens = tokenizer.one(text);
      const states = naiveBert(SHAPE, weights, tokens);
      const { pooled, tokens: own } = unpackEmbedding(answers[at]);
      for (const [d, value] of pooled.entries()) {
        const mean = states.reduce((sum, state) => sum + state[d], 0) / states.length;
        expect(Math.abs(value - mean)).toBeLessThan(1e-5);
      }
      const words = states.slice(1, -1);
      expect(own).toHaveLength(words.length * SHAPE.hidden_size);
      const length = (state: number[]) => Math.sqrt(state.reduce((sum, value) => sum + value * value, 0));
      const unit = words.flatMap((state) => state.map((value) => value / length(state)));
      for (const [place, value] of own.entries()) {
        expect(Math.abs(value / 32767 - unit[place])).toBeLessThan(2e-5);
      }
    }
  });

  it('gives the logits of a forward pass in plain loops', async () => {
    const folder = await modelFolder('onnx', { labels: 4, config: { id2label: LABELS } });
    const pairs = TEXTS.map((second, at) => ({ first: TEXTS[(at + 3) % TEXTS.length], second }));
    const answers = await read(folder, pairs, runtime);
    const tokenizer = textTokenizer(folder.tokenizer, folder);
    const weights = randomBert(SHAPE, 'bert', 4);
    for (const [at, { first, second }] of pairs.entries()) {
      const expected = naiveLogits(SHAPE, weights, tokenizer.pair(first, second));
      const logits = new Float32Array(answers[at].buffer);
      expect(logits).toHaveLength(4);
      for (const [k, value] of logits.entries()) expect(Math.abs(value - expected[k])).toBeLessThan(1e-5);
    }
  });

  it('gives the same where weights lie in a file beside the model', async () => {
    const whole = await modelFolder('encoder');
    const path = join(scratch, `beside-${runtime}`);
    writeModelFolder(path);
    const writeBeside = (bytes: Buffer) => writeFileSync(join(path, 'model.onnx_data'), bytes);
    const options = { beside: 'model.onnx_data', writeBeside };
    const file = bertOnnx(SHAPE, randomBert(SHAPE, 'bert'), options);
    writeFileSync(join(path, 'model.onnx'), file);
    const {
      folders: [beside],
    } = await openPretrained('encoder', path);
    expect(beside.model.external).toEqual(['model.onnx_data']);
    expect(file.length).toBeLessThan(whole.bytes / 3);
    expect(Math.abs(beside.bytes - whole.bytes)).toBeLessThan(5000);
    expect(beside.facts.parameters).toBe(whole.facts.parameters);
    expect(await read(beside, TEXTS.map(single), runtime)).toEqual(
      await read(whole, TEXTS.map(single), runtime),
    );
  });

  it.each([false, true])(
    'reads a text alike whatever is read with it, dynamic int8: %s',
    async (dynamicInt8) => {
      const folder = await modelFolder('encoder', { dynamicInt8 });
      const items = ['red', 'blue', 'green', 'black'].flatMap((word) =>
        TEXTS.map((text) => single(`${word} ${text}`)),
      );
      const together = await read(folder, items, runtime);
      const turned = await read(folder, items.toReversed(), runtime);
      expect(turned.toReversed()).toEqual(together);
      const reader = await openReader(folder, runtime);
      for (const [at, item] of items.entries()) expect((await reader.read([item]))[0]).toEqual(together[at]);
      await reader.close();
    },
  );
});

describe('reading', () => {
  it('takes the first token for the text where it is told so', async () => {
    const folder = await modelFolder('encoder', { settings: { pooling: 'cls' } });
    const [bytes] = await read(folder, [single('red kettle')]);
    const tokens = textTokenizer(folder.tokenizer, folder).one('red kettle');
    const [first] = naiveBert(SHAPE, randomBert(SHAPE, 'bert'), tokens);
    for (const [d, value] of unpackEmbedding(bytes).pooled.entries()) {
      expect(Math.abs(value - first[d])).toBeLessThan(1e-5);
    }
  });

  it('tells how much of it is done', async () => {
    const reader = await openReader(await modelFolder('encoder'), RUNTIMES[0]);
    const told: number[] = [];
    await reader.read(TEXTS.map(single), (done) => told.push(done));
    await reader.close();
    expect(told.at(-1)).toBe(TEXTS.length);
    expect(told).toEqual([...told].sort((a, b) => a - b));
  });

  it('puts texts of one length together, 32 at most', () => {
    const texts = Array.from({ length: 200 }, (_, at) => ({ ids: new Array(1 + ((at * 7) % 3)).fill(0) }));
    const batches = batchesByLength(texts, 32);
    expect(batches.flat().sort((a, b) => a - b)).toEqual([...texts.keys()]);
    for (const batch of batches) {
      expect(batch.length).toBeLessThanOrEqual(32);
      expect(new Set(batch.map((at) => texts[at].ids.length)).size).toBe(1);
    }
    expect(batches).toHaveLength(9);
    expect(batchesByLength(texts, 1)).toHaveLength(200);
  });

  it('would see a batch change the answers of dynamic int8 models, were they not read one by one', async () => {
    const folder = await modelFolder('encoder', { dynamicInt8: true });
    const operations = new Set(
      [...folder.facts.operations].filter((name) => name !== 'DynamicQuantizeLinear'),
    );
    const batched = { ...folder, facts: { ...folder.facts, operations } };
    const items = ['red lamp', 'blue tent', 'black mug'].map(single);
    expect(await read(batched, items)).not.toEqual(await read(folder, items));
  });
});

describe('a model that does not do what is asked', () => {
  const refusal = async (folder: ModelFolder, items: readonly Item[]) => {
    const error = await read(folder, items).then(
      () => null,
      (thrown) => thrown,
    );
    return error as { code: string; message: string; hint: string; path: string };
  };

  it('has logits where vectors of tokens are due', async () => {
    const folder = await modelFolder('encoder', { labels: 3 });
    expect(await refusal(folder, [single('red')])).toMatchObject({
      code: 'data',
      message: 'model gives logits [1 x 3], and no vector for every token',
      hint: expect.stringContaining('--task feature-extraction'),
      path: folder.model.path,
    });
  });

  it('has fewer outputs than names', async () => {
    const folder = await modelFolder('onnx', { labels: 3, config: { id2label: LABELS } });
    expect(await refusal(folder, [{ first: 'red', second: 'lamp' }])).toMatchObject({
      code: 'data',
      message: 'model gives logits [1 x 3], and 4 outputs are named: E, S, C, I',
      hint: expect.stringContaining('"labels"'),
    });
  });

  it('has vectors where logits are due', async () => {
    const folder = await modelFolder('onnx', { config: { id2label: LABELS } });
    expect(await refusal(folder, [{ first: 'red', second: 'lamp' }])).toMatchObject({
      code: 'data',
      message: expect.stringContaining('model gives last_hidden_state [1 x 5 x 48]'),
      hint: expect.stringContaining('--task text-classification'),
    });
  });

  it('knows fewer ids than its tokenizer', async () => {
    const folder = await modelFolder('encoder');
    const small = { ...SHAPE, vocab_size: 5 };
    writeFileSync(folder.model.path, bertOnnx(small, randomBert(small, 'bert')));
    const { path } = folder;
    const {
      folders: [changed],
    } = await openPretrained('encoder', path);
    expect(await refusal(changed, [single('red')])).toMatchObject({
      code: 'data',
      message: expect.stringContaining('model fails on 1 x 3 tokens'),
      hint: expect.stringContaining('of the same model'),
    });
  });

  it('wants an input that nothing here gives', async () => {
    const folder = await modelFolder('encoder');
    writeFileSync(
      folder.model.path,
      writeOnnx({
        nodes: [{ op: 'Identity', inputs: ['pixel_values'], outputs: ['last_hidden_state'] }],
        constants: new Map(),
        inputs: [{ name: 'pixel_values', type: 'float32', shape: ['batch', 'length', 3] }],
        outputs: [{ name: 'last_hidden_state', type: 'float32', shape: ['batch', 'length', 3] }],
        opset: 17,
      }),
    );
    const {
      folders: [changed],
    } = await openPretrained('encoder', folder.path);
    expect(await refusal(changed, [single('red')])).toMatchObject({
      code: 'data',
      message: "model has the input 'pixel_values', which nothing here gives",
    });
  });

  it('has operations that the runtime does not know', async () => {
    const folder = await modelFolder('encoder');
    const port = { type: 'int64', shape: ['batch', 'length'] } as const;
    writeFileSync(
      folder.model.path,
      writeOnnx({
        nodes: [{ op: 'Levitate', inputs: ['input_ids'], outputs: ['last_hidden_state'] }],
        constants: new Map(),
        inputs: [{ name: 'input_ids', ...port }],
        outputs: [{ name: 'last_hidden_state', ...port }],
        opset: 17,
      }),
    );
    const {
      folders: [changed],
    } = await openPretrained('encoder', folder.path);
    expect(await refusal(changed, [single('red')])).toMatchObject({
      code: 'data',
      message: expect.stringContaining('does not take the model'),
      path: folder.model.path,
    });
  });

  it('gives whole numbers', async () => {
    const folder = await modelFolder('encoder');
    const port = { type: 'int64', shape: ['batch', 'length'] } as const;
    writeFileSync(
      folder.model.path,
      writeOnnx({
        nodes: [{ op: 'Identity', inputs: ['input_ids'], outputs: ['last_hidden_state'] }],
        constants: new Map(),
        inputs: [{ name: 'input_ids', ...port }],
        outputs: [{ name: 'last_hidden_state', ...port }],
        opset: 17,
      }),
    );
    const {
      folders: [changed],
    } = await openPretrained('encoder', folder.path);
    expect(await refusal(changed, [single('red')])).toMatchObject({
      code: 'data',
      message: "output 'last_hidden_state' of the model is int64, expected float32",
    });
  });

  it('gives numbers that are not finite', async () => {
    const folder = await modelFolder('encoder');
    const weights = new Map(randomBert(SHAPE, 'bert'));
    const bias = weights.get('encoder.layer.1.output.LayerNorm.bias')!;
    weights.set('encoder.layer.1.output.LayerNorm.bias', {
      ...bias,
      values: new Float32Array(48).fill(Number.NaN),
    });
    writeFileSync(folder.model.path, bertOnnx(SHAPE, weights));
    const {
      folders: [changed],
    } = await openPretrained('encoder', folder.path);
    expect(await refusal(changed, [single('red')])).toMatchObject({
      code: 'data',
      message: 'model gives numbers that are not finite',
    });
  });
});
