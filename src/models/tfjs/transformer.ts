import * as tf from '@tensorflow/tfjs-core';
import type { Random } from '../../math/random.js';
import { selfAttention } from './attention.js';
import { layerNorm } from './layer-norm.js';
import { dense, dropout } from './layers.js';
import type { WeightSpec, Weights } from './weights.js';

/** Sizes of an encoder. */
export interface EncoderSize {
  readonly width: number;
  /** divides `width` */
  readonly heads: number;
  readonly layers: number;
  /** width of the perceptron in each layer */
  readonly inner: number;
}

/** The weights of an encoder called `name`: per layer two norms, attention in and out, a perceptron; then a last norm. */
export function encoderWeights(name: string, { width, layers, inner }: EncoderSize): WeightSpec[] {
  const specs = Array.from({ length: layers }, (_, layer) => [
    ...norm(`${name}/${layer}/before-attention`, width),
    ...linear(`${name}/${layer}/attention-in`, width, 3 * width),
    ...linear(`${name}/${layer}/attention-out`, width, width),
    ...norm(`${name}/${layer}/before-inner`, width),
    ...linear(`${name}/${layer}/inner`, width, inner),
    ...linear(`${name}/${layer}/outer`, inner, width),
  ]);
  return [...specs.flat(), ...norm(`${name}/last`, width)];
}

function norm(name: string, width: number): WeightSpec[] {
  return [
    { name: `${name}/gain`, shape: [width], initial: 'zeros' },
    { name: `${name}/bias`, shape: [width], initial: 'zeros' },
  ];
}

function linear(name: string, from: number, to: number): WeightSpec[] {
  return [
    { name: `${name}/w`, shape: [from, to], initial: 'glorot' },
    { name: `${name}/b`, shape: [to], initial: 'zeros' },
  ];
}

export interface EncoderOptions extends EncoderSize {
  readonly name: string;
  /** where each sequence starts, and the number of tokens; [sequences + 1] */
  readonly offsets: Int32Array;
  readonly dropout: number;
  /** null when predicting */
  readonly random: Random | null;
}

/**
 * A Transformer encoder over sequences without padding: x and the result are [token][width]. Norms stand before the
 * parts and every part adds to what it got (Xiong and others 2020, arXiv 2002.04745), which trains without warm-up.
 */
export function encode(x: tf.Tensor2D, weights: Weights, options: EncoderOptions): tf.Tensor2D {
  const { name, layers, dropout: rate, random } = options;
  let hidden = x;
  for (let layer = 0; layer < layers; layer++) {
    const place = `${name}/${layer}`;
    const attended = attention(hidden, weights, { place, options });
    hidden = tf.add(hidden, dropout(attended, rate, random)) as tf.Tensor2D;
    const normal = normed(hidden, weights, `${place}/before-inner`);
    const inner = apply(normal, weights, `${place}/inner`, true);
    const outer = apply(inner, weights, `${place}/outer`);
    hidden = tf.add(hidden, dropout(outer, rate, random)) as tf.Tensor2D;
  }
  return normed(hidden, weights, `${name}/last`);
}

function attention(
  x: tf.Tensor2D,
  weights: Weights,
  { place, options }: { place: string; options: EncoderOptions },
): tf.Tensor2D {
  const normal = normed(x, weights, `${place}/before-attention`);
  const qkv = apply(normal, weights, `${place}/attention-in`);
  return apply(selfAttention(qkv, options), weights, `${place}/attention-out`);
}

function normed(x: tf.Tensor2D, weights: Weights, name: string): tf.Tensor2D {
  return layerNorm(x, weights.vector(`${name}/gain`), weights.vector(`${name}/bias`));
}

function apply(x: tf.Tensor2D, weights: Weights, name: string, relu = false): tf.Tensor2D {
  return dense(x, weights.get(`${name}/w`), weights.vector(`${name}/b`), { relu });
}
