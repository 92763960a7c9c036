import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRandom } from '../../src/math/random.js';
import { type AttentionShape, selfAttention } from '../../src/models/tfjs/attention.js';
import { averageWeights } from '../../src/models/tfjs/average.js';
import { prepareTensorflow } from '../../src/models/tfjs/backend.js';
import { layerNorm } from '../../src/models/tfjs/layer-norm.js';
import { type EncoderOptions, encode, encoderWeights } from '../../src/models/tfjs/transformer.js';
import { assignWeights, createWeights, flattenWeights } from '../../src/models/tfjs/weights.js';
import { expectGradient, normals } from './gradients.js';

let tensors = 0;
beforeAll(() => prepareTensorflow({ backend: 'wasm' }));
beforeEach(() => {
  tensors = tf.memory().numTensors;
});
afterEach(() => {
  expect(tf.memory().numTensors).toBe(tensors);
});

const random = createRandom('transformer tests');
/** Lengths that are no multiple of the vector width, one of them 1, one 0. */
const shape: AttentionShape = { offsets: Int32Array.of(0, 5, 6, 6, 13), heads: 2, width: 8 };
const TOKENS = 13;
const STEP = 2e-4;

/** Attention by its definition, in float64, one output number at a time. */
function attentionByDefinition(
  qkv: ArrayLike<number>,
  { offsets, heads, width }: AttentionShape,
): number[][] {
  const side = width / heads;
  const part = (kind: number, token: number, at: number) => qkv[token * 3 * width + kind * width + at];
  return Array.from({ length: TOKENS }, (_, token) => {
    const sequence = offsets.findIndex((_start, s) => offsets[s] <= token && token < offsets[s + 1]);
    const tokens = Array.from(
      { length: offsets[sequence + 1] - offsets[sequence] },
      (_t, at) => offsets[sequence] + at,
    );
    return Array.from({ length: width }, (_o, column) => {
      const from = Math.floor(column / side) * side;
      const powers = tokens.map((other) => {
        let dot = 0;
        for (let at = from; at < from + side; at++) dot += part(0, token, at) * part(1, other, at);
        return Math.exp(dot / Math.sqrt(side));
      });
      const total = powers.reduce((sum, power) => sum + power, 0);
      return tokens.reduce((sum, other, at) => sum + (powers[at] / total) * part(2, other, column), 0);
    });
  });
}

describe('self-attention', () => {
  it('equals its definition, for lengths that fill no vector, and for scores far apart', () => {
    for (const scale of [1, 12]) {
      const qkv = normals(TOKENS * 24, random).map((value) => value * scale);
      const actual = tf.tidy(() => selfAttention(tf.tensor2d(qkv, [TOKENS, 24]), shape).dataSync());
      const expected = attentionByDefinition(qkv, shape).flat();
      for (let at = 0; at < expected.length; at++)
        expect(Math.abs(actual[at] - expected[at])).toBeLessThan(2e-5 * scale);
    }
  });

  it('sees no other sequence', () => {
    const qkv = normals(TOKENS * 24, random);
    const outputs = (values: Float32Array) =>
      tf.tidy(() =>
        selfAttention(tf.tensor2d(values, [TOKENS, 24]), shape)
          .dataSync()
          .slice(0, 40),
      );
    const before = outputs(qkv);
    expect(outputs(qkv.map((value, at) => (at < 5 * 24 ? value : -value)))).toEqual(before);
    expect(outputs(qkv.map((value, at) => (at < 4 * 24 ? value : -value)))).not.toEqual(before);
  });

  it('has the gradient of finite differences', () => {
    const weights = tf.tensor2d(normals(TOKENS * 8, random), [TOKENS, 8]);
    expectGradient(
      [TOKENS, 24],
      (x) => tf.sum(tf.mul(weights, tf.square(selfAttention(x, shape)))) as tf.Scalar,
      random,
    );
    weights.dispose();
  });

  it('gives the same for a short sequence after a longer and wider one used its memory', () => {
    const qkv = normals(TOKENS * 24, random);
    const output = () => tf.tidy(() => selfAttention(tf.tensor2d(qkv, [TOKENS, 24]), shape).dataSync());
    const before = output();
    const long = normals(90 * 48, random);
    tf.tidy(() =>
      selfAttention(tf.tensor2d(long, [90, 48]), {
        offsets: Int32Array.of(0, 90),
        heads: 1,
        width: 16,
      }).dataSync(),
    );
    expect(output()).toEqual(before);
  });
});

