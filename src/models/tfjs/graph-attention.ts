import * as tf from '@tensorflow/tfjs-core';

/** Consecutive items of segments: items of segment v are at offsets[v] until offsets[v + 1], half-open. */
export interface AttentionShape {
  /** [segments + 1] */
  readonly offsets: Int32Array;
  readonly heads: number;
}

/** Slope of LeakyReLU below 0, as in Velickovic et al. 2018. */
const SLOPE = 0.2;

/**
 * The attention of GATv2 (Brody et al. 2022, arXiv 2105.14491): an item u of segment v scores a . LeakyReLU(u + v) per
 * head, the scores go through a softmax over the segment, and each segment gets the weighted sum of its items; one
 * without items gets 0. items [items][heads x width], targets [segments][heads x width], vector [heads x width], already
 * multiplied by their weights. Differentiable in all three; O(items x heads x width) in both directions, in a fixed order.
 */
export function attend(
  { offsets, heads }: AttentionShape,
  items: tf.Tensor2D,
  targets: tf.Tensor2D,
  vector: tf.Tensor1D,
): tf.Tensor2D {
  const operation = tf.customGrad((u, v, a, save) => {
    const inputs = [u as tf.Tensor, v as tf.Tensor, a as tf.Tensor].map((x) => x.dataSync() as Float32Array);
    const plan: Plan = {
      offsets,
      heads,
      side: inputs[2].length,
      items: inputs[0],
      targets: inputs[1],
      vector: inputs[2],
    };
    const shares = sharesOf(plan);
    const value = tf.tensor2d(weightedSums(plan, shares), (v as tf.Tensor2D).shape);
    (save as tf.GradSaveFunc)([]);
    const gradFunc = (dy: tf.Tensor) => {
      const gradient = backward(plan, shares, dy.dataSync() as Float32Array);
      return [
        tf.tensor2d(gradient.items, (u as tf.Tensor2D).shape),
        tf.tensor2d(gradient.targets, (v as tf.Tensor2D).shape),
        tf.tensor1d(gradient.vector),
      ];
    };
    return { value, gradFunc };
  });
  return operation(items, targets, vector) as tf.Tensor2D;
}

interface Plan extends AttentionShape {
  /** heads x width */
  readonly side: number;
  readonly items: Float32Array;
  readonly targets: Float32Array;
  readonly vector: Float32Array;
}

/** Attention of each item within its segment, [item][head]; sums to 1 over a segment. */
function sharesOf({ offsets, heads, side, items, targets, vector }: Plan): Float32Array {
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

function weightedSums({ offsets, heads, side, items, targets }: Plan, shares: Float32Array): Float32Array {
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
function backward(plan: Plan, shares: Float32Array, dy: Float32Array) {
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
