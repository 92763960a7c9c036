import type { Predictor } from './statistics.js';

/** Name of the constant answer among predictors. */
export const FLOOR = 'constant answer';

/** The share of each class among the labels given, [class]. */
export function classShares(labels: Int16Array, classes: number): Float64Array {
  const shares = new Float64Array(classes);
  for (const label of labels) shares[label] += 1 / labels.length;
  return shares;
}

/**
 * The constant-answer floor: always the most frequent class of the training labels, with the class shares as its
 * probabilities (so its log-loss is the best that a constant can do).
 */
export function floorPredictor(trainingLabels: Int16Array, classes: number, rows: number): Predictor {
  const shares = Float32Array.from(classShares(trainingLabels, classes));
  const probabilities = new Float32Array(rows * classes);
  for (let row = 0; row < rows; row++) probabilities.set(shares, row * classes);
  return { name: FLOOR, probabilities, covered: null };
}
