import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../src/math/random.js';
import { prepareTensorflow } from '../../src/models/tfjs/backend.js';
import { attend } from '../../src/models/tfjs/graph-attention.js';
import { layerNorm } from '../../src/models/tfjs/layer-norm.js';
import { sparseMatMul } from '../../src/models/tfjs/sparse.js';
import { type SparseMatrix, sparseRows } from '../../src/models/tfjs/sparse-matrix.js';
import * as oracle from '../oracles/layers.js';

beforeAll(() => prepareTensorflow({ backend: 'wasm' }));

const random = createRandom('layer kernels');
/** Numbers of very different sizes, some of them 0, so that an addition in another order gives other bits. */
const numbers = (count: number) =>
  Float32Array.from({ length: count }, () =>
    random.integer(12) === 0 ? 0 : random.normal() * 2 ** (random.integer(12) - 6),
  );

/** The value of `f` and the gradients of a weighted sum of it, as their bytes. */
function both(f: (...x: tf.Tensor[]) => tf.Tensor, inputs: tf.Tensor[], dy: Float32Array): Uint32Array[] {
  const { value, grads } = tf.valueAndGrads((...x: tf.Tensor[]) => {
    const y = f(...x);
    return tf.sum(tf.mul(y, tf.tensor(dy, y.shape))) as tf.Scalar;
  })(inputs);
  const result = [tf.tidy(() => f(...inputs).dataSync()), ...grads.map((one) => one.dataSync())];
  tf.dispose([value, ...grads]);
  return result.map(bits);
}

function bits(values: ArrayLike<number>): Uint32Array {
  return new Uint32Array(Float32Array.from(values).buffer);
}

const sizes = [
  [1, 4],
  [3, 5],
  [4, 32],
  [9, 32],
  [6, 3],
  [130, 33],
] as const;

describe('layer norm', () => {
  it.each(sizes)('of %d rows of %d is to the bit the plain loops', (rows, width) => {
    const [x, dy] = [numbers(rows * width), numbers(rows * width)];
    const [gain, bias] = [numbers(width), numbers(width)];
    const { normal, inverse } = oracle.normalise(x, width);
    const back = oracle.normaliseBack(dy, gain, { normal, inverse });
    const tensors = [tf.tensor2d(x, [rows, width]), tf.tensor1d(gain), tf.tensor1d(bias)];
    const layer = (...[a, b, c]: tf.Tensor[]) =>
      layerNorm(a as tf.Tensor2D, b as tf.Tensor1D, c as tf.Tensor1D);
    const expected = [oracle.affine(normal, gain, bias), back.x, back.gain, back.bias];
    expect(both(layer, tensors, dy)).toEqual(expected.map(bits));
    tf.dispose(tensors);
  });
});

describe('the sparse product', () => {
  it.each([1, 3, 4, 7, 32, 48])('of width %d is to the bit the plain loops', (width) => {
    const matrix = randomMatrix(21, 9);
    const [x, dy] = [numbers(9 * width), numbers(21 * width)];
    const y = new Float32Array(21 * width);
    const back = new Float32Array(9 * width);
    oracle.multiply(matrix, x, y, width);
    oracle.multiplyTransposed(matrix, dy, back, width);
    const tensor = tf.tensor2d(x, [9, width]);
    const product = (a: tf.Tensor) => sparseMatMul(matrix, a as tf.Tensor2D);
    expect(both(product, [tensor], dy)).toEqual([y, back].map(bits));
    tensor.dispose();
  });

  it('leaves what it gave before alone, on a backend that keeps what it is given', async () => {
    await prepareTensorflow({ backend: 'cpu' });
    const matrix = randomMatrix(4, 3);
    const [a, b] = [numbers(9), numbers(9)].map((values) =>
      sparseMatMul(matrix, tf.tensor2d(values, [3, 3])),
    );
    const first = Array.from(a.dataSync());
    expect(Array.from(b.dataSync())).not.toEqual(first);
    sparseMatMul(matrix, tf.tensor2d(numbers(9), [3, 3])).dispose();
    expect(Array.from(a.dataSync())).toEqual(first);
    await prepareTensorflow({ backend: 'wasm' });
  });
});

function randomMatrix(rows: number, columns: number): SparseMatrix {
  const entries = sparseRows();
  for (let row = 0; row < rows; row++) {
    for (let at = random.integer(6); at > 0; at--) entries.entry(random.integer(columns), numbers(1)[0]);
    entries.endRow();
  }
  return entries.finish(columns);
}

describe('graph attention', () => {
  it.each([
    [4, 8],
    [2, 3],
    [1, 5],
    [3, 4],
  ])('of %d heads of width %d is to the bit the plain loops', (heads, width) => {
    const side = heads * width;
    const offsets = Int32Array.of(0, 4, 4, 5, 29, 60);
    const [items, targets, vector] = [numbers(60 * side), numbers(5 * side), numbers(side)];
    const dy = numbers(5 * side);
    const plan = { offsets, heads, side, items, targets, vector };
    const shares = oracle.sharesOf(plan);
    const back = oracle.backward(plan, shares, dy);
    const tensors = [tf.tensor2d(items, [60, side]), tf.tensor2d(targets, [5, side]), tf.tensor1d(vector)];
    const layer = (...[u, v, a]: tf.Tensor[]) =>
      attend({ offsets, heads }, u as tf.Tensor2D, v as tf.Tensor2D, a as tf.Tensor1D);
    const expected = [oracle.weightedSums(plan, shares), back.items, back.targets, back.vector];
    expect(both(layer, tensors, dy)).toEqual(expected.map(bits));
    tf.dispose(tensors);
  });
});
