import { describe, expect, it } from 'vitest';
import { createSubsetScorer } from '../../src/selection/subset-scorer.js';
import { emptyTally, scoreTally } from '../../src/selection/tally.js';
import { naiveScores } from '../oracles/scores.js';
import { plantPool } from './pools.js';

describe('a single model', () => {
  const pool = plantPool(
    [
      { name: 'a', signal: [2, 2, 2] },
      { name: 'b', signal: [1, 1, 1] },
    ],
    { rows: 200, seed: 4 },
  );
  const width = pool.features.columns;
  // the second model has no answer to every tenth row
  const values = pool.values.map((value, cell) =>
    Math.floor(cell / width) % 10 === 0 && cell % width >= 3 ? Number.NaN : value,
  );
  const scorer = createSubsetScorer({
    features: { ...pool.features, values },
    classes: 3,
    labels: pool.labels,
    rows: Int32Array.from(pool.labels.keys()),
    foldOf: pool.foldOf,
    queries: Int32Array.from(pool.labels.keys()),
    seed: 1,
  });

  it.each([0, 1])(
    '%i is scored by its own columns, and with the shares of the classes where it has none',
    (model) => {
      const rows = [...pool.labels.keys()];
      const shares = [0, 1, 2].map((k) => pool.labels.filter((label) => label === k).length / rows.length);
      const tables = rows.map((row) =>
        model === 1 && row % 10 === 0
          ? shares
          : [...values.subarray(row * width + model * 3, row * width + model * 3 + 3)],
      );
      const truth = rows.map((row) => pool.labels[row]);
      const expected = naiveScores(
        truth,
        tables.map((table) => table.indexOf(Math.max(...table))),
      );
      const found = scorer.single(model);
      expect(found.accuracy).toBeCloseTo(expected.accuracy, 12);
      expect(found.weightedF1).toBeCloseTo(expected.weightedF1, 12);
      const loss = tables.reduce((sum, table, at) => sum - Math.log(table[truth[at]]), 0) / rows.length;
      expect(found.logLoss).toBeCloseTo(loss, 5);
    },
  );
});

describe('the tally of no rows', () => {
  it('is the worst there is by every score', () => {
    expect(scoreTally(emptyTally(2))).toEqual({
      accuracy: 0,
      macroF1: 0,
      weightedF1: 0,
      logLoss: Number.MAX_VALUE,
      f1: [0, 0],
    });
  });
});
