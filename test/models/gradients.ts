import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import type { Random } from '../../src/math/random.js';

/** Standard normal numbers. */
export function normals(count: number, random: Random): Float32Array {
  return Float32Array.from({ length: count }, () => random.normal());
}

/** Central differences of a scalar function of one array, in the float32 that the kernels compute with. */
function numericGradient(values: Float32Array, value: (at: Float32Array) => number, step = 4e-3): number[] {
  return Array.from(values, (_, at) => {
    const moved = (by: number) => {
      const copy = values.slice();
      copy[at] += by;
      return value(copy);
    };
    return (moved(step) - moved(-step)) / (2 * step);
  });
}

/** The tape's gradient of a scalar function of one tensor against central differences, to 1% of the largest. */
export function expectGradient<Shape extends [number] | [number, number]>(
  shape: Shape,
  f: (x: Shape extends [number] ? tf.Tensor1D : tf.Tensor2D) => tf.Scalar,
  random: Random,
): void {
  type X = Parameters<typeof f>[0];
  const values = normals(
    shape.reduce((size, side) => size * side, 1),
    random,
  );
  const analytic = tf.tidy(() =>
    Array.from(
      tf
        .grad((x) => f(x as X))(tf.tensor(values, shape))
        .dataSync(),
    ),
  );
  const numeric = numericGradient(values, (moved) =>
    tf.tidy(() => f(tf.tensor(moved, shape) as X).dataSync()[0]),
  );
  const largest = Math.max(...numeric.map(Math.abs));
  expect(largest).toBeGreaterThan(0.05);
  numeric.forEach((expected, at) => {
    expect(Math.abs(analytic[at] - expected)).toBeLessThan(0.01 * largest);
  });
}
