import { argmaxAt } from '../math/softmax.js';
import type { EvaluationSet, Predictor } from './statistics.js';

const BINS = 15;

/**
 * Expected calibration error: rows binned by the probability of the predicted class into 15 bins of equal width; the
 * mean over rows of |accuracy - confidence| of their bin (Guo et al. 2017, section 2). NaN without rows.
 */
export function calibrationError(set: EvaluationSet, predictor: Predictor): number {
  const rows = new Float64Array(BINS);
  const confidence = new Float64Array(BINS);
  const hits = new Float64Array(BINS);
  let total = 0;
  for (let row = 0; row < set.labels.length; row++) {
    if (predictor.covered !== null && predictor.covered[row] === 0) continue;
    const start = row * set.classes;
    const answer = argmaxAt(predictor.probabilities, start, set.classes);
    const probability = predictor.probabilities[start + answer];
    const bin = Math.max(0, Math.min(BINS - 1, Math.floor(probability * BINS)));
    rows[bin]++;
    confidence[bin] += probability;
    if (answer === set.labels[row]) hits[bin]++;
    total++;
  }
  let error = 0;
  for (let bin = 0; bin < BINS; bin++) error += Math.abs(hits[bin] - confidence[bin]);
  return error / total;
}
