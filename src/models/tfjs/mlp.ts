import type * as tf from '@tensorflow/tfjs-core';
import type { Random } from '../../math/random.js';
import { dense, dropout } from './layers.js';
import type { WeightSpec, Weights } from './weights.js';

/** Sides of a multi-layer perceptron: input, hidden layers, output (classes). */
export type MlpSides = readonly number[];

/** The weights of a perceptron called `name`: `name/0/w`, `name/0/b`, ... */
export function mlpWeights(name: string, sides: MlpSides): WeightSpec[] {
  return sides.slice(1).flatMap((side, layer) => [
    { name: `${name}/${layer}/w`, shape: [sides[layer], side], initial: 'glorot' as const },
    { name: `${name}/${layer}/b`, shape: [side], initial: 'zeros' as const },
  ]);
}

export interface MlpOptions {
  readonly name: string;
  readonly layers: number;
  readonly dropout: number;
  /** null when predicting */
  readonly random: Random | null;
  /** false where the input is data rather than another layer's output */
  readonly inputGradient: boolean;
}

/** Logits [n][classes] of x [n][in]: dense layers with ReLU and dropout between them. */
export function mlp(x: tf.Tensor2D, weights: Weights, options: MlpOptions): tf.Tensor2D {
  let hidden = x;
  for (let layer = 0; layer < options.layers; layer++) {
    const last = layer === options.layers - 1;
    const w = weights.get(`${options.name}/${layer}/w`);
    const b = weights.vector(`${options.name}/${layer}/b`);
    const inputGradient = layer > 0 || options.inputGradient;
    hidden = dense(hidden, w, b, { relu: !last, inputGradient });
    if (!last) hidden = dropout(hidden, options.dropout, options.random);
  }
  return hidden;
}
