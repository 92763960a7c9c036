import * as tf from '@tensorflow/tfjs-core';
import { layerMemory } from './layer-kernels.js';

/**
 * Layer normalisation (Ba and others 2016, arXiv 1607.06450): each row of x [n][width] is shifted to mean 0, scaled to
 * deviation 1, then multiplied by 1 + gain and moved by bias; both [width], so that zeros are the identity. Our own
 * kernels in each direction (src/kernels/assembly/layers/norm.ts). O(n x width).
 */
export function layerNorm(x: tf.Tensor2D, gain: tf.Tensor1D, bias: tf.Tensor1D): tf.Tensor2D {
  const operation = tf.customGrad((input, g, b, save) => {
    const [rows, width] = (input as tf.Tensor2D).shape;
    const [numbers, gains, biases] = [input, g, b].map(
      (one) => (one as tf.Tensor).dataSync() as Float32Array,
    );
    const { y, normal, inverse } = normalise({ rows, width }, numbers, gains, biases);
    (save as tf.GradSaveFunc)([g as tf.Tensor]);
    const gradFunc = (dy: tf.Tensor, [saved]: tf.Tensor[]) => {
      const back = normaliseBack({ rows, width }, dy.dataSync() as Float32Array, {
        gain: saved.dataSync() as Float32Array,
        normal,
        inverse,
      });
      return [tf.tensor2d(back.x, [rows, width]), tf.tensor1d(back.gain), tf.tensor1d(back.bias)];
    };
    return { value: tf.tensor2d(y, [rows, width]), gradFunc };
  });
  return operation(x, gain, bias) as tf.Tensor2D;
}

interface Size {
  readonly rows: number;
  readonly width: number;
}

/** Rows that the kernel sums side by side: there is room for rows up to the next multiple. */
const SIDE_BY_SIDE = 4;

/** The result `y`, the rows at mean 0 and deviation 1 `normal`, and one by their deviation, [row]. */
function normalise({ rows, width }: Size, x: Float32Array, gain: Float32Array, bias: Float32Array) {
  const padded = SIDE_BY_SIDE * Math.ceil(rows / SIDE_BY_SIDE);
  const all = padded * width;
  const memory = layerMemory([all, width, width, all, padded, all]);
  const input = memory.room(all);
  memory.floats(input, x.length).set(x);
  memory.floats(input + 4 * x.length, all - x.length).fill(0);
  const [gains, biases] = [memory.put(gain), memory.put(bias)];
  const [normal, inverse, out] = [memory.room(all), memory.room(padded), memory.room(all)];
  memory.functions.normalise(rows, width, input, gains, biases, normal, inverse, out);
  return {
    y: memory.floats(out, x.length).slice(),
    normal: memory.floats(normal, x.length).slice(),
    inverse: memory.floats(inverse, rows).slice(),
  };
}

interface Saved {
  readonly gain: Float32Array;
  readonly normal: Float32Array;
  readonly inverse: Float32Array;
}

function normaliseBack({ rows, width }: Size, dy: Float32Array, { gain, normal, inverse }: Saved) {
  const memory = layerMemory([dy.length, width, dy.length, rows, dy.length, width, width]);
  const inputs = [dy, gain, normal, inverse].map((values) => memory.put(values));
  const [x, dGain, dBias] = [memory.room(dy.length), memory.zeros(width), memory.zeros(width)];
  memory.functions.normaliseBack(rows, width, ...inputs, x, dGain, dBias);
  return {
    x: memory.floats(x, dy.length).slice(),
    gain: memory.floats(dGain, width).slice(),
    bias: memory.floats(dBias, width).slice(),
  };
}
