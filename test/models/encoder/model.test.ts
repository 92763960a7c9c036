import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Examples } from '../../../src/data/examples/examples.js';
import { openPretrained, type Pretrained } from '../../../src/models/encoder/folder.js';
import type { PretrainedKind } from '../../../src/models/encoder/kind.js';
import { pretrainedModel } from '../../../src/models/encoder/model.js';
import { type ReadAll, readAll } from '../../../src/models/encoder/read-all.js';
import { EmbeddingStore } from '../../../src/models/encoder/store.js';
import { textTokenizer } from '../../../src/models/encoder/tokens.js';
import { accuracy, floor, rowsWhere, shop } from '../shop.js';
import { randomBert } from './bert.js';
import { type FolderOptions, SHAPE, writeModelFolder } from './folders.js';
import { naiveLogits } from './naive-bert.js';

const scratch = mkdtempSync(join(tmpdir(), 'encoder-model-'));
afterAll(() => rmSync(scratch, { recursive: true }));
let folders = 0;

const examples = shop({ queries: 24, perQuery: 8 });
const train = rowsWhere(examples, (group) => group < 18);
const test = rowsWhere(examples, (group) => group >= 18);
const classes = examples.labelSpace.classes.length;
const LABELS = { id2label: { 0: 'Irrelevant', 1: 'E', 2: 'complement', 3: 'S' } };

async function pretrained(kind: PretrainedKind, options: FolderOptions = {}): Promise<Pretrained> {
  return openPretrained(kind, writeModelFolder(join(scratch, `model-${folders++}`), options));
}

async function read(model: Pretrained, of: Examples = examples): Promise<ReadAll> {
  const store = await EmbeddingStore.open(join(scratch, `kept-${folders++}`), expect.unreachable);
  return readAll(model, of, { store, threads: 0 });
}

describe('an encoder with a head', () => {
  it('learns more than the constant answer, from rows read once as from rows it reads itself', async () => {
    const model = await pretrained('encoder');
    const { signals, items, leftOut } = await read(model);
    const texts = new Set([...examples.query, ...examples.text!.title]);
    expect([items, leftOut]).toEqual([texts.size, 0]);
    const fitted = await pretrainedModel(model, signals).fit({ examples, rows: train, seed: 1 });
    const probabilities = await fitted.predict(examples, test);
    expect(accuracy(examples, test, probabilities)).toBeGreaterThan(floor(examples, test) + 0.05);
    expect(fitted.parameters).toBeGreaterThan(model.folders[0].facts.parameters);
    expect(fitted.bytes).toBeGreaterThan(model.folders[0].bytes);
    expect(fitted.curve.at(-1)!.loss).toBeLessThan(fitted.curve[0].loss);

    const alone = await pretrainedModel(model).fit({ examples, rows: train, seed: 1 });
    expect(await alone.save()).toEqual(await fitted.save());
    expect(await alone.predict({ ...examples }, test)).toEqual(probabilities);

    const reloaded = await pretrainedModel(model).load(await fitted.save());
    expect(await reloaded.predict(examples, test)).toEqual(probabilities);
    expect(await reloaded.predict(examples, test.slice(5, 6))).toEqual(
      probabilities.slice(5 * classes, 6 * classes),
    );
    expect(await reloaded.predict(examples, new Int32Array(0))).toHaveLength(0);
    expect(reloaded.curve.map(({ loss }) => Math.fround(loss))).toEqual(
      fitted.curve.map(({ loss }) => Math.fround(loss)),
    );
    for (const each of [fitted, alone, reloaded]) each.dispose();
  });

  it('looks at no label but those of its rows', async () => {
    const model = await pretrained('encoder');
    const { signals } = await read(model);
    const other = {
      ...examples,
      label: examples.label.map((label, row) => (test.includes(row) ? 0 : label)),
    };
    const files = async (of: Examples) =>
      (await pretrainedModel(model, signals).fit({ examples: of, rows: train, seed: 1 })).save();
    expect(await files(other)).toEqual(await files(examples));
  });

  it('is refused without text, and from the weights of another run', async () => {
    const model = pretrainedModel(await pretrained('encoder'));
    await expect(
      model.fit({ examples: { ...examples, text: null }, rows: train, seed: 1 }),
    ).rejects.toMatchObject({
      code: 'data',
      message: expect.stringContaining(`model '${model.name}' needs product text`),
    });
    await expect(model.fit({ examples, rows: train, seed: 1, start: new Map() })).rejects.toMatchObject({
      code: 'usage',
      message: `model '${model.name}' cannot start from saved weights`,
    });
  });

  it('does not take the saved files of another', async () => {
    const ready = await pretrained('onnx', {
      labels: 4,
      config: LABELS,
      settings: { trainedOn: 'none', name: 'x' },
    });
    const encoder = await pretrained('encoder', { settings: { name: 'x' } });
    const fitted = await pretrainedModel(ready).fit({ examples, rows: train, seed: 1 });
    await expect(pretrainedModel(encoder).load(await fitted.save())).rejects.toMatchObject({
      code: 'model',
      message: "saved model is 'onnx:x', expected 'encoder:x'",
    });
    fitted.dispose();
  });
});

