import * as tf from '@tensorflow/tfjs-core';
import { square } from '../../math/power.js';

const EPSILON = 1e-5;

/**
 * Layer normalisation (Ba and others 2016, arXiv 1607.06450): each row of x [n][width] is shifted to mean 0, scaled to
 * deviation 1, then multiplied by 1 + gain and moved by bias; both [width], so that zeros are the identity. One fused
 * step in each direction. O(n x width).
 */
export function layerNorm(x: tf.Tensor2D, gain: tf.Tensor1D, bias: tf.Tensor1D): tf.Tensor2D {
  const operation = tf.customGrad((input, g, b, save) => {
    const [rows, width] = (input as tf.Tensor2D).shape;
    const gains = (g as tf.Tensor).dataSync() as Float32Array;
    const { normal, inverse } = normalise((input as tf.Tensor).dataSync() as Float32Array, width);
    const y = affine(normal, gains, (b as tf.Tensor).dataSync() as Float32Array);
    (save as tf.GradSaveFunc)([g as tf.Tensor]);
    const gradFunc = (dy: tf.Tensor, [saved]: tf.Tensor[]) => {
      const back = normaliseBack(dy.dataSync() as Float32Array, saved.dataSync() as Float32Array, {
        normal,
        inverse,
      });
      return [tf.tensor2d(back.x, [rows, width]), tf.tensor1d(back.gain), tf.tensor1d(back.bias)];
    };
    return { value: tf.tensor2d(y, [rows, width]), gradFunc };
  });
  return operation(x, gain, bias) as tf.Tensor2D;
}

interface Normalised {
  /** [row][width] */
  readonly normal: Float32Array;
  /** one by the deviation, [row] */
  readonly inverse: Float32Array;
}

function normalise(x: Float32Array, width: number): Normalised {
  const rows = x.length / width;
  const normal = new Float32Array(x.length);
  const inverse = new Float32Array(rows);
  for (let row = 0, from = 0; row < rows; row++, from += width) {
    let sum = 0;
    for (let j = 0; j < width; j++) sum += x[from + j];
    const mean = sum / width;
    let squares = 0;
    for (let j = 0; j < width; j++) squares += square(x[from + j] - mean);
    inverse[row] = 1 / Math.sqrt(squares / width + EPSILON);
    for (let j = 0; j < width; j++) normal[from + j] = (x[from + j] - mean) * inverse[row];
  }
  return { normal, inverse };
}

function affine(normal: Float32Array, gain: Float32Array, bias: Float32Array): Float32Array {
  const width = gain.length;
  const y = new Float32Array(normal.length);
  for (let from = 0; from < y.length; from += width) {
    for (let j = 0; j < width; j++) y[from + j] = normal[from + j] * (1 + gain[j]) + bias[j];
  }
  return y;
}

function normaliseBack(dy: Float32Array, gain: Float32Array, { normal, inverse }: Normalised) {
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
