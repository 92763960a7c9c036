import { describe, expect, it } from 'vitest';
import { boostingOptions, PP_GLAM } from '../../src/ensemble/boosting-options.js';
import { scoreMargins } from '../../src/ensemble/scoring/score.js';
import { type BoostingInput, fitWithRounds, trainBoosting } from '../../src/ensemble/training/train.js';
import type { TreeEnsemble } from '../../src/ensemble/tree.js';
import { toXgboostJson } from '../../src/ensemble/xgboost/json.js';
import { createRandom } from '../../src/math/random.js';
import { meanLogLoss, nested, plain, range, simulate, tableOf } from './support.js';

function lossOf(ensemble: TreeEnsemble, data: ReturnType<typeof simulate>, rows = data.rows): number {
  const labels = Int16Array.from(rows, (row) => data.labels[row]);
  const margins = scoreMargins(ensemble, data.features, rows);
  return meanLogLoss(margins, labels, new Float64Array(data.classes).fill(1));
}

describe('trainBoosting', () => {
  it.each([2, 3, 4, 5, 6, 7, 8, 9, 10])('lowers the loss every round with %i classes', (classes) => {
    const data = simulate(classes, 200, 5, classes);
    const { ensemble, trainLoss, bestRound } = trainBoosting({ ...data, options: plain({ rounds: 8 }) });
    expect([Math.log(classes), ...trainLoss]).toEqual(
      [Math.log(classes), ...trainLoss].sort((a, b) => b - a),
    );
    expect(trainLoss[7]).toBeLessThan(0.8 * Math.log(classes));
    expect(bestRound).toBe(8);
    expect(ensemble.trees.length).toBe(8 * classes);
    expect([...ensemble.treeClass.slice(0, classes)]).toEqual([...range(classes)]);
  });

  it.each([
    ['all rows', {}],
    ['a bag of rows and columns', { baggingFraction: 0.6, baggingFrequency: 2, featureFraction: 0.5 }],
  ])('reports the loss that scoring the model gives with %s', (_, given) => {
    const data = simulate(1, 150, 6, 3);
    const rows = range(100);
    const validationRows = range(150).slice(100);
    const { ensemble, trainLoss, validationLoss } = trainBoosting({
      ...data,
      rows,
      validationRows,
      options: plain(given),
    });
    expect(trainLoss[2]).toBeCloseTo(lossOf(ensemble, data, rows), 12);
    expect(validationLoss?.[2]).toBeCloseTo(lossOf(ensemble, data, validationRows), 12);
  });

  it('gives equal bytes for equal input, and others for another seed', () => {
    const data = simulate(2, 120, 6, 3);
    const train = (seed: number) => {
      const options = plain({ baggingFraction: 0.7, baggingFrequency: 1, featureFraction: 0.6, seed });
      return toXgboostJson(trainBoosting({ ...data, options }).ensemble);
    };
    expect(train(1)).toBe(train(1));
    expect(train(1)).not.toBe(train(2));
  });

  it('draws the part of the rows asked for, anew as often as asked', () => {
    const data = simulate(2, 120, 6, 3);
    const train = (baggingFrequency: number) => {
      const options = plain({ rounds: 2, baggingFraction: 0.7, baggingFrequency });
      return trainBoosting({ ...data, options }).ensemble.trees;
    };
    const [never, always, once] = [train(0), train(1), train(2)];
    // in the first round every row weighs 2 * 1/3 * 2/3
    expect(never[0].cover[0] / (4 / 9)).toBeCloseTo(120, 4);
    expect(always[0].cover[0] / (4 / 9)).toBeCloseTo(84, 4);
    expect(always.slice(0, 3)).toEqual(once.slice(0, 3));
    expect(always.slice(3)).not.toEqual(once.slice(3));
  });

  it('gives equal bytes whatever the order of the rows', () => {
    const data = simulate(3, 300, 4, 4);
    const shuffled = createRandom(9).shuffle(range(300));
    const options = plain({ classWeights: 'balanced' });
    const sorted = trainBoosting({ ...data, options }).ensemble;
    expect(toXgboostJson(trainBoosting({ ...data, rows: shuffled, options }).ensemble)).toBe(
      toXgboostJson(sorted),
    );
  });

  it('permutes the model with the columns: names decide ties and sampling, not places', () => {
    const data = simulate(4, 60, 5, 3);
    for (let at = 0; at < data.features.values.length; at++)
      data.features.values[at] = Math.round(data.features.values[at]);
    const order = [3, 0, 4, 1, 2];
    const { columns, values, names } = data.features;
    const rows = Array.from(data.rows, (row) => order.map((column) => values[row * columns + column]));
    const permuted = tableOf(
      rows,
      order.map((column) => names[column]),
    );
    const options = plain({ rounds: 6, featureFraction: 0.6 });
    const original = trainBoosting({ ...data, options }).ensemble;
    const moved = trainBoosting({ ...data, features: permuted, options }).ensemble;
    moved.trees.forEach((tree, t) => {
      const { feature, ...others } = original.trees[t];
      const place = feature.map((column, node) => (tree.left[node] < 0 ? 0 : order.indexOf(column)));
      expect(tree).toEqual({ ...others, feature: place });
    });
  });

  it('weighs a class by 2 as if its rows were there twice', () => {
    const data = simulate(5, 120, 4, 3);
    const doubled = Int32Array.from([...data.rows, ...data.rows.filter((row) => data.labels[row] === 1)]);
    const weighted = trainBoosting({
      ...data,
      options: plain({ classWeights: [1, 2, 1], minChildWeight: 1 }),
    });
    const twice = trainBoosting({ ...data, rows: doubled, options: plain({ minChildWeight: 1 }) });
    weighted.ensemble.trees.forEach((tree, t) => {
      const other = twice.ensemble.trees[t];
      expect([tree.left, tree.feature, tree.threshold]).toEqual([other.left, other.feature, other.threshold]);
      for (const [node, value] of tree.value.entries()) expect(value).toBeCloseTo(other.value[node], 6);
      for (const [node, cover] of tree.cover.entries()) expect(cover).toBeCloseTo(other.cover[node], 3);
    });
    expect(weighted.trainLoss[2]).toBeCloseTo(twice.trainLoss[2], 7);
  });

  it('balances classes: equal total weight, mean weight 1, so all rates of a rare class rise', () => {
    const labels = Int16Array.from({ length: 100 }, (_, row) => (row < 90 ? 0 : 1));
    const features = tableOf(Array.from(labels, () => [1]));
    const rows = range(100);
    const rootCover = (classWeights: BoostingInput['options']['classWeights']) => {
      const options = plain({ rounds: 1, classWeights });
      const { trees } = trainBoosting({ features, labels, classes: 2, rows, options }).ensemble;
      return { cover: trees[0].cover[0], value: trees[0].value[0] };
    };
    // with weights of mean 1, the root's cover is 100 rows times 2 * 0.5 * 0.5
    expect(rootCover('none').cover).toBe(50);
    expect(rootCover('balanced').cover).toBeCloseTo(50, 4);
    expect(rootCover('sqrt').cover).toBeCloseTo(50, 4);
    expect(rootCover(0.5)).toEqual(rootCover('sqrt'));
    expect(rootCover(0)).toEqual(rootCover('none'));
    expect(rootCover(0.25).value).toBeGreaterThan(rootCover('sqrt').value);
    expect(rootCover(0.25).value).toBeLessThan(rootCover('none').value);
    expect(rootCover(1).value).toBeCloseTo(0, 6);
    expect(rootCover('balanced').value).toBeCloseTo(0, 6);
    expect(rootCover('none').value).toBeGreaterThan(rootCover('sqrt').value);
    expect(rootCover('sqrt').value).toBeGreaterThan(0.01);
  });

  it('learns where missing values go, and that being missing is evidence', () => {
    const labels = Int16Array.from({ length: 80 }, (_, row) => row % 2);
    const features = tableOf(Array.from(labels, (label, row) => [label === 1 ? Number.NaN : row]));
    const options = plain({ rounds: 1, maxDepth: 1 });
    const { ensemble } = trainBoosting({ features, labels, classes: 2, rows: range(80), options });
    const unseen = tableOf([[-1e6], [1e30], [Number.NaN]]);
    const margins = scoreMargins(ensemble, unseen);
    expect(margins[1]).toBeLessThan(0);
    expect(margins[3]).toBe(margins[1]);
    expect(margins[5]).toBeGreaterThan(0);
  });

  it('grows the same splits leaf-wise as depth-wise while no limit binds', () => {
    const data = simulate(6, 250, 4, 3);
    const depthwise = trainBoosting({ ...data, options: plain({ maxDepth: 5 }) }).ensemble;
    const leafwise = trainBoosting({
      ...data,
      options: plain({ maxDepth: 5, growth: 'leafwise', maxLeaves: 1000 }),
    }).ensemble;
    expect(leafwise.trees.map((tree) => nested(tree))).toEqual(depthwise.trees.map((tree) => nested(tree)));
    expect(leafwise.trees).not.toEqual(depthwise.trees); // only the numbering differs
  });

  it('keeps to the limits on leaves, rows and weight, and spends leaf-wise leaves on the largest gains', () => {
    const data = simulate(7, 400, 4, 3);
    const gainOf = (growth: 'leafwise' | 'depthwise') => {
      const options = plain({
        rounds: 1,
        growth,
        maxDepth: 0,
        maxLeaves: 7,
        minDataInLeaf: 20,
        minChildWeight: 2,
      });
      const { trees } = trainBoosting({ ...data, options }).ensemble;
      for (const tree of trees) {
        const leaves = tree.cover.filter((_, node) => tree.left[node] < 0);
        expect(leaves.length).toBe(7);
        // in the first round every row weighs 2 * 1/3 * 2/3
        for (const cover of leaves) expect(cover / (4 / 9)).toBeGreaterThan(19.99);
      }
      return trees.reduce((sum, tree) => sum + tree.gain.reduce((a, b) => a + b, 0), 0);
    };
    expect(gainOf('leafwise')).toBeGreaterThanOrEqual(gainOf('depthwise'));
  });

  it('learns from the given rows only', () => {
    const data = simulate(8, 200, 4, 3);
    const rows = range(100);
    const first = trainBoosting({ ...data, rows, options: plain() }).ensemble;
    data.features.values.fill(7, 400);
    data.labels.fill(-1, 100);
    expect(trainBoosting({ ...data, rows, options: plain() }).ensemble).toEqual(first);
  });

  it('stops early on validation rows, keeps the best round, and refits to the same model', () => {
    const data = simulate(9, 120, 5, 3);
    const rounds: number[] = [];
    const options = plain({ rounds: 200, learningRate: 0.3, maxDepth: 5, earlyStoppingRounds: 5 });
    const rows = range(80);
    const { ensemble, validationLoss, bestRound } = trainBoosting({
      ...data,
      rows,
      validationRows: range(120).slice(80),
      options,
      onRound: (round) => rounds.push(round),
    });
    const losses = [...(validationLoss ?? [])];
    expect(bestRound).toBeGreaterThan(2);
    expect(losses.length).toBe(bestRound + 5);
    expect(rounds).toEqual(Array.from(losses, (_, at) => at + 1));
    expect(losses.indexOf(Math.min(...losses)) + 1).toBe(bestRound);
    expect(ensemble.trees.length).toBe(3 * bestRound);
    expect(fitWithRounds({ ...data, rows, options }, bestRound)).toEqual(ensemble);
  });

  it('runs the reference recipe', () => {
    const data = simulate(10, 300, 8, 4);
    const options = boostingOptions({ ...PP_GLAM, rounds: 20, learningRate: 0.1 });
    const { trainLoss } = trainBoosting({ ...data, options });
    expect(trainLoss[19]).toBeLessThan(trainLoss[0]);
  });

  it.each([
    ['no rows', { rows: new Int32Array(0) }, 'no training rows'],
    ['an unlabelled row', { labels: new Int16Array(30).fill(-1) }, "training row 0 has class '-1'"],
    ['a class too large', { labels: new Int16Array(30).fill(3) }, "training row 0 has class '3'"],
    ['a row outside', { rows: Int32Array.of(30) }, 'training row 30 is outside'],
    ['a validation row outside', { validationRows: Int32Array.of(-1) }, 'validation row -1 is outside'],
    ['one class', { classes: 1 }, '1 classes'],
    ['labels of another length', { labels: new Int16Array(3) }, 'labels number 3, expected 30'],
    [
      'no columns',
      { features: { rows: 30, columns: 0, names: [], values: new Float32Array(0) } },
      'no columns',
    ],
    [
      'weights of another length',
      { options: plain({ classWeights: [1, 2] }) },
      'class weights number 2, expected 3',
    ],
  ])('refuses %s', (_, wrong, message) => {
    const data = simulate(11, 30, 2, 3);
    expect(() => trainBoosting({ ...data, options: plain(), ...wrong })).toThrow(message);
  });
});

describe('threads', () => {
  it('change no byte of a model, whatever their number', () => {
    const data = simulate(5, 20_500, 5, 4);
    const options = plain({ baggingFraction: 0.8, baggingFrequency: 1, featureFraction: 0.6, maxDepth: 5 });
    const train = (threads: number) => {
      const result = trainBoosting({ ...data, options, threads });
      return { model: toXgboostJson(result.ensemble), loss: [...result.trainLoss] };
    };
    const alone = train(1);
    expect(train(2)).toEqual(alone);
    expect(train(4)).toEqual(alone);
  });
});
