import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { totalGain } from '../../src/ensemble/importance.js';
import { roundStarts, scoreMargins, truncateRounds } from '../../src/ensemble/scoring/score.js';
import { trainBoosting } from '../../src/ensemble/training/train.js';
import type { TreeEnsemble } from '../../src/ensemble/tree.js';
import { type NestedTree, nested, plain, range, simulate, smallData, tableOf } from './support.js';

function leafValue(tree: NestedTree, row: Float32Array): number {
  if ('value' in tree) return tree.value;
  const x = row[tree.feature];
  const left = Number.isNaN(x) ? tree.defaultLeft : x < tree.threshold;
  return leafValue(left ? tree.left : tree.right, row);
}

/** Margins by the definition, one row and tree at a time, rounding every sum to float32. */
function margin(ensemble: TreeEnsemble, row: Float32Array, k: number): number {
  return ensemble.trees.reduce(
    (sum, tree, t) => (ensemble.treeClass[t] === k ? Math.fround(sum + leafValue(nested(tree), row)) : sum),
    ensemble.baseScore[k],
  );
}

describe('scoreMargins', () => {
  it('adds leaves in tree order in float32 from the base score', () => {
    fc.assert(
      fc.property(smallData, fc.float({ min: -2, max: 2, noNaN: true }), (data, base) => {
        const trained = trainBoosting({ ...data, options: plain({ rounds: 4 }) }).ensemble;
        const ensemble = { ...trained, baseScore: trained.baseScore.map((_, k) => base * k) };
        const margins = scoreMargins(ensemble, data.features);
        for (const row of data.rows) {
          const { columns, values } = data.features;
          const cells = values.subarray(row * columns, (row + 1) * columns);
          for (let k = 0; k < data.classes; k++) {
            expect(margins[row * data.classes + k]).toBe(margin(ensemble, cells, k));
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it('walks trees of any depth, and rows in any number, to the leaves of the definition', () => {
    const data = simulate(5, 600, 3, 2);
    const options = plain({ rounds: 2, growth: 'leafwise', maxDepth: 0, maxLeaves: 200, lambda: 0 });
    const { ensemble } = trainBoosting({ ...data, options });
    const depthOf = (tree: NestedTree): number =>
      'value' in tree ? 0 : 1 + Math.max(depthOf(tree.left), depthOf(tree.right));
    expect(Math.max(...ensemble.trees.map((tree) => depthOf(nested(tree))))).toBeGreaterThan(10);
    for (const count of [1, 3, 4, 6, 257, 600]) {
      const margins = scoreMargins(ensemble, data.features, range(count));
      for (let row = 0; row < count; row++) {
        const cells = data.features.values.subarray(row * 3, row * 3 + 3);
        expect(margins[2 * row + 1]).toBe(margin(ensemble, cells, 1));
      }
    }
  });

  it('sends a value equal to the threshold right, and a missing one by default', () => {
    const stump = (defaultLeft: number): TreeEnsemble => ({
      classes: 2,
      featureNames: ['a'],
      baseScore: Float32Array.of(0, 0),
      treeClass: Int32Array.of(1),
      trees: [
        {
          left: Int32Array.of(1, -1, -1),
          right: Int32Array.of(2, -1, -1),
          feature: Int32Array.of(0, 0, 0),
          threshold: Float32Array.of(0.1, 0, 0),
          defaultLeft: Uint8Array.of(defaultLeft, 0, 0),
          value: Float32Array.of(0, -1, 2),
          cover: Float32Array.of(2, 1, 1),
          gain: Float32Array.of(1, 0, 0),
        },
      ],
    });
    const features = tableOf([
      [0.1],
      [Math.fround(0.1) - 2 ** -27],
      [Number.NaN],
      [Number.POSITIVE_INFINITY],
    ]);
    const classOne = (defaultLeft: number) =>
      [...scoreMargins(stump(defaultLeft), features)].filter((_, at) => at % 2 === 1);
    expect(classOne(0)).toEqual([2, -1, 2, 2]);
    expect(classOne(1)).toEqual([2, -1, -1, 2]);
  });

  it('scores chosen rows in their order, over several blocks', () => {
    const data = simulate(1, 1300, 4, 3);
    const { ensemble } = trainBoosting({ ...data, options: plain() });
    const all = scoreMargins(ensemble, data.features);
    const rows = Int32Array.from({ length: 1100 }, (_, at) => (at * 7) % 1300);
    const some = scoreMargins(ensemble, data.features, rows);
    expect([...some]).toEqual(Array.from(rows, (row) => [...all.subarray(3 * row, 3 * row + 3)]).flat());
    expect(scoreMargins(ensemble, data.features, new Int32Array(0)).length).toBe(0);
  });

  it('refuses tables with other columns, but lets models without names pass', () => {
    const data = simulate(2, 40, 3, 2);
    const { ensemble } = trainBoosting({ ...data, options: plain() });
    expect(() => scoreMargins(ensemble, tableOf([[1, 2]]))).toThrow(
      'table has 2 columns, the tree model expects 3',
    );
    expect(() => scoreMargins(ensemble, tableOf([[1, 2, 3]], ['a', 'c', 'b']))).toThrow(
      "column 1 of the table is 'c'",
    );
    const nameless = { ...ensemble, featureNames: ['f0', 'f1', 'f2'] };
    expect(scoreMargins(nameless, data.features)).toEqual(scoreMargins(ensemble, data.features));
  });
});

describe('rounds', () => {
  const withClasses = (...treeClass: number[]): TreeEnsemble => {
    const { ensemble } = trainBoosting({ ...simulate(3, 30, 2, 2), options: plain({ rounds: 1 }) });
    return {
      ...ensemble,
      trees: treeClass.map(() => ensemble.trees[0]),
      treeClass: Int32Array.from(treeClass),
    };
  };

  it.each([
    ['one tree per class', [0, 1, 2, 0, 1, 2], [0, 3, 6]],
    ['a boosted forest', [0, 0, 1, 1, 0, 0, 1, 1], [0, 4, 8]],
    ['a binary model', [1, 1, 1], [0, 1, 2, 3]],
    ['nothing', [], [0]],
  ])('start anew with the class order: %s', (_, treeClass, starts) => {
    expect(roundStarts(withClasses(...treeClass))).toEqual(starts);
  });

  it('are cut off the end', () => {
    const ensemble = withClasses(0, 1, 0, 1, 0, 1);
    expect([...truncateRounds(ensemble, 2).treeClass]).toEqual([0, 1, 0, 1]);
    expect(truncateRounds(ensemble, 2).trees.length).toBe(4);
    expect(truncateRounds(ensemble, 0).trees).toEqual([]);
    expect(truncateRounds(ensemble, 9)).toEqual(ensemble);
  });
});

describe('totalGain', () => {
  it('adds the gains of the splits on each column', () => {
    const labels = Int16Array.of(0, 0, 1, 1);
    const features = tableOf([
      [5, 0],
      [5, 1],
      [5, 2],
      [5, 3],
    ]);
    const options = plain({ rounds: 1, maxDepth: 1, lambda: 0 });
    const rows = Int32Array.of(0, 1, 2, 3);
    const { ensemble } = trainBoosting({ features, labels, classes: 2, rows, options });
    // per tree: G = -1 on one side and 1 on the other, H = 1 on both, so the gain is 1 + 1 - 0
    expect([...totalGain(ensemble)]).toEqual([0, 4]);
  });
});
