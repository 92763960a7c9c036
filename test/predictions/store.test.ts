import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeArrow } from '../../src/io/arrow/read.js';
import type { ImportedModel } from '../../src/predictions/import-options.js';
import type { Cost, PredictionMatrix } from '../../src/predictions/matrix.js';
import {
  assembleMatrix,
  featureNames,
  hashOfValues,
  readPredictionMatrix,
  takeModels,
  writeModelPredictions,
} from '../../src/predictions/store/store.js';
import { errorOf, folderOf } from './support.js';

const CLASSES = ['no', 'yes', '__proto__'];

function modelOf(name: string, rows: readonly (readonly number[] | null)[]): ImportedModel {
  const values = Float32Array.from(rows.flatMap((row) => row ?? CLASSES.map(() => Number.NaN)));
  const missing = rows.includes(null) ? Uint8Array.from(rows, (row) => (row === null ? 1 : 0)) : null;
  const costs: Record<string, Cost> = Object.create(null);
  costs.constructor = { value: 2, unit: 'ms' } as never;
  const covered = rows.filter((row) => row !== null).length;
  const hash = hashOfValues(values);
  return {
    card: {
      name,
      family: 'text',
      source: 'imported',
      kind: 'logits',
      costs,
      sha256: hash,
      covered,
      notes: ['n'],
    },
    values,
    missing,
  };
}

/** The paths of the files written. */
async function stored(models: readonly ImportedModel[]): Promise<string[]> {
  const folder = join(folderOf({}), 'predictions');
  const paths: string[] = [];
  for (const model of models) paths.push(...(await writeModelPredictions(folder, model, CLASSES)));
  return paths;
}

const bits = (matrix: PredictionMatrix) => Array.from(new Uint32Array(matrix.values.buffer));
const A = modelOf('a', [[0.1, 0.2, 0.7], null]);
const B = modelOf('b', [
  [1, 0, 0],
  [0.5, 0.25, 0.25],
]);

describe('store of predictions', () => {
  it('gives back what was written, bit for bit (property)', async () => {
    const rows = 4;
    const row = fc.option(
      fc.array(fc.float({ min: 0, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 }),
    );
    const names = fc.uniqueArray(
      fc.oneof(
        fc.string({ minLength: 1, maxLength: 12, unit: 'binary' }),
        fc.constantFrom('__proto__', '../x', 'CON', 'A', 'a'),
      ),
      { minLength: 1, maxLength: 4 },
    );
    const table = fc.array(row, { minLength: rows, maxLength: rows });
    await fc.assert(
      fc.asyncProperty(names, fc.array(table, { minLength: 4, maxLength: 4 }), async (all, tables) => {
        const wellFormed = all.filter((name) => !/\p{Surrogate}/u.test(name));
        const models = wellFormed.map((name, at) => modelOf(name, tables[at]));
        const read = await readPredictionMatrix(await stored(models), rows, CLASSES);
        const wanted = assembleMatrix(models, CLASSES);
        if (models.length > 0) expect(bits(read)).toEqual(bits(wanted));
        expect(read.missing).toEqual(wanted.missing);
        expect(read.cards.map((card) => ({ ...card, costs: { ...card.costs } }))).toEqual(
          wanted.cards.map((card) => ({ ...card, costs: { ...card.costs } })),
        );
        expect(Object.getPrototypeOf(read.cards[0]?.costs ?? Object.create(null))).toBeNull();
      }),
      { numRuns: 25 },
    );
  });

  it('says of each model which rows it misses', async () => {
    const whole = modelOf('a', [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ]);
    const partly = modelOf('b', [[1, 0, 0], null, [0, 0, 1]]);
    const { missing } = await readPredictionMatrix(await stored([whole, partly]), 3, CLASSES);
    expect([...missing!]).toEqual([0, 0, 0, 1, 0, 0]);
  });

  it('writes equal bytes for equal input, one file per model', async () => {
    const [first, second] = await Promise.all([stored([A, B]), stored([B, A])]);
    expect(first.map((path) => basename(path))).toEqual(['a.arrow', 'b.arrow']);
    const bytes = (paths: string[]) => paths.sort().map((path) => readFileSync(path));
    expect(bytes(first)).toEqual(bytes(second));
  });

  it('refuses files of other examples, other classes, without a card, or changed since', async () => {
    const paths = await stored([A, B]);
    const folder = dirname(paths[0]);
    expect((await errorOf(readPredictionMatrix(paths, 3, CLASSES))).message).toContain('2 rows of');
    expect((await errorOf(readPredictionMatrix(paths, 2, CLASSES.toReversed()))).code).toBe('data');
    await writeModelPredictions(folder, { ...A, values: B.values, missing: null }, CLASSES);
    const changed = await errorOf(readPredictionMatrix(paths, 2, CLASSES));
    expect([changed.message, changed.path]).toEqual([
      "predictions of model 'a' are not those of its card",
      join(folder, 'a.arrow'),
    ]);
    const column = { kind: 'number' as const, values: new Float32Array(2), missing: null };
    await writeArrow(join(folder, 'a.arrow'), [{ name: 'no', column }]);
    expect((await errorOf(readPredictionMatrix(paths, 2, CLASSES))).message).toContain('no model card');
  });
});

describe('matrix of predictions', () => {
  it('orders models by name, whatever order they come in', () => {
    const matrix = assembleMatrix([B, A], CLASSES);
    expect(matrix.cards.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(Array.from(matrix.values)).toEqual([
      ...A.values.slice(0, 3),
      1,
      0,
      0,
      Number.NaN,
      Number.NaN,
      Number.NaN,
      0.5,
      0.25,
      0.25,
    ]);
    expect(Array.from(matrix.missing!)).toEqual([0, 0, 1, 0]);
    expect(assembleMatrix([B], CLASSES).missing).toBeNull();
    expect(featureNames(matrix)).toEqual(['a:no', 'a:yes', 'a:__proto__', 'b:no', 'b:yes', 'b:__proto__']);
  });

  it('refuses one name twice and models of different lengths', async () => {
    expect((await errorOf(() => assembleMatrix([A, A], CLASSES))).message).toBe("model 'a' is there twice");
    const short = modelOf('c', [[1, 0, 0]]);
    expect((await errorOf(() => assembleMatrix([A, short], CLASSES))).message).toBe(
      "model 'c' has 3 values, 6 are due",
    );
  });

  it('selects models, and names the nearest of an unknown one', async () => {
    const matrix = assembleMatrix([modelOf('bert', [[0, 0, 1], null]), A, B], CLASSES);
    const selected = takeModels(matrix, ['bert', 'b', 'b']);
    const wanted = assembleMatrix([B, modelOf('bert', [[0, 0, 1], null])], CLASSES);
    expect([bits(selected), selected.cards.map(({ name }) => name), selected.missing]).toEqual([
      bits(wanted),
      ['b', 'bert'],
      wanted.missing,
    ]);
    expect(takeModels(matrix, ['b']).missing).toBeNull();
    const error = await errorOf(() => takeModels(matrix, ['bret']));
    expect([error.code, error.hint]).toEqual(['usage', 'models: a, b, bert']);
    expect((await errorOf(() => takeModels(matrix, ['berta']))).hint).toBe(
      "did you mean 'bert'? models: a, b, bert",
    );
  });
});
