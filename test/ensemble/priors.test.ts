import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scoreMargins } from '../../src/ensemble/scoring/score.js';
import { crossValidateRounds } from '../../src/ensemble/training/cv.js';
import { priorMargins } from '../../src/ensemble/training/priors.js';
import { fitWithRounds, trainBoosting } from '../../src/ensemble/training/train.js';
import { fromXgboostJson, toXgboostJson } from '../../src/ensemble/xgboost/json.js';
import { softmaxRows } from '../../src/math/softmax.js';
import { plain, simulate } from './support.js';

const skewed = () => {
  const data = simulate(1, 200, 4, 3);
  data.labels.fill(2, 0, 120);
  return data;
};

describe('class priors', () => {
  it('are the log frequencies, centred, so that equal margins are the answer to equal classes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 80 }),
        fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 4, maxLength: 4 }),
        (labels, weights) => {
          const margins = priorMargins(Int16Array.from(labels), Float64Array.from(weights));
          const counts = weights.map((weight, k) => 1 + weight * labels.filter((l) => l === k).length);
          const total = counts.reduce((sum, count) => sum + count, 0);
          const shares = softmaxRows(margins, 4);
          for (const [k, share] of shares.entries()) expect(share).toBeCloseTo(counts[k] / total, 5);
          expect(margins.reduce((sum, margin) => sum + margin, 0)).toBeCloseTo(0, 5);
        },
      ),
    );
  });

  it('are a round 0 of single leaves that `rounds` does not count', () => {
    const data = skewed();
    const { ensemble, bestRound } = trainBoosting({ ...data, options: plain({ priors: true, rounds: 2 }) });
    expect(bestRound).toBe(2);
    expect([...ensemble.treeClass]).toEqual([0, 1, 2, 0, 1, 2, 0, 1, 2]);
    expect(ensemble.trees.slice(0, 3).map((tree) => tree.left.length)).toEqual([1, 1, 1]);
    const priors = fitWithRounds({ ...data, options: plain({ priors: true }) }, 0);
    expect(priors.trees).toEqual(ensemble.trees.slice(0, 3));
    const counts = [0, 1, 2].map((k) => 1 + data.labels.filter((label) => label === k).length);
    const shares = softmaxRows(scoreMargins(priors, data.features), 3).subarray(0, 3);
    for (const [k, share] of shares.entries()) expect(share).toBeCloseTo(counts[k] / 203, 6);
    // 200 rows times 2 * 1/3 * 2/3
    expect(priors.trees[0].cover[0]).toBeCloseTo(200 * (4 / 9), 4);
  });

  it('are what the reported losses start from, to the bit', () => {
    const data = skewed();
    const rows = data.rows.slice(0, 150);
    const validationRows = data.rows.slice(150);
    const options = plain({ priors: true, baggingFraction: 0.7, baggingFrequency: 1, featureFraction: 0.5 });
    const { ensemble, validationLoss } = trainBoosting({ ...data, rows, validationRows, options });
    const probabilities = softmaxRows(scoreMargins(ensemble, data.features, validationRows), 3);
    const loss = validationRows.reduce(
      (sum, row, at) => sum - Math.log(probabilities[3 * at + data.labels[row]]) / validationRows.length,
      0,
    );
    expect(validationLoss?.[2]).toBeCloseTo(loss, 6);
  });

  it('stay when rounds are cut by early stopping', () => {
    const data = skewed();
    const foldOf = Int16Array.from(data.rows, (row) => row % 3);
    const options = plain({ priors: true, rounds: 60, learningRate: 0.4, earlyStoppingRounds: 4 });
    const { rounds, curve, ensembles } = crossValidateRounds({ ...data, foldOf, folds: 3, options });
    expect(rounds).toBeLessThan(curve.length);
    for (const ensemble of ensembles) expect(ensemble.trees.length).toBe(3 * (rounds + 1));
  });

  it('save the rounds that learn frequencies: the first round is better than without', () => {
    const data = skewed();
    const lossOf = (priors: boolean) =>
      trainBoosting({ ...data, options: plain({ priors, rounds: 1, learningRate: 0.05 }) }).trainLoss[0];
    expect(lossOf(true)).toBeLessThan(lossOf(false) - 0.05);
  });

  it('leave the model free of the classes a training set lacks', () => {
    const data = simulate(2, 60, 3, 4);
    data.labels.forEach((label, row) => {
      data.labels[row] = label === 3 ? 0 : label;
    });
    const { ensemble, trainLoss } = trainBoosting({ ...data, options: plain({ priors: true }) });
    expect(trainLoss.every(Number.isFinite)).toBe(true);
    const probabilities = softmaxRows(scoreMargins(ensemble, data.features), 4);
    for (const row of data.rows) expect(probabilities[4 * row + 3]).toBeLessThan(0.05);
  });

  it('survive the model file', () => {
    const { ensemble } = trainBoosting({ ...skewed(), options: plain({ priors: true }) });
    expect(fromXgboostJson(toXgboostJson(ensemble))).toEqual(ensemble);
    expect(JSON.parse(toXgboostJson(ensemble)).learner.gradient_booster.model.iteration_indptr).toEqual([
      0, 3, 6, 9, 12,
    ]);
  });
});
