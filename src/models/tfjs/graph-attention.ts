import * as tf from '@tensorflow/tfjs-core';
import { layerMemory } from './layer-kernels.js';

/** Consecutive items of segments: items of segment v are at offsets[v] until offsets[v + 1], half-open. */
export interface AttentionShape {
  /** [segments + 1] */
  readonly offsets: Int32Array;
  readonly heads: number;
}

/**
 * The attention of GATv2 (Brody et al. 2022, arXiv 2105.14491): an item u of segment v scores a . LeakyReLU(u + v) per
 * head, the scores go through a softmax over the segment, and each segment gets the weighted sum of its items; one
 * without items gets 0. items [items][heads x width], targets [segments][heads x width], vector [heads x width], already
 * multiplied by their weights. Differentiable in all three, by our own kernels (src/kernels/assembly/layers); O(items x
 * heads x width) in both directions, in a fixed order.
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
    const { shares, sums } = forward(plan);
    const value = tf.tensor2d(sums, (v as tf.Tensor2D).shape);
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

/** Attention of each item within its segment, [item][head], which sums to 1 over a segment, and the sums by it. */
function forward({ offsets, heads, side, items, targets, vector }: Plan) {
  const segments = offsets.length - 1;
  const scores = (items.length / side) * heads;
  const memory = layerMemory([offsets.length, items.length, targets.length, side, scores, targets.length]);
  const [from, u, v, a] = [offsets, items, targets, vector].map((values) => memory.put(values));
  const [place, sums] = [memory.room(scores), memory.zeros(targets.length)];
  const shape = [segments, heads, side / heads];
  memory.functions.attentionScores(...shape, from, u, v, a, place);
  // the exponential is the runtime's: no other has its bits
  const shares = memory.floats(place, scores);
  for (let segment = 0; segment < segments; segment++) {
    const [start, to] = [offsets[segment], offsets[segment + 1]];
    for (let h = 0; h < heads; h++) softmaxOver(shares, { from: start, to, heads, h });
  }
  memory.functions.attentionSums(...shape, from, u, place, sums);
  return { shares: shares.slice(), sums: memory.floats(sums, targets.length).slice() };
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

/** The gradients of the sums from theirs. */
function backward(
  { offsets, heads, side, items, targets, vector }: Plan,
  shares: Float32Array,
  dy: Float32Array,
) {
  const inputs = [offsets, items, targets, vector, shares, dy];
  const doubles = [2 * heads, 2 * side];
  const results = [shares.length, items.length, targets.length];
  const memory = layerMemory([...inputs.map(({ length }) => length), ...doubles, ...results]);
  const addresses = inputs.map((values) => memory.put(values));
  const [toScores, mean] = [memory.room(shares.length), memory.room(2 * heads)];
  const [toItems, toTargets, toVector] = [
    memory.room(items.length),
    memory.zeros(targets.length),
    memory.zeros(2 * side),
  ];
  const outputs = [toScores, mean, toItems, toTargets, toVector];
  memory.functions.attentionBack(offsets.length - 1, heads, side / heads, ...addresses, ...outputs);
  return {
    items: memory.floats(toItems, items.length).slice(),
    targets: memory.floats(toTargets, targets.length).slice(),
    vector: Float32Array.from(memory.doubles(toVector, side)),
  };
}
