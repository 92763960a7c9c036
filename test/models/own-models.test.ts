import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { softmaxRows } from '../../src/math/softmax.js';
import { prepareTensorflow } from '../../src/models/tfjs/backend.js';
import { importPredictions } from '../../src/predictions/import.js';
import { overlapLogit } from '../fixtures/models/overlap-logit.js';
import { expectEqualBytes, expectRefusals, expectRowsApart } from '../properties/model-laws.js';
import { accuracy, floor, rowsWhere, shop } from './shop.js';

const root = join(import.meta.dirname, '../..');
const doc = readFileSync(join(root, 'docs/own-models.md'), 'utf8');
const blocks = [...doc.matchAll(/```(\w+)\n([\s\S]*?)```/g)].map(([, language, code]) => ({
  language,
  code,
}));
const blockOf = (language: string, holds: string) =>
  blocks.find((block) => block.language === language && block.code.includes(holds))!.code;

const examples = shop({ queries: 50, perQuery: 10 });
const train = rowsWhere(examples, (group) => group < 36);
const test = rowsWhere(examples, (group) => group >= 36);

describe('docs/own-models.md', () => {
  it('has four complete models and a program with two, each of less than 60 lines', () => {
    const programs = blocks.filter(({ code }) => code.includes('import') && code.split('\n').length > 5);
    expect(programs.map(({ language }) => language)).toEqual(['js', 'js', 'ts', 'python', 'python']);
    for (const { code } of programs) expect(code.trimEnd().split('\n').length).toBeLessThan(60);
  });
});

describe('the TypeScript model of the docs', () => {
  beforeAll(() => prepareTensorflow());

  it('is the one tested here', () => {
    const fixture = readFileSync(join(root, 'test/fixtures/models/overlap-logit.ts'), 'utf8');
    const inPlace = fixture
      .replaceAll('../../../src/models/text/', './')
      .replaceAll('../../../src/models/', '../')
      .replaceAll('../../../src/', '../../');
    expect(blockOf('ts', 'neuralModel')).toBe(inPlace);
  });

  it('learns more than the constant answer, and is reloaded bit for bit', async () => {
    const fitted = await overlapLogit.fit({ examples, rows: train, seed: 1 });
    const probabilities = await fitted.predict(examples, test);
    expect(accuracy(examples, test, probabilities)).toBeGreaterThan(floor(examples, test) + 0.08);
    const reloaded = await overlapLogit.load(await fitted.save());
    expect(await reloaded.predict(examples, test)).toEqual(probabilities);
    fitted.dispose();
    reloaded.dispose();
  });

  it('keeps the laws of models', async () => {
    const brief = { model: overlapLogit.withPlan({ epochs: 2 }), examples, train, test };
    await expectEqualBytes(brief);
    await expectRowsApart(brief);
    await expectRefusals(brief);
  });
});

describe('files of the layouts that the Python programs write', () => {
  const folder = mkdtempSync(join(tmpdir(), 'own-models-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const rows = examples.rows;
  const logits = Float32Array.from({ length: rows * 4 }, (_, at) => ((at * 7919) % 13) / 3 - 2);
  const expected = softmaxRows(logits.slice(), 4);
  /** as the programs name them */
  const classesIn = (code: string) =>
    [.../CLASSES = \[(.*)\]/.exec(code)![1].matchAll(/"(\w+)"/g)].map(([, name]) => name);

  it('the cross-encoder: a CSV of probabilities by name and a card beside it', async () => {
    const code = blockOf('python', 'transformers');
    expect(code).toContain('columns=[f"p_{name}" for name in CLASSES]');
    expect(code).toContain('table.insert(0, "example_id"');
    const [, csv] = /to_csv\("(.*?)"/.exec(code)!;
    const [, json] = /Path\("(.*?\.json)"\)/.exec(code)!;
    mkdirSync(join(folder, 'predictions'));
    const lines = examples.id.map((id, row) => [id, ...expected.slice(row * 4, row * 4 + 4)].join(','));
    const head = ['example_id', ...classesIn(code).map((name) => `p_${name}`)].join(',');
    writeFileSync(join(folder, csv), `${[head, ...lines].join('\n')}\n`);
    const card = { family: 'transformer', costs: { latency_ms: 1.5, parameters: 22_000_000 } };
    for (const key of ['family', 'latency_ms', 'parameters']) expect(code).toContain(`"${key}":`);
    writeFileSync(join(folder, json), JSON.stringify(card));
    const { models } = await importPredictions([join(folder, 'predictions')], examples);
    expect(models).toHaveLength(1);
    expect(models[0].card).toMatchObject({ name: 'minilm', family: 'transformer', kind: 'probabilities' });
    expect(models[0].card.costs).toMatchObject({
      latency_ms: { value: 1.5 },
      parameters: { value: 22_000_000 },
    });
    models[0].values.forEach((value, at) => {
      expect(Math.abs(value - expected[at])).toBeLessThan(1e-6);
    });
  });

  it('PyTorch Geometric: float32 logits as .npy, and the ids of its rows', async () => {
    const code = blockOf('python', 'torch_geometric');
    expect(code).toContain('np.zeros((len(rows), len(CLASSES)), dtype=np.float32)');
    expect(code).toContain('rows.example_id.to_csv("predictions-ids.csv", index=False)');
    const array = join(folder, 'pyg-sage.npy');
    writeFileSync(array, npy(rows, logits));
    const ids = join(folder, 'predictions-ids.csv');
    writeFileSync(ids, `example_id\n${examples.id.join('\n')}\n`);
    const classOrder = classesIn(code);
    expect(doc.replaceAll('\n', ' ')).toContain(`--class-order ${classOrder.join(',')}`);
    const { models } = await importPredictions([array], examples, { ids, classOrder, kind: 'logits' });
    expect(models[0].card).toMatchObject({ name: 'pyg-sage', kind: 'logits', covered: rows });
    models[0].values.forEach((value, at) => {
      expect(Math.abs(value - expected[at])).toBeLessThan(1e-6);
    });
  });
});

/** A float32 array [rows][4] as numpy.save writes it: version 1.0, header padded to 64 bytes. */
function npy(rows: number, values: Float32Array): Uint8Array {
  const dictionary = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, 4), }`;
  const header = `${dictionary.padEnd(117)}\n`;
  const prefix = Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, header.length & 255, header.length >> 8]);
  const body = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  return Buffer.concat([prefix, Buffer.from(header, 'latin1'), body]);
}