describe('layer norm', () => {
  const f = (x: tf.Tensor2D, gain: tf.Tensor1D, bias: tf.Tensor1D) =>
    tf.sum(tf.mul(fixed, tf.square(layerNorm(x, gain, bias)))) as tf.Scalar;
  let fixed: tf.Tensor2D;
  let gain: tf.Tensor1D;
  let bias: tf.Tensor1D;
  beforeEach(() => {
    fixed = tf.tensor2d(normals(15, random), [3, 5]);
    gain = tf.tensor1d(normals(5, random));
    bias = tf.tensor1d(normals(5, random));
  });
  afterEach(() => {
    tf.dispose([fixed, gain, bias]);
    tensors = tf.memory().numTensors;
  });

  it('gives rows of mean 0 and deviation 1, then gain and bias', () => {
    const [y, moved] = tf.tidy(() => {
      const x = tf.tensor2d(
        normals(15, random).map((value) => value * 7 + 3),
        [3, 5],
      );
      const zeros = tf.zeros([5]) as tf.Tensor1D;
      return [layerNorm(x, zeros, zeros).dataSync(), layerNorm(x, gain, bias).dataSync()];
    });
    const gains = gain.dataSync();
    const biases = bias.dataSync();
    for (let row = 0; row < 3; row++) {
      const own = Array.from(y.slice(row * 5, row * 5 + 5));
      expect(own.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 5);
      expect(own.reduce((sum, value) => sum + value * value, 0) / 5).toBeCloseTo(1, 4);
      own.forEach((value, j) => {
        expect(moved[row * 5 + j]).toBeCloseTo(value * (1 + gains[j]) + biases[j], 5);
      });
    }
  });

  it('has the gradients of finite differences, of its input, gain and bias', () => {
    const x = tf.tensor2d(normals(15, random), [3, 5]);
    expectGradient([3, 5], (moved) => f(moved, gain, bias), random);
    expectGradient([5], (moved) => f(x, moved, bias), random);
    expectGradient([5], (moved) => f(x, gain, moved), random);
    x.dispose();
  });
});

describe('encoder', () => {
  const size = { width: 8, heads: 2, layers: 2, inner: 12 };
  const options: EncoderOptions = {
    name: 'e',
    ...size,
    offsets: shape.offsets,
    dropout: 0.1,
    random: null,
  };

  it('changes along its gradient as finite differences do, moving all weights at once', () => {
    const weights = createWeights(encoderWeights('e', size), 3);
    const x = tf.tensor2d(normals(TOKENS * 8, random), [TOKENS, 8]);
    const fixed = tf.tensor2d(normals(TOKENS * 8, random), [TOKENS, 8]);
    const f = () => tf.sum(tf.mul(fixed, encode(x, weights, options))) as tf.Scalar;
    const { value, grads } = tf.variableGrads(f, [...weights.variables.values()]);
    const start = flattenWeights(weights);
    const gradient = [...weights.variables.values()].flatMap(({ name }) =>
      Array.from(grads[name].dataSync()),
    );
    for (let direction = 0; direction < 4; direction++) {
      const along = normals(start.length, random);
      const at = (step: number) => {
        assignWeights(
          weights,
          start.map((weight, j) => weight + step * along[j]),
        );
        return tf.tidy(() => f().dataSync()[0]);
      };
      const numeric = (at(STEP) - at(-STEP)) / (2 * STEP);
      const analytic = gradient.reduce((sum, part, j) => sum + part * along[j], 0);
      expect(Math.abs(analytic)).toBeGreaterThan(1);
      expect(Math.abs(numeric / analytic - 1)).toBeLessThan(0.03);
    }
    tf.dispose([x, fixed, value, grads]);
    weights.dispose();
  });

  it('gives every weight a gradient', () => {
    const weights = createWeights(encoderWeights('e', size), 3);
    const x = tf.tensor2d(normals(TOKENS * 8, random), [TOKENS, 8]);
    const fixed = tf.tensor2d(normals(TOKENS * 8, random), [TOKENS, 8]);
    const { value, grads } = tf.variableGrads(
      () => tf.sum(tf.mul(fixed, encode(x, weights, options))) as tf.Scalar,
      [...weights.variables.values()],
    );
    const still = [...weights.variables].filter(([, { name }]) =>
      grads[name].dataSync().every((gradient) => gradient === 0),
    );
    expect(still.map(([name]) => name)).toEqual([]);
    tf.dispose([x, fixed, value, grads]);
    weights.dispose();
  });

  it('averages weights over steps and puts them back', () => {
    const weights = createWeights([{ name: 'w', shape: [2], initial: 'zeros' }], 1);
    const mean = averageWeights(weights, 0.5);
    const seen: number[][] = [];
    for (const value of [4, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8]) {
      assignWeights(weights, Float32Array.of(value, -value));
      mean.add();
      seen.push(mean.with(() => Array.from(flattenWeights(weights))));
    }
    expect(seen[0][0]).toBeCloseTo(4 * 0.9, 5); // the start has a tenth
    expect(seen.map(([first]) => first)).toEqual(seen.map(([first]) => first).toSorted((a, b) => a - b));
    expect(seen[11][0]).toBeGreaterThan(7.9);
    expect(seen[11][1]).toBe(-seen[11][0]);
    expect(Array.from(flattenWeights(weights))).toEqual([8, -8]);
    weights.dispose();
  });
});
