/** The kernels of src/kernels/assembly/layers as plain loops over float32: what they must equal to the bit. */
import type { SparseMatrix } from '../../src/models/tfjs/sparse-matrix.js';

/** out[r] += sum over entries (r, c) of value * dense[c]; O(entries x width). */
export function multiply(matrix: SparseMatrix, dense: Float32Array, out: Float32Array, width: number): void {
  const { offsets, indices, values } = matrix;
  for (let row = 0; row < matrix.rows; row++) {
    const target = row * width;
    for (let at = offsets[row]; at < offsets[row + 1]; at++) {
      const source = indices[at] * width;
      const value = values[at];
      for (let j = 0; j < width; j++) out[target + j] += value * dense[source + j];
    }
  }
}

/** out[c] += sum over entries (r, c) of value * dense[r]; O(entries x width). */
export function multiplyTransposed(
  matrix: SparseMatrix,
  dense: Float32Array,
  out: Float32Array,
  width: number,
): void {
  const { offsets, indices, values } = matrix;
  for (let row = 0; row < matrix.rows; row++) {
    const source = row * width;
    for (let at = offsets[row]; at < offsets[row + 1]; at++) {
      const target = indices[at] * width;
      const value = values[at];
      for (let j = 0; j < width; j++) out[target + j] += value * dense[source + j];
    }
  }
}

const EPSILON = 1e-5;

export interface Normalised {
  /** [row][width] */
  readonly normal: Float32Array;
  /** one by the deviation, [row] */
  readonly inverse: Float32Array;
}

export function normalise(x: Float32Array, width: number): Normalised {
  const rows = x.length / width;
  const normal = new Float32Array(x.length);
  const inverse = new Float32Array(rows);
  for (let row = 0, from = 0; row < rows; row++, from += width) {
    let sum = 0;
    for (let j = 0; j < width; j++) sum += x[from + j];
    const mean = sum / width;
    let squares = 0;
    for (let j = 0; j < width; j++) squares += (x[from + j] - mean) ** 2;
    inverse[row] = 1 / Math.sqrt(squares / width + EPSILON);
    for (let j = 0; j < width; j++) normal[from + j] = (x[from + j] - mean) * inverse[row];
  }
  return { normal, inverse };
}

export function affine(normal: Float32Array, gain: Float32Array, bias: Float32Array): Float32Array {
  const width = gain.length;
  const y = new Float32Array(normal.length);
  for (let from = 0; from < y.length; from += width) {
    for (let j = 0; j < width; j++) y[from + j] = normal[from + j] * (1 + gain[j]) + bias[j];
  }
  return y;
}

export function normaliseBack(dy: Float32Array, gain: Float32Array, { normal, inverse }: Normalised) {
  const width = gain.length;
  const x = new Float32Array(dy.length);
  const dGain = new Float32Array(width);
  const dBias = new Float32Array(width);
  for (let row = 0, from = 0; row < inverse.length; row++, from += width) {
    let mean = 0;
    let along = 0;
    for (let j = 0; j < width; j++) {
      const d = dy[from + j] * (1 + gain[j]);
      mean += d;
      along += d * normal[from + j];
      dGain[j] += dy[from + j] * normal[from + j];
      dBias[j] += dy[from + j];
    }
    mean /= width;
    along /= width;
    for (let j = 0; j < width; j++) {
      x[from + j] = inverse[row] * (dy[from + j] * (1 + gain[j]) - mean - normal[from + j] * along);
    }
  }
  return { x, gain: dGain, bias: dBias };
}

/** Slope of LeakyReLU below 0. */
const SLOPE = 0.2;

export interface Plan {
  readonly offsets: Int32Array;
  readonly heads: number;
  /** heads x width */
  readonly side: number;
  readonly items: Float32Array;
  readonly targets: Float32Array;
  readonly vector: Float32Array;
}

