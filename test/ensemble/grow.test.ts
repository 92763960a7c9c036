import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { partOf, sampleAscending } from '../../src/ensemble/training/sample.js';
import { trainBoosting } from '../../src/ensemble/training/train.js';
import { createRandom } from '../../src/math/random.js';
import { expectExactRound, plain, simulate, smallData, tableOf } from './support.js';

const limits = fc.record({
  growth: fc.constantFrom('depthwise' as const, 'leafwise' as const),
  maxDepth: fc.integer({ min: 1, max: 4 }),
  maxLeaves: fc.constantFrom(0, 0, 3, 5),
  minDataInLeaf: fc.integer({ min: 0, max: 4 }),
  minChildWeight: fc.constantFrom(0, 0.7, 1.3),
  lambda: fc.constantFrom(0.1, 1),
  alpha: fc.constantFrom(0, 0.3),
  minSplitGain: fc.constantFrom(0, 0.25),
});

const strategies = ['one_output_per_tree', 'multi_output_tree'] as const;

describe.each(strategies)('growing, %s', (multiStrategy) => {
  it('finds the trees of a brute-force search over raw values, in the first rounds of every class', () => {
    let compared = 0;
    fc.assert(
      fc.property(smallData, limits, (data, given) => {
        const options = plain({ ...given, multiStrategy, rounds: 2 });
        const { ensemble } = trainBoosting({ ...data, options });
        expectExactRound(ensemble, data, options, 0);
        compared += expectExactRound(ensemble, data, options, 1);
      }),
      { numRuns: 150, seed: 1 },
    );
    expect(compared).toBeGreaterThan(300);
  });

  it.each([
    [7, 2],
    [8, 3],
    [17, 4],
    [40, 7],
  ])('finds them in %i columns and %i classes, of which kernels take several at once', (columns, classes) => {
    const data = simulate(columns, 60, columns, classes);
    const options = plain({ multiStrategy, rounds: 1, maxDepth: 3, minDataInLeaf: 2 });
    const { ensemble } = trainBoosting({ ...data, options });
    expectExactRound(ensemble, data, options, 0);
  });

  it.each([20, 40, 70])('grows on sampled columns of %i what it grows on those alone', (columns) => {
    const data = simulate(columns, 80, columns, 2);
    const names = Array.from({ length: columns }, (_, at) => `c${String(at).padStart(2, '0')}`);
    const features = { ...data.features, names };
    const given = { multiStrategy, rounds: 1, maxDepth: 4, minDataInLeaf: 2, seed: 5 };
    const options = plain({ ...given, featureFraction: 0.4 });
    const { ensemble } = trainBoosting({ ...data, features, options });
    const count = partOf(columns, 0.4);
    for (let k = 0; k < 2; k++) {
      // a tree of all classes draws as that of the first
      const random = createRandom(5).fork(`columns 0 ${multiStrategy === 'multi_output_tree' ? 0 : k}`);
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
