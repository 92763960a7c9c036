import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scoreMargins, truncateRounds } from '../../src/ensemble/score.js';
import { trainBoosting } from '../../src/ensemble/train.js';
import { softmaxRows } from '../../src/math/softmax.js';
import { exactTree } from '../oracles/exact-tree.js';
import { type NestedTree, nested, plain, smallData } from './support.js';

/** Equal structure, and leaves equal within the float32 of the model. */
function expectSameTree(actual: NestedTree, expected: NestedTree): void {
  if ('left' in expected && 'left' in actual) {
    const test = ({ feature, threshold, defaultLeft }: typeof expected) => ({
      feature,
      threshold,
      defaultLeft,
    });
    expect(test(actual)).toEqual(test(expected));
    expectSameTree(actual.left, expected.left);
    expectSameTree(actual.right, expected.right);
  } else {
    expect('value' in actual && 'value' in expected).toBe(true);
    if (!('value' in actual && 'value' in expected)) return;
    expect(Math.abs(actual.value - expected.value)).toBeLessThan(1e-6);
    expect(Math.abs(actual.cover - expected.cover)).toBeLessThan(1e-5);
  }
}

const limits = fc.record({
  maxDepth: fc.integer({ min: 1, max: 4 }),
  minDataInLeaf: fc.integer({ min: 0, max: 4 }),
  minChildWeight: fc.constantFrom(0, 0.7, 1.3),
  lambda: fc.constantFrom(0.1, 1),
  alpha: fc.constantFrom(0, 0.3),
  minSplitGain: fc.constantFrom(0, 0.25),
});

describe('growing', () => {
  it('finds the trees of a brute-force search over raw values, in the first rounds of every class', () => {
    fc.assert(
      fc.property(smallData, limits, (data, given) => {
        const options = plain({ ...given, rounds: 2 });
        const { ensemble } = trainBoosting({ ...data, options });
        for (const round of [0, 1]) {
          const margins = scoreMargins(truncateRounds(ensemble, round), data.features);
          const p = softmaxRows(margins, data.classes);
          for (let k = 0; k < data.classes; k++) {
            const at = (row: number) => p[row * data.classes + k];
            const gradient = Array.from(data.rows, (row) => at(row) - (data.labels[row] === k ? 1 : 0));
            const hessian = Array.from(data.rows, (row) => 2 * at(row) * (1 - at(row)));
            const expected = exactTree({ features: data.features, gradient, hessian, options });
            expectSameTree(nested(ensemble.trees[round * data.classes + k]), expected);
          }
        }
      }),
      { numRuns: 150, seed: 1 },
    );
  });
});
