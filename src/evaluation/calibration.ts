import { argmaxAt } from '../math/softmax.js';
import type { EvaluationSet, Predictor } from './statistics.js';

const BINS = 15;

/** Rows whose answer was given with about the same probability. */
export interface ReliabilityBin {
  /** of the 15 bins of equal width, from 0 */
  readonly bin: number;
  readonly rows: number;
  /** mean probability of the answers */
  readonly confidence: number;
  /** share of the answers that are right */
  readonly accuracy: number;
}

/**
 * Rows binned by the probability of the predicted class into 15 bins of equal width (Guo et al. 2017, section 2); bins
 * without rows are left out.
 */
export function reliability(set: EvaluationSet, predictor: Predictor): ReliabilityBin[] {
  const rows = new Float64Array(BINS);
  const confidence = new Float64Array(BINS);
  const hits = new Float64Array(BINS);
  for (let row = 0; row < set.labels.length; row++) {
    if (predictor.covered !== null && predictor.covered[row] === 0) continue;
    const start = row * set.classes;
    const answer = argmaxAt(predictor.probabilities, start, set.classes);
    const probability = predictor.probabilities[start + answer];
    const bin = Math.max(0, Math.min(BINS - 1, Math.floor(probability * BINS)));
    rows[bin]++;
    confidence[bin] += probability;
    if (answer === set.labels[row]) hits[bin]++;
  }
  return Array.from({ length: BINS }, (_, bin) => ({
    bin,
    rows: rows[bin],
    confidence: confidence[bin] / rows[bin],
    accuracy: hits[bin] / rows[bin],
  })).filter((one) => one.rows > 0);
}

/** Expected calibration error: the mean over rows of |accuracy - confidence| of their bin. NaN without rows. */
export function calibrationError(bins: readonly ReliabilityBin[]): number {
  let error = 0;
  let total = 0;
  for (const { rows, confidence, accuracy } of bins) {
    error += rows * Math.abs(accuracy - confidence);
    total += rows;
  }
  return error / total;
}
