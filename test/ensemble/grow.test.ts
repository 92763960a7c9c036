import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { partOf, sampleAscending } from '../../src/ensemble/sample.js';
import { scoreMargins, truncateRounds } from '../../src/ensemble/score.js';
import { trainBoosting } from '../../src/ensemble/train.js';
import { createRandom } from '../../src/math/random.js';
import { softmaxRows } from '../../src/math/softmax.js';
import { exactTree } from '../oracles/exact-tree.js';
import { type NestedTree, nested, plain, simulate, smallData, tableOf } from './support.js';

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

  it.each([7, 8, 17, 40])(
    'finds them in %i columns, of which kernels take eight and sixteen at once',
    (columns) => {
      const data = simulate(columns, 60, columns, 3);
      const options = plain({ rounds: 1, maxDepth: 3, minDataInLeaf: 2 });
      const { ensemble } = trainBoosting({ ...data, options });
      for (let k = 0; k < 3; k++) {
        const gradient = Array.from(data.rows, (row) => 1 / 3 - (data.labels[row] === k ? 1 : 0));
        const hessian = gradient.map(() => 4 / 9);
        const expected = exactTree({ features: data.features, gradient, hessian, options });
        expectSameTree(nested(ensemble.trees[k]), expected);
      }
    },
  );

  it.each([20, 40, 70])('grows on sampled columns of %i what it grows on those alone', (columns) => {
    const data = simulate(columns, 80, columns, 2);
    const names = Array.from({ length: columns }, (_, at) => `c${String(at).padStart(2, '0')}`);
    const features = { ...data.features, names };
    const options = plain({ rounds: 1, featureFraction: 0.4, maxDepth: 4, minDataInLeaf: 2, seed: 5 });
    const { ensemble } = trainBoosting({ ...data, features, options });
    const count = partOf(columns, 0.4);
    for (let k = 0; k < 2; k++) {
      const random = createRandom(5).fork(`columns 0 ${k}`);
      const drawn = sampleAscending(columns, count, random);
      const values = Array.from(data.rows, (row) =>
        Array.from(drawn, (column) => features.values[row * columns + column]),
      );
      const alone = trainBoosting({
        ...data,
        features: tableOf(values),
        options: plain({ ...options, featureFraction: 1 }),
      });
      const expected = alone.ensemble.trees[k];
      const found = ensemble.trees[k];
      const inner = (node: number) => found.left[node] >= 0;
      expect(found.left.length).toBeGreaterThan(5);
      expect(found.feature.map((column, node) => (inner(node) ? drawn.indexOf(column) : 0))).toEqual(
        expected.feature,
      );
      expect({ ...found, feature: null }).toEqual({ ...expected, feature: null });
    }
  });
});
