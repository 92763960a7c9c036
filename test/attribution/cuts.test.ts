import { describe, expect, it } from 'vitest';
import { collectCuts, cutCode } from '../../src/attribution/cuts.js';
import { createRandom } from '../../src/math/random.js';
import { randomEnsemble } from '../properties/random-ensembles.js';

const ensemble = randomEnsemble(createRandom(1), { columns: 3, depth: 5, classes: 2, trees: 6 });

describe('cuts', () => {
  it('are the distinct thresholds of each column, ascending', () => {
    const { start, values } = collectCuts(ensemble);
    for (let column = 0; column < 3; column++) {
      const thresholds = ensemble.trees.flatMap((tree) =>
        [...tree.threshold].filter((_, node) => tree.left[node] >= 0 && tree.feature[node] === column),
      );
      const expected = [...new Set(thresholds)].sort((a, b) => a - b);
      expect(expected.length).toBeGreaterThan(2);
      expect([...values.subarray(start[column], start[column + 1])]).toEqual(expected);
    }
  });

  it('give codes that compare as the values do', () => {
    const cuts = collectCuts(ensemble);
    const awkward = [...cuts.values].flatMap((cut) => [
      cut,
      Math.fround(cut + 1e-6),
      Math.fround(cut - 1e-6),
    ]);
    for (const value of [...awkward, -0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e-45]) {
      for (let column = 0; column < 3; column++) {
        for (let at = cuts.start[column]; at < cuts.start[column + 1]; at++) {
          const cut = cutCode(cuts, column, cuts.values[at]);
          expect(cutCode(cuts, column, value) < cut).toBe(value < cuts.values[at]);
        }
      }
    }
  });
});