/** Attention of each item within its segment, [item][head]; sums to 1 over a segment. */
export function sharesOf({ offsets, heads, side, items, targets, vector }: Plan): Float32Array {
  const width = side / heads;
  const shares = new Float32Array((items.length / side) * heads);
  for (let v = 0; v + 1 < offsets.length; v++) {
    const target = v * side;
    for (let item = offsets[v]; item < offsets[v + 1]; item++) {
      const from = item * side;
      for (let h = 0, j = 0; h < heads; h++) {
        let score = 0;
        for (const end = j + width; j < end; j++) {
          const x = items[from + j] + targets[target + j];
          score += vector[j] * Math.max(x, SLOPE * x);
        }
        shares[item * heads + h] = score;
      }
    }
    for (let h = 0; h < heads; h++) softmaxOver(shares, { from: offsets[v], to: offsets[v + 1], heads, h });
  }
  return shares;
}

function softmaxOver(
  values: Float32Array,
  { from, to, heads, h }: { from: number; to: number; heads: number; h: number },
): void {
  let top = Number.NEGATIVE_INFINITY;
  for (let item = from; item < to; item++) top = Math.max(top, values[item * heads + h]);
  let sum = 0;
  for (let item = from; item < to; item++) sum += Math.exp(values[item * heads + h] - top);
  for (let item = from; item < to; item++)
    values[item * heads + h] = Math.exp(values[item * heads + h] - top) / sum;
}

export function weightedSums(
  { offsets, heads, side, items, targets }: Plan,
  shares: Float32Array,
): Float32Array {
  const width = side / heads;
  const sums = new Float32Array(targets.length);
  for (let v = 0; v + 1 < offsets.length; v++) {
    const target = v * side;
    for (let item = offsets[v]; item < offsets[v + 1]; item++) {
      const from = item * side;
      for (let h = 0, j = 0; h < heads; h++) {
        const share = shares[item * heads + h];
        for (const end = j + width; j < end; j++) sums[target + j] += share * items[from + j];
      }
    }
  }
  return sums;
}

/**
 * With s the softmax of scores e and dy the gradient of the sums: ds = dy . item, de = s (ds - sum of s ds over the
 * segment), and both e's and the sum's gradients reach the items.
 */
export function backward(plan: Plan, shares: Float32Array, dy: Float32Array) {
  const { offsets, heads, side, items, targets, vector } = plan;
  const width = side / heads;
  const toItems = new Float32Array(items.length);
  const toTargets = new Float32Array(targets.length);
  const toVector = new Float64Array(side);
  const toScores = scoreGradients(plan, shares, dy);
  for (let v = 0; v + 1 < offsets.length; v++) {
    const target = v * side;
    for (let item = offsets[v]; item < offsets[v + 1]; item++) {
      const from = item * side;
      for (let h = 0, j = 0; h < heads; h++) {
        const share = shares[item * heads + h];
        const score = toScores[item * heads + h];
        for (const end = j + width; j < end; j++) {
          const x = items[from + j] + targets[target + j];
          const through = score * vector[j] * (x > 0 ? 1 : SLOPE);
          toItems[from + j] = share * dy[target + j] + through;
          toTargets[target + j] += through;
          toVector[j] += score * Math.max(x, SLOPE * x);
        }
      }
    }
  }
  return { items: toItems, targets: toTargets, vector: Float32Array.from(toVector) };
}

/** de of `backward`, [item][head]. */
function scoreGradients({ offsets, heads, side, items }: Plan, shares: Float32Array, dy: Float32Array) {
  const width = side / heads;
  const scores = new Float32Array(shares.length);
  const mean = new Float64Array(heads);
  for (let v = 0; v + 1 < offsets.length; v++) {
    const target = v * side;
    mean.fill(0);
    for (let item = offsets[v]; item < offsets[v + 1]; item++) {
      const from = item * side;
      for (let h = 0, j = 0; h < heads; h++) {
        let dot = 0;
        for (const end = j + width; j < end; j++) dot += dy[target + j] * items[from + j];
        scores[item * heads + h] = dot;
        mean[h] += shares[item * heads + h] * dot;
      }
    }
    for (let at = offsets[v] * heads; at < offsets[v + 1] * heads; at++) {
      scores[at] = shares[at] * (scores[at] - mean[at % heads]);
    }
  }
  return scores;
}
