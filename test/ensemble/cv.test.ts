import { describe, expect, it } from 'vitest';
import { binFeatures } from '../../src/ensemble/training/binning.js';
import { crossValidateRounds, fitWithRounds } from '../../src/ensemble/training/cv.js';
import { trainBoosting } from '../../src/ensemble/training/train.js';
import { plain, range, simulate } from './support.js';

const data = simulate(1, 150, 5, 3);
const foldOf = Int16Array.from(data.rows, (row) => Math.floor(row / 5) % 3);
const options = plain({
  rounds: 60,
  learningRate: 0.4,
  baggingFraction: 0.8,
  baggingFrequency: 1,
  earlyStoppingRounds: 4,
});

/** What cross-validation must equal: every fold trained alone, to the end, in the bins of all rows. */
function foldByFold(folds: number, rounds: number) {
  return Array.from({ length: folds }, (_, fold) =>
    trainBoosting({
      ...data,
      binned: binFeatures(data.features, data.rows, options.maxBins),
      rows: data.rows.filter((row) => foldOf[row] !== fold),
      validationRows: data.rows.filter((row) => foldOf[row] === fold),
      options: { ...options, rounds, earlyStoppingRounds: 0 },
    }),
  );
}

describe('crossValidateRounds', () => {
  it('equals training each fold alone, and takes the rounds of least mean loss', () => {
    const progress: [number, number][] = [];
    const onProgress = (round: number, loss: number) => progress.push([round, loss]);
    const { rounds, curve, ensembles } = crossValidateRounds({
      ...data,
      foldOf,
      folds: 3,
      options,
      onProgress,
    });
    const alone = foldByFold(3, curve.length);
    const mean = (at: number) =>
      alone.reduce((sum, fold) => sum + (fold.validationLoss as Float64Array)[at], 0) / 3;
    for (const [at, loss] of curve.entries()) expect(loss).toBeCloseTo(mean(at), 12);
    expect(rounds).toBe(curve.indexOf(Math.min(...curve)) + 1);
    expect(curve.length).toBe(rounds + 4);
    expect(progress).toEqual(Array.from(curve, (loss, at) => [at + 1, loss]));
    expect(ensembles).toEqual(foldByFold(3, rounds).map((fold) => fold.ensemble));
  });

  it('validates on the first folds only when asked', () => {
    const { curve, ensembles } = crossValidateRounds({
      ...data,
      foldOf,
      folds: 3,
      validationFolds: 1,
      options,
    });
    expect(ensembles.length).toBe(1);
    expect([...curve]).toEqual([...(foldByFold(1, curve.length)[0].validationLoss ?? [])]);
  });

  it('takes rows in any order and number', () => {
    const rows = Int32Array.of(...range(150).slice(30).reverse());
    const result = crossValidateRounds({
      ...data,
      rows,
      foldOf: Int16Array.from(rows, (row) => row % 3),
      folds: 3,
      options,
    });
    expect(result.rounds).toBeGreaterThan(0);
  });

  it('refits on all rows with the rounds found', () => {
    const rounds: number[] = [];
    const ensemble = fitWithRounds({ ...data, options }, 4, (round) => rounds.push(round));
    expect(rounds).toEqual([1, 2, 3, 4]);
    expect(ensemble).toEqual(trainBoosting({ ...data, options: { ...options, rounds: 4 } }).ensemble);
  });

  it('refuses an empty fold, saying so', () => {
    const call = () => crossValidateRounds({ ...data, foldOf, folds: 5, options });
    expect(call).toThrow('fold 4 of 5 leaves no rows');
  });

  it('refuses folds of another length', () => {
    const call = () => crossValidateRounds({ ...data, foldOf: foldOf.slice(1), folds: 3, options });
    expect(call).toThrow('folds number 149, expected 150');
  });
});
