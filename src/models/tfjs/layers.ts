import * as tf from '@tensorflow/tfjs-core';
import type { Random } from '../../math/random.js';

export interface DenseOptions {
  readonly relu?: boolean;
  /** false where x is data: saves the gradient with respect to x */
  readonly inputGradient?: boolean;
}

/**
 * Fully connected layer x W + b, then ReLU if asked; x [n][in], W [in][out], b [out]. Its gradient transposes
 * explicitly, and the narrow operand, because the wasm backend's matMul with transposed operands is about eight times
 * slower.
 */
export function dense(
  x: tf.Tensor2D,
  weight: tf.Tensor2D,
  bias: tf.Tensor1D,
  options: DenseOptions = {},
): tf.Tensor2D {
  const { relu = false, inputGradient = true } = options;
  const value = () => {
    const linear = tf.add(tf.matMul(x, weight), bias) as tf.Tensor2D;
    return relu ? tf.relu(linear) : linear;
  };
  const back = (dy: tf.Tensor, [y, input]: tf.Tensor[]) => {
    const dz = (relu ? tf.mul(dy, tf.step(y)) : dy) as tf.Tensor2D;
    // of no rows the backend gives whatever stands in memory
    if (input.shape[0] === 0) return { dz, parameters: [tf.zerosLike(weight), tf.zerosLike(bias)] };
    return { dz, parameters: [tf.transpose(tf.matMul(tf.transpose(dz), input)), tf.sum(dz, 0)] };
  };
  if (!inputGradient) {
    return tf.customGrad((_w, _b, save) => {
      const y = value();
      (save as tf.GradSaveFunc)([y, x]);
      return { value: y, gradFunc: (dy, saved) => back(dy, saved).parameters };
    })(weight, bias) as tf.Tensor2D;
  }
  return tf.customGrad((_x, _w, _b, save) => {
    const y = value();
    (save as tf.GradSaveFunc)([y, x, weight]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const { dz, parameters } = back(dy, saved);
      return [tf.matMul(dz, tf.transpose(saved[2])), ...parameters];
    };
    return { value: y, gradFunc };
  })(x, weight, bias) as tf.Tensor2D;
}

/** Inverted dropout: each value is zeroed with probability `rate`, the rest scaled up. The mask comes from `random`. */
export function dropout(x: tf.Tensor2D, rate: number, random: Random | null): tf.Tensor2D {
  if (random === null || rate === 0) return x;
  const mask = dropInPlace(new Float32Array(x.size).fill(1), rate, random);
  return tf.mul(x, tf.tensor2d(mask, x.shape)) as tf.Tensor2D;
}

/** Inverted dropout of plain numbers; returns its argument. */
export function dropInPlace(values: Float32Array, rate: number, random: Random): Float32Array {
  const threshold = rate * 4_294_967_296;
  const scale = 1 / (1 - rate);
  for (let at = 0; at < values.length; at++) values[at] = random.next() < threshold ? 0 : values[at] * scale;
  return values;
}
