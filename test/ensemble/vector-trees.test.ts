import { describe, expect, it } from 'vitest';
import { featurePlayers, groupPlayers } from '../../src/attribution/players.js';
import { type BoostingOptions, boostingOptions, PP_GLAM } from '../../src/ensemble/boosting-options.js';
import { scoreMargins } from '../../src/ensemble/scoring/score.js';
import { fitWithRounds, trainBoosting } from '../../src/ensemble/training/train.js';
import type { Tree, TreeEnsemble } from '../../src/ensemble/tree.js';
import { fromXgboostJson, toXgboostJson } from '../../src/ensemble/xgboost/json.js';
import { marginsByDefinition } from '../oracles/margins.js';
import { distance, expectAdditivity } from '../properties/attribution-laws.js';
import { plain, range, simulate, tableOf } from './support.js';

const vector = (given: Partial<BoostingOptions> = {}) =>
  plain({ ...given, multiStrategy: 'multi_output_tree' });

/** What the trees of one structure have in common. */
function structure({ left, right, feature, threshold, defaultLeft, cover }: Tree) {
  return { left, right, feature, threshold, defaultLeft, cover };
}

/** Trees of each round [round][class], of an ensemble without class priors. */
function roundsOf({ trees, classes }: TreeEnsemble): Tree[][] {
  return Array.from({ length: trees.length / classes }, (_, round) =>
    [...trees].slice(round * classes, (round + 1) * classes),
  );
}