describe('a ready classifier', () => {
  const settings = { trainedOn: 'none' };

  it('answers with the softmax of its logits, classes by their names', async () => {
    const model = await pretrained('onnx', { labels: 4, config: LABELS, settings });
    const { signals } = await read(model);
    const fitted = await pretrainedModel(model, signals).fit({ examples, rows: train, seed: 1 });
    const probabilities = await fitted.predict(examples, test);
    const weights = randomBert(SHAPE, 'bert', 4);
    const tokenizer = textTokenizer(model.folders[0].tokenizer, model.folders[0]);
    for (const [at, row] of test.entries()) {
      const logits = naiveLogits(
        SHAPE,
        weights,
        tokenizer.pair(examples.query[row], examples.text!.title[row]!),
      );
      const powers = logits.map(Math.exp);
      const total = powers.reduce((sum, value) => sum + value, 0);
      for (const [k, output] of [1, 3, 2, 0].entries()) {
        expect(Math.abs(probabilities[at * classes + k] - powers[output] / total)).toBeLessThan(1e-5);
      }
    }
    const reloaded = await pretrainedModel(model).load(await fitted.save());
    expect(await reloaded.predict(examples, test)).toEqual(probabilities);
    const loss = (rows: Int32Array, values: Float32Array) =>
      rows.reduce((sum, row, at) => sum - Math.log(values[at * classes + examples.label[row]]), 0) /
      rows.length;
    expect(fitted.curve[0].loss).toBeCloseTo(loss(train, await fitted.predict(examples, train)), 6);
    reloaded.dispose();
  });

  it('leaves out rows whose queries it has learnt from', async () => {
    const path = writeModelFolder(join(scratch, 'seen'), {
      labels: 4,
      config: LABELS,
      settings: { trainedOn: 'seen.txt' },
    });
    const seen = examples.query[train[0]];
    writeFileSync(join(path, 'seen.txt'), `${seen.toUpperCase()}\n`);
    const model = await openPretrained('onnx', path);
    const { signals, leftOut } = await read(model);
    const isSeen = (row: number) => examples.query[row] === seen;
    const every = Int32Array.from({ length: examples.rows }, (_, row) => row);
    expect(leftOut).toBe(every.filter(isSeen).length);
    const fitted = await pretrainedModel(model, signals).fit({ examples, rows: train, seed: 1 });
    const probabilities = await fitted.predict(examples, every);
    for (const row of every) {
      const own = probabilities.subarray(row * classes, (row + 1) * classes);
      expect([...own].every(Number.isNaN), `row ${row}`).toBe(isSeen(row));
    }
  });

  it('of each fold answers for queries that it has not learnt from', async () => {
    const path = join(scratch, 'folds');
    writeModelFolder(path, { settings: { trainedOn: 'per-fold' } });
    const queries = [...new Set(examples.query)];
    for (const fold of [1, 2]) {
      const inner = writeModelFolder(join(path, `fold-${fold}`), {
        seed: `fold ${fold}`,
        labels: 4,
        config: LABELS,
        settings: { trainedOn: 'seen.txt' },
      });
      // the last query is known to both
      const seen = queries.filter((_, at) => at % 2 === fold % 2 || at === queries.length - 1);
      writeFileSync(join(inner, 'seen.txt'), seen.join('\n'));
    }
    const model = await openPretrained('onnx', path);
    const { signals } = await read(model);
    const fitted = await pretrainedModel(model, signals).fit({ examples, rows: train, seed: 1 });
    const every = Int32Array.from({ length: examples.rows }, (_, row) => row);
    const probabilities = await fitted.predict(examples, every);
    const tokenizer = textTokenizer(model.folders[0].tokenizer, model.folders[0]);
    for (const row of every) {
      const place = queries.indexOf(examples.query[row]);
      const answer = probabilities[row * classes];
      if (place === queries.length - 1) {
        expect(answer).toBeNaN();
        continue;
      }
      const tokens = tokenizer.pair(examples.query[row], examples.text!.title[row]!);
      const powers = naiveLogits(SHAPE, randomBert(SHAPE, `fold ${place % 2 === 1 ? 2 : 1}`, 4), tokens).map(
        Math.exp,
      );
      const total = powers.reduce((sum, value) => sum + value, 0);
      expect(Math.abs(answer - powers[1] / total)).toBeLessThan(1e-5);
    }
    fitted.dispose();
  });
});

describe('a reranker', () => {
  const options = { labels: 1, config: { id2label: { 0: 'LABEL_0' } } };

  it('gives a score, from which a head learns the classes', async () => {
    const model = await pretrained('onnx', { ...options, settings: { trainedOn: 'none' } });
    const { signals } = await read(model);
    expect(signals.columns).toEqual(['score']);
    const weights = randomBert(SHAPE, 'bert', 1);
    const tokenizer = textTokenizer(model.folders[0].tokenizer, model.folders[0]);
    for (const row of test) {
      const tokens = tokenizer.pair(examples.query[row], examples.text!.title[row]!);
      expect(Math.abs(signals.values[row] - naiveLogits(SHAPE, weights, tokens)[0])).toBeLessThan(1e-5);
    }
    const planted = { ...signals, values: Float32Array.from(examples.label, (label) => label + 0.25) };
    const fitted = await pretrainedModel(model, planted).fit({ examples, rows: train, seed: 1 });
    expect(accuracy(examples, test, await fitted.predict(examples, test))).toBeGreaterThan(0.85);
  });

  it('whose training queries are all there are has nothing to learn from', async () => {
    const path = writeModelFolder(join(scratch, 'all-seen'), {
      ...options,
      settings: { trainedOn: 'seen.txt' },
    });
    writeFileSync(join(path, 'seen.txt'), examples.query.join('\n'));
    const model = await openPretrained('onnx', path);
    const { signals } = await read(model);
    await expect(
      pretrainedModel(model, signals).fit({ examples, rows: train, seed: 1 }),
    ).rejects.toMatchObject({
      code: 'data',
      message: expect.stringContaining('no labelled row is left'),
      hint: expect.stringContaining('trainedOn'),
    });
  });
});
