import fc from 'fast-check';
import { expect } from 'vitest';
import { type BoostingOptions, boostingOptions } from '../../src/ensemble/boosting-options.js';
import { scoreMargins, truncateRounds } from '../../src/ensemble/scoring/score.js';
import type { BoostingData } from '../../src/ensemble/training/booster.js';
import type { FeatureMatrix, Tree, TreeEnsemble } from '../../src/ensemble/tree.js';
import { createRandom } from '../../src/math/random.js';
import { softmaxRows } from '../../src/math/softmax.js';
import { type ExactNode, exactTree } from '../oracles/exact-tree.js';

/** A table of columns named a, b, c, ... from its rows. */
export function tableOf(rows: readonly (readonly number[])[], names?: readonly string[]): FeatureMatrix {
  const columns = rows[0].length;
  return {
    rows: rows.length,
    columns,
    names: names ?? Array.from({ length: columns }, (_, at) => String.fromCharCode(97 + at)),
    values: Float32Array.from(rows.flat()),
  };
}

/** 0, 1, ..., count - 1. */
export function range(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, at) => at);
}

/** Options without sampling, limits on leaves, class weights or class priors, so that every law holds exactly. */
export function plain(given: Partial<BoostingOptions> = {}): BoostingOptions {
  return boostingOptions({
    rounds: 3,
    learningRate: 0.3,
    maxDepth: 3,
    minChildWeight: 0,
    featureFraction: 1,
    baggingFrequency: 0,
    classWeights: 'none',
    maxBins: 255,
    priors: false,
    earlyStoppingRounds: 0,
    ...given,
  });
}

/** Continuous columns that tell a good deal about the class; one value in ten is missing. */
export function simulate(seed: number, rows: number, columns: number, classes: number) {
  const random = createRandom(seed);
  const labels = new Int16Array(rows);
  const values = Array.from({ length: rows }, (_, row) => {
    labels[row] = random.integer(classes);
    return Array.from({ length: columns }, (_, column) => {
      const signal = labels[row] === column % classes ? 1 : 0;
      return random.uniform() < 0.1 ? Number.NaN : signal + random.normal();
    });
  });
  return { features: tableOf(values), labels, classes, rows: range(rows) };
}

/** Small tables on a coarse grid, with ties and missing values, and labels of 2 to 4 classes. */
export const smallData = fc
  .record({ columns: fc.integer({ min: 1, max: 4 }), classes: fc.integer({ min: 2, max: 4 }) })
  .chain(({ columns, classes }) => {
    const value = fc.oneof(
      { weight: 5, arbitrary: fc.integer({ min: -4, max: 8 }).map((eighths) => eighths / 8) },
      { weight: 1, arbitrary: fc.constant(Number.NaN) },
    );
    const row = fc.record({
      values: fc.array(value, { minLength: columns, maxLength: columns }),
      label: fc.integer({ min: 0, max: classes - 1 }),
    });
    return fc.array(row, { minLength: 3, maxLength: 30 }).map((rows) => ({
      features: tableOf(rows.map(({ values }) => values)),
      labels: Int16Array.from(rows, ({ label }) => label),
      classes,
      rows: range(rows.length),
    }));
  });

/** A tree as nested plain data: what it does, whatever the numbering of its nodes. */
export type NestedTree =
  | { value: number; cover: number }
  | { feature: number; threshold: number; defaultLeft: boolean; left: NestedTree; right: NestedTree };

export function nested(tree: Tree, node = 0): NestedTree {
  if (tree.left[node] < 0) return { value: tree.value[node], cover: tree.cover[node] };
  return {
    feature: tree.feature[node],
    threshold: tree.threshold[node],
    defaultLeft: tree.defaultLeft[node] === 1,
    left: nested(tree, tree.left[node]),
    right: nested(tree, tree.right[node]),
  };
}

/** Weighted mean cross-entropy of margins [row][class] in nats, each row's weight that of its class. */
export function meanLogLoss(
  margins: Float32Array,
  labels: Int16Array,
  classWeights: ArrayLike<number>,
): number {
  const classes = classWeights.length;
  let loss = 0;
  let weights = 0;
  labels.forEach((label, row) => {
    const own = Array.from(margins.subarray(row * classes, (row + 1) * classes));
    const logSum = Math.log(own.reduce((sum, margin) => sum + Math.exp(margin), 0));
    loss += classWeights[label] * (logSum - own[label]);
    weights += classWeights[label];
  });
  return loss / weights;
}

/** A tree of a class must be the one that exact search finds: equal structure, numbers equal within the model's float32. */
function expectExactTree(tree: Tree, k: number, expected: ExactNode, node = 0): void {
  expect(Math.abs(tree.cover[node] - expected.cover)).toBeLessThan(1e-5);
  expect(tree.left[node] >= 0).toBe(expected.children !== undefined);
  if (expected.children === undefined) {
    expect(Math.abs(tree.value[node] - expected.values[k])).toBeLessThan(1e-6);
    return;
  }
  const { feature, threshold, defaultLeft, gains } = expected.split as NonNullable<ExactNode['split']>;
  expect([tree.feature[node], tree.threshold[node], tree.defaultLeft[node]]).toEqual([
    feature,
    threshold,
    Number(defaultLeft),
  ]);
  expect(Math.abs(tree.gain[node] - gains[k])).toBeLessThan(1e-5);
  const [left, right] = expected.children;
  expectExactTree(tree, k, left, tree.left[node]);
  expectExactTree(tree, k, right, tree.right[node]);
}

/**
 * The trees of a round must be those that exact search finds on the derivatives at the rounds before it. Returns how many
 * were compared: after the first round, whose derivatives are exact, trees with a choice too close for float32 are not.
 */
export function expectExactRound(
  ensemble: TreeEnsemble,
  { features, labels, classes, rows }: Omit<BoostingData, 'options'>,
  options: BoostingOptions,
  round: number,
): number {
  const p = softmaxRows(scoreMargins(truncateRounds(ensemble, round), features), classes);
  const ofClass = (of: (p: number, isLabel: number) => number) =>
    Array.from({ length: classes }, (_, k) =>
      Array.from(rows, (row) => of(p[row * classes + k], labels[row] === k ? 1 : 0)),
    );
  const gradients = ofClass((p, isLabel) => p - isLabel);
  const hessians = ofClass((p) => 2 * p * (1 - p));
  const shares = options.multiStrategy === 'multi_output_tree';
  const trees = shares
    ? [exactTree({ features, gradients, hessians, options })]
    : gradients.map((gradient, k) =>
        exactTree({ features, gradients: [gradient], hessians: [hessians[k]], options }),
      );
  let compared = 0;
  for (let k = 0; k < classes; k++) {
    const { root, inDoubt } = trees[shares ? 0 : k];
    if (round > 0 && inDoubt) continue;
    expectExactTree(ensemble.trees[round * classes + k], shares ? k : 0, root);
    compared++;
  }
  return compared;
}
