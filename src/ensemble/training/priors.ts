import type { Tree } from '../tree.js';

/**
 * Margins of the class frequencies [class]: mean-centred logarithms of the weighted class counts, each one row larger
 * (Laplace), so that a class without rows stays finite. Their softmax is the best constant answer.
 */
export function priorMargins(labels: Int16Array, classWeights: Float64Array): Float32Array {
  const classes = classWeights.length;
  const weights = new Float64Array(classes).fill(1);
  for (const label of labels) weights[label] += classWeights[label];
  const logs = weights.map(Math.log);
  const centre = logs.reduce((sum, log) => sum + log, 0) / classes;
  return Float32Array.from(logs, (log) => log - centre);
}

/**
 * Trees of a single leaf per class, the form in which every version of XGBoost can start from unequal margins: base
 * scores of each class are read from 3.1 on only. `cover` is the weight of all rows at equal margins.
 */
export function priorTrees(margins: Float32Array, weight: number): Tree[] {
  const share = 1 / margins.length;
  return Array.from(margins, (value) => ({
    left: Int32Array.of(-1),
    right: Int32Array.of(-1),
    feature: Int32Array.of(0),
    threshold: Float32Array.of(0),
    defaultLeft: Uint8Array.of(0),
    value: Float32Array.of(value),
    cover: Float32Array.of(weight * 2 * share * (1 - share)),
    gain: Float32Array.of(0),
  }));
}
