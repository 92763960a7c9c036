import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../src/math/random.js';
import { prepareTensorflow } from '../../src/models/tfjs/backend.js';
import { attend } from '../../src/models/tfjs/graph-attention.js';

beforeAll(() => prepareTensorflow());

const HEADS = 2;
const SIDE = 6;
/** the second segment is empty, the third has one item */
const OFFSETS = Int32Array.of(0, 4, 4, 5, 9);
const SEGMENTS = OFFSETS.length - 1;
const random = createRandom('attention');
const normals = (count: number) => Array.from({ length: count }, () => random.normal());
const inputs = { items: normals(9 * SIDE), targets: normals(SEGMENTS * SIDE), vector: normals(SIDE) };
type Inputs = typeof inputs;

/** GATv2 word for word, in float64. */
function oracle({ items, targets, vector }: Inputs): number[] {
  const out = new Array<number>(SEGMENTS * SIDE).fill(0);
  const width = SIDE / HEADS;
  for (let v = 0; v < SEGMENTS; v++) {
    const members = Array.from({ length: OFFSETS[v + 1] - OFFSETS[v] }, (_, at) => OFFSETS[v] + at);
    for (let h = 0; h < HEADS; h++) {
      const columns = Array.from({ length: width }, (_, at) => h * width + at);
      const powers = members.map((item) =>
        Math.exp(
          columns.reduce((sum, j) => {
            const x = items[item * SIDE + j] + targets[v * SIDE + j];
            return sum + vector[j] * (x > 0 ? x : 0.2 * x);
          }, 0),
        ),
      );
      const total = powers.reduce((sum, power) => sum + power, 0);
      for (const j of columns) {
        out[v * SIDE + j] = members.reduce(
          (sum, item, at) => sum + (powers[at] / total) * items[item * SIDE + j],
          0,
        );
      }
    }
  }
  return out;
}

const tensors = ({ items, targets, vector }: Inputs) =>
  [
    tf.tensor2d(items, [items.length / SIDE, SIDE]),
    tf.tensor2d(targets, [SEGMENTS, SIDE]),
    tf.tensor1d(vector),
  ] as const;

describe('attention', () => {
  it('is the softmax-weighted sum of each segment, and 0 for an empty one', () => {
    const actual = tf.tidy(() => attend({ offsets: OFFSETS, heads: HEADS }, ...tensors(inputs)).dataSync());
    oracle(inputs).forEach((expected, at) => {
      expect(actual[at]).toBeCloseTo(expected, 5);
    });
    expect(Array.from(actual.slice(SIDE, 2 * SIDE))).toEqual(new Array(SIDE).fill(0));
  });

  it('stays finite where scores are large', () => {
    const loud = { ...inputs, items: inputs.items.map((value) => value * 1e4) };
    const actual = tf.tidy(() => attend({ offsets: OFFSETS, heads: HEADS }, ...tensors(loud)).dataSync());
    expect(actual.every(Number.isFinite)).toBe(true);
  });

  it.each(['items', 'targets', 'vector'] as const)('has the gradient of finite differences in %s', (part) => {
    const weights = normals(SEGMENTS * SIDE);
    const value = (at: Inputs) => oracle(at).reduce((sum, y, j) => sum + weights[j] * (y + y * y), 0);
    const gradients = tf.tidy(() =>
      tf
        .grads((items, targets, vector) => {
          const y = attend(
            { offsets: OFFSETS, heads: HEADS },
            items as tf.Tensor2D,
            targets as tf.Tensor2D,
            vector as tf.Tensor1D,
          );
          return tf.sum(tf.mul(tf.add(y, tf.square(y)), tf.tensor2d(weights, y.shape)));
        })([...tensors(inputs)])
        .map((gradient) => Array.from(gradient.dataSync())),
    );
    const analytic = gradients[['items', 'targets', 'vector'].indexOf(part)];
    const step = 1e-6;
    const numeric = inputs[part].map((_, at) => {
      const moved = (by: number) => {
        const copy = inputs[part].slice();
        copy[at] += by;
        return value({ ...inputs, [part]: copy });
      };
      return (moved(step) - moved(-step)) / (2 * step);
    });
    const largest = Math.max(...numeric.map(Math.abs));
    expect(largest).toBeGreaterThan(0.1);
    numeric.forEach((expected, at) => {
      expect(Math.abs(analytic[at] - expected)).toBeLessThan(1e-4 * largest);
    });
  });
});
