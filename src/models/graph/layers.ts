import * as tf from '@tensorflow/tfjs-core';
import type { Random } from '../../math/random.js';
import { dense } from '../tfjs/layers.js';
import { mlp, mlpWeights } from '../tfjs/mlp.js';
import { sparseMatMul } from '../tfjs/sparse.js';
import type { WeightSpec, Weights } from '../tfjs/weights.js';
import type { BatchWidths, End, PairBatch } from './pair-batch.js';

/** The ends of a pair; queries and products have their own weights. */
export const SIDES = ['query', 'product'] as const;

/** Width of a node's embedding. */
export const WIDTH = 32;
const HIDDEN = 64;
const DROPOUT = 0.15;

/** The context of the batch's pairs as a tensor. */
export function contextTensor({ context, pairs }: PairBatch): tf.Tensor2D {
  return tf.tensor2d(context, [pairs, context.length / pairs]);
}

/** Features of an end's witnesses as a tensor; there may be none. */
export function featuresTensor({ features, node }: End, width: number): tf.Tensor2D {
  return tf.tensor2d(features, [node.length, width]);
}

/** A dense layer with ReLU by name; its weights are those of mlpWeights with two sides. */
export function layer(
  x: tf.Tensor2D,
  weights: Weights,
  { name, inputGradient }: { name: string; inputGradient: boolean },
): tf.Tensor2D {
  const w = weights.get(`${name}/0/w`);
  return dense(x, w, weights.vector(`${name}/0/b`), { relu: true, inputGradient });
}

/** Messages of an end, [pair x channels + channel][WIDTH]: first-layer embeddings of its witnesses, propagated. */
export function heardBy(
  end: End,
  { name, weights, widths }: { name: string; weights: Weights; widths: BatchWidths },
): tf.Tensor2D {
  const first = layer(featuresTensor(end, widths.witness), weights, { name, inputGradient: false });
  return sparseMatMul(end.propagation!, first);
}

/** Weights of the classifier of pairs. */
export function headWeights({ context, classes }: BatchWidths): WeightSpec[] {
  return mlpWeights('pair', [2 * WIDTH + context, HIDDEN, classes]);
}

/** Logits [pair][class] of both ends' embeddings and the pair's context. */
export function head(
  ends: readonly [tf.Tensor2D, tf.Tensor2D],
  context: tf.Tensor2D,
  weights: Weights,
  random: Random | null,
): tf.Tensor2D {
  const x = tf.concat([...ends, context], 1) as tf.Tensor2D;
  return mlp(x, weights, { name: 'pair', layers: 2, dropout: DROPOUT, random, inputGradient: true });
}
