import { EsciSelectError } from '../../errors.js';
import { power } from '../../math/power.js';
import type { ClassWeights } from '../boosting-options.js';

/**
 * Weight of a row of each class [class]. A class without training rows counts as if it had one. Throws 'usage' when a
 * list of weights has another length than the classes.
 */
export function classWeightsOf(
  weights: ClassWeights,
  labels: Int16Array,
  rows: Int32Array,
  classes: number,
): Float64Array {
  if (weights === 'none') return new Float64Array(classes).fill(1);
  if (typeof weights === 'object') return listed(weights, classes);
  const counts = new Float64Array(classes);
  for (const row of rows) counts[labels[row]]++;
  const balanced = counts.map((count) => rows.length / (classes * Math.max(1, count)));
  if (weights === 'balanced') return balanced;
  const exponent = weights === 'sqrt' ? 0.5 : weights;
  const powers = balanced.map((weight) => power(weight, exponent));
  const total = powers.reduce((sum, weight, k) => sum + weight * counts[k], 0);
  return powers.map((weight) => (weight * rows.length) / total);
}

function listed(weights: readonly number[], classes: number): Float64Array {
  if (weights.length === classes) return Float64Array.from(weights);
  throw new EsciSelectError('usage', `class weights number ${weights.length}, expected ${classes}`, {
    hint: 'give one weight per class, in the order of the classes',
  });
}
