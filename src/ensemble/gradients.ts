import { softmaxInto } from '../math/softmax.js';

/** Rows, their classes and their margins; the state of boosting. */
export interface Scored {
  /** class of each row [row] */
  readonly labels: Int16Array;
  /** [row][class] */
  readonly margins: Float32Array;
  readonly classes: number;
  /** weight of a row of each class [class] */
  readonly classWeights: Float64Array;
}

/** Fixed-point derivatives of the loss, [class][row]: the real ones times the scale, rounded. */
export interface Gradients {
  readonly gradient: Int32Array;
  readonly hessian: Int32Array;
}

/**
 * Fixed-point units per unit of gradient: the largest power of two for which every derivative fits 31 bits and the sum
 * over all rows 53 bits. Sums in float64 are then exact, and so independent of their order.
 */
export function fixedPointScale(rows: number, largestWeight: number): number {
  const bits = Math.min(30, 52 - Math.ceil(Math.log2(rows)));
  return 2 ** (bits - Math.ceil(Math.log2(largestWeight)));
}

/**
 * First and second derivative of the weighted softmax cross-entropy by each margin, of the given rows: w (p - [k =
 * label]) and, as in XGBoost's multi:softprob, w 2p(1-p), which is twice the diagonal of the true Hessian. Other rows
 * keep what the target held.
 */
export function computeGradients(scored: Scored, bag: Int32Array, scale: number, target: Gradients): void {
  const { labels, margins, classes, classWeights } = scored;
  const rows = labels.length;
  const margin = new Float64Array(classes);
  for (const row of bag) {
    for (let k = 0; k < classes; k++) margin[k] = margins[row * classes + k];
    softmaxInto(margin, margin, 0, classes);
    const label = labels[row];
    const weight = classWeights[label] * scale;
    for (let k = 0; k < classes; k++) {
      const p = margin[k];
      target.gradient[k * rows + row] = Math.round(weight * (k === label ? p - 1 : p));
      target.hessian[k * rows + row] = Math.round(weight * 2 * p * (1 - p));
    }
  }
}

/** Weighted mean cross-entropy in nats; finite for finite margins. */
export function meanLogLoss(scored: Scored): number {
  const { labels, margins, classes, classWeights } = scored;
  let loss = 0;
  let weights = 0;
  for (let row = 0; row < labels.length; row++) {
    const start = row * classes;
    let largest = margins[start];
    for (let k = 1; k < classes; k++) largest = Math.max(largest, margins[start + k]);
    let sum = 0;
    for (let k = 0; k < classes; k++) sum += Math.exp(margins[start + k] - largest);
    const weight = classWeights[labels[row]];
    loss += weight * (Math.log(sum) + largest - margins[start + labels[row]]);
    weights += weight;
  }
  return loss / weights;
}
