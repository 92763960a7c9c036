import * as tf from '@tensorflow/tfjs-core';
import type { Random } from '../../math/random.js';
import { dense } from '../tfjs/layers.js';
import { mlp, mlpWeights } from '../tfjs/mlp.js';
import { sparseMatMul } from '../tfjs/sparse.js';
import type { SparseMatrix } from '../tfjs/sparse-matrix.js';
import type { WeightSpec, Weights } from '../tfjs/weights.js';
import { affinityWidth } from './affinities.js';
import { inputWidthOf } from './messages.js';

const WIDTH = 32;
const HIDDEN = 48;
const DROPOUT = 0.15;
/** Queries and products have their own weights. */
const SIDES = ['query', 'product'] as const;

/** What the layers need of a batch of pairs. Inputs are rows of inputWidthOf numbers; [query side, product side]. */
export interface SageBatch {
  readonly pairs: number;
  readonly relations: number;
  /** of the pairs' own nodes, [pair] */
  readonly own: readonly [Float32Array, Float32Array];
  /** of the nodes that they hear, [heard] */
  readonly heard: readonly [Float32Array, Float32Array];
  /** means over heard nodes (queries, then products), [(query pairs, then product pairs) x relations][heard] */
  readonly means: SparseMatrix;
  /** [pair][affinityWidth] */
  readonly affinities: Float32Array;
}

/** All weights: two layers for each side, and the classifier of pairs. */
export function sageWeights(relations: number, classes: number): WeightSpec[] {
  const layers = SIDES.flatMap((side) => [
    ...mlpWeights(`${side}/first`, [inputWidthOf(relations), WIDTH]),
    ...mlpWeights(`${side}/second`, [WIDTH * (1 + relations), WIDTH]),
  ]);
  return [...layers, ...mlpWeights('pair', [2 * WIDTH + affinityWidth(relations), HIDDEN, classes])];
}

/** Logits [pair][class]. */
export function sageLogits(batch: SageBatch, weights: Weights, random: Random | null): tf.Tensor2D {
  const { pairs, relations } = batch;
  const first = SIDES.map((_, s) => firstLayer(batch, weights, s));
  const neighbours = tf.concat(
    first.map((nodes) => rowsOf(nodes, pairs, nodes.shape[0] - pairs)),
    0,
  ) as tf.Tensor2D;
  const messages = sparseMatMul(batch.means, neighbours);
  const [query, product] = SIDES.map((side, s) => {
    const heard = rowsOf(messages, s * pairs * relations, pairs * relations);
    const perPair = tf.reshape(heard, [pairs, relations * WIDTH]) as tf.Tensor2D;
    const x = tf.concat([rowsOf(first[s], 0, pairs), perPair], 1) as tf.Tensor2D;
    return layer(x, weights, { name: `${side}/second`, inputGradient: true });
  });
  const known = tf.tensor2d(batch.affinities, [pairs, affinityWidth(relations)]);
  // not the embeddings themselves: with a few hundred queries they are learnt by heart
  const both = [tf.mul(query, product), tf.abs(tf.sub(query, product)), known];
  const pair = tf.concat(both as tf.Tensor2D[], 1);
  return mlp(pair, weights, { name: 'pair', layers: 2, dropout: DROPOUT, random, inputGradient: true });
}

/** First-layer embeddings of one side: its pairs' own nodes, then its heard nodes. */
function firstLayer({ own, heard, relations }: SageBatch, weights: Weights, side: number): tf.Tensor2D {
  const width = inputWidthOf(relations);
  const values = new Float32Array(own[side].length + heard[side].length);
  values.set(own[side]);
  values.set(heard[side], own[side].length);
  const x = tf.tensor2d(values, [values.length / width, width]);
  return layer(x, weights, { name: `${SIDES[side]}/first`, inputGradient: false });
}

function layer(
  x: tf.Tensor2D,
  weights: Weights,
  options: { name: string; inputGradient: boolean },
): tf.Tensor2D {
  const w = weights.get(`${options.name}/0/w`);
  const b = weights.vector(`${options.name}/0/b`);
  return dense(x, w, b, { relu: true, inputGradient: options.inputGradient });
}

function rowsOf(x: tf.Tensor2D, from: number, count: number): tf.Tensor2D {
  return tf.slice(x, [from, 0], [count, WIDTH]);
}