describe('trees of vector leaves', () => {
  it.each([2, 3, 4, 5, 6, 7, 8, 9, 64])(
    'are one structure a round and lower the loss with %i classes',
    (classes) => {
      const data = simulate(classes, 300, 5, classes);
      const { ensemble, trainLoss } = trainBoosting({ ...data, options: vector({ rounds: 6 }) });
      expect(ensemble.trees.length).toBe(6 * classes);
      for (const [first, ...others] of roundsOf(ensemble)) {
        expect(first.left.length).toBeGreaterThan(3);
        for (const other of others) {
          expect(structure(other)).toEqual(structure(first));
          expect(other.value).not.toEqual(first.value);
        }
      }
      const losses = [Math.log(classes), ...trainLoss];
      expect(losses).toEqual([...losses].sort((a, b) => b - a));
      expect(trainLoss[5]).toBeLessThan(0.95 * Math.log(classes));
    },
  );

  it('equal the trees of two classes where these mirror each other', () => {
    const data = simulate(2, 400, 5, 2);
    const options = { rounds: 1, maxDepth: 5 };
    const one = trainBoosting({ ...data, options: plain(options) }).ensemble;
    const all = trainBoosting({ ...data, options: vector(options) }).ensemble;
    expect(all).toEqual(one);
  });

  it('do not depend on the order of the classes', () => {
    const data = simulate(4, 300, 5, 4);
    const order = [2, 0, 3, 1];
    const labels = data.labels.map((label) => order[label]);
    const original = trainBoosting({ ...data, options: vector({ rounds: 4 }) }).ensemble;
    const renamed = trainBoosting({ ...data, labels, options: vector({ rounds: 4 }) }).ensemble;
    const rounds = roundsOf(renamed);
    roundsOf(original).forEach((trees, round) => {
      trees.forEach((tree, k) => {
        const other = rounds[round][order[k]];
        expect([tree.left, tree.feature, tree.threshold]).toEqual([
          other.left,
          other.feature,
          other.threshold,
        ]);
        expect(distance(tree.value, other.value)).toBeLessThan(1e-6);
      });
    });
  });

  it('are not decided by rounding where splits that part off different classes gain as much', () => {
    for (const rows of [5, 6, 7, 9, 11, 13]) {
      // each column tells the rows of one class from all others
      const labels = Int16Array.from({ length: 7 * rows }, (_, row) => row % 7);
      const features = tableOf(
        Array.from(labels, (label) => [6, 3, 5, 0, 2, 4, 1].map((k) => +(k === label))),
      );
      const options = vector({ rounds: 1, maxDepth: 6 });
      const { trees } = trainBoosting({
        features,
        labels,
        classes: 7,
        rows: range(labels.length),
        options,
      }).ensemble;
      const tested = [...trees[0].feature].filter((_, node) => trees[0].left[node] >= 0);
      expect(tested).toEqual([0, 1, 2, 3, 4, 5]);
    }
  });

  it('split the older of two leaves whose splits gain as much', () => {
    for (const rows of [5, 6, 7, 9, 11, 13]) {
      // the first column halves the classes; in either half one column tells one class from the two others
      const labels = Int16Array.from({ length: 6 * rows }, (_, row) => row % 6);
      const features = tableOf(Array.from(labels, (label) => [+(label < 3), +(label === 0), +(label === 4)]));
      const options = vector({ rounds: 1, growth: 'leafwise', maxLeaves: 3 });
      const { trees } = trainBoosting({
        features,
        labels,
        classes: 6,
        rows: range(labels.length),
        options,
      }).ensemble;
      expect([...trees[0].left]).toEqual([1, 3, -1, -1, -1]);
    }
  });

  it('give a class no value where its own hessian is too little, and none but the mean counts for a leaf', () => {
    const data = simulate(5, 300, 4, 4);
    const minChildWeight = 6;
    const options = vector({ rounds: 8, maxDepth: 6, minChildWeight });
    const { trees } = trainBoosting({ ...data, options }).ensemble;
    const isLeaf = (tree: Tree, node: number) => tree.left[node] < 0;
    const leaves = trees.flatMap((tree) =>
      [...tree.value.keys()].filter((node) => isLeaf(tree, node)).map((node) => [tree, node] as const),
    );
    for (const [tree, node] of leaves) expect(tree.cover[node]).toBeGreaterThanOrEqual(minChildWeight);
    const zeros = leaves.filter(([tree, node]) => tree.value[node] === 0);
    expect(zeros.length).toBeGreaterThan(10);
    expect(leaves.length - zeros.length).toBeGreaterThan(100);
  });

  it.each(['depthwise', 'leafwise'] as const)('keep to the limits of %s growth', (growth) => {
    const data = simulate(6, 500, 5, 4);
    const options = vector({ growth, rounds: 3, maxDepth: 5, maxLeaves: 9, minDataInLeaf: 15 });
    const { ensemble } = trainBoosting({ ...data, options });
    for (const [tree] of roundsOf(ensemble)) {
      expect(tree.left.filter((child) => child < 0).length).toBe(9);
      const depth = new Int32Array(tree.left.length);
      tree.left.forEach((left, node) => {
        if (left >= 0) depth[left] = depth[tree.right[node]] = depth[node] + 1;
      });
      expect(Math.max(...depth)).toBeLessThanOrEqual(5);
    }
    // in the first round every row weighs 2 * 1/4 * 3/4
    for (const cover of ensemble.trees[0].cover) expect(cover / (3 / 8)).toBeGreaterThan(14.99);
  });

  it.each([
    ['all rows', {}],
    ['a bag of rows and columns', { baggingFraction: 0.6, baggingFrequency: 2, featureFraction: 0.5 }],
  ])('report the loss that scoring the model gives, and stop early, with %s', (_, given) => {
    const data = simulate(7, 300, 6, 3);
    const options = vector({ ...given, rounds: 200, learningRate: 0.5, maxDepth: 4, earlyStoppingRounds: 5 });
    const rows = range(200);
    const validationRows = range(300).slice(200);
    const { ensemble, validationLoss, bestRound } = trainBoosting({ ...data, rows, validationRows, options });
    const margins = scoreMargins(ensemble, data.features, validationRows);
    const losses = Array.from(validationRows, (row, at) => {
      const own = [...margins.subarray(3 * at, 3 * at + 3)];
      return Math.log(own.reduce((sum, margin) => sum + Math.exp(margin), 0)) - own[data.labels[row]];
    });
    expect(validationLoss?.length).toBe(bestRound + 5);
    expect(losses.reduce((a, b) => a + b, 0) / 100).toBeCloseTo(Math.min(...(validationLoss ?? [])), 12);
    expect(fitWithRounds({ ...data, rows, options }, bestRound)).toEqual(ensemble);
  });

  it('survive the XGBoost model file, and attributions add up to their margins', () => {
    const data = simulate(8, 250, 6, 3);
    const given = { priors: true, maxDepth: 5, rounds: 5, minChildWeight: 2 };
    const { ensemble } = trainBoosting({ ...data, options: vector(given) });
    const text = toXgboostJson(ensemble);
    const back = fromXgboostJson(text);
    expect(back).toEqual(ensemble);
    expect(toXgboostJson(back)).toBe(text);
    expect(scoreMargins(back, data.features)).toEqual(marginsByDefinition(ensemble, data.features));
    for (const players of [featurePlayers(back), groupPlayers(['x', 'y', 'z'], [0, 0, 1, 1, 2, 2])])
      expectAdditivity({ ensemble: back, players, table: data.features });
  });

  it('take the reference recipe', () => {
    const data = simulate(10, 400, 8, 4);
    const given = { ...PP_GLAM, rounds: 20, learningRate: 0.1 };
    const options = boostingOptions({ ...given, multiStrategy: 'multi_output_tree' });
    const { trainLoss, ensemble } = trainBoosting({ ...data, options });
    expect(trainLoss[19]).toBeLessThan(trainLoss[0]);
    for (const { value } of ensemble.trees) for (const leaf of value) expect(Math.abs(leaf)).toBeLessThan(5);
  });

  it.each([
    ['depth-wise', {}],
    ['leaf-wise', { growth: 'leafwise', maxLeaves: 20, minDataInLeaf: 5 }],
  ] as const)('are the same bytes on any number of threads, %s', (_, given) => {
    const data = simulate(9, 20_500, 41, 3);
    // the last columns, which other threads may search, repeat the first: of equal splits the first column's is taken
    for (let at = 0; at < data.features.values.length; at += 41)
      data.features.values.copyWithin(at + 32, at, at + 9);
    const sampling = { baggingFraction: 0.8, baggingFrequency: 1, featureFraction: 0.8 };
    const options = vector({ ...sampling, rounds: 2, maxDepth: 5, ...given });
    const train = (threads: number) => {
      const result = trainBoosting({ ...data, options, threads });
      return { model: toXgboostJson(result.ensemble), loss: [...result.trainLoss] };
    };
    const alone = train(1);
    expect(train(2)).toEqual(alone);
    expect(train(3)).toEqual(alone);
  });
});
