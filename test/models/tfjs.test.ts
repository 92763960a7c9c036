import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRandom } from '../../src/math/random.js';
import { createAdam } from '../../src/models/tfjs/adam.js';
import { prepareTensorflow } from '../../src/models/tfjs/backend.js';
import { dense, dropout } from '../../src/models/tfjs/layers.js';
import { crossEntropy } from '../../src/models/tfjs/loss.js';
import { mlp, mlpWeights } from '../../src/models/tfjs/mlp.js';
import { nativeInstallation } from '../../src/models/tfjs/native.js';
import { sparseMatMul } from '../../src/models/tfjs/sparse.js';
import { type SparseMatrix, sparseRows, stackRows, takeRows } from '../../src/models/tfjs/sparse-matrix.js';
import {
  assignWeights,
  createWeights,
  flattenWeights,
  restoreWeights,
} from '../../src/models/tfjs/weights.js';
import { normals as drawNormals, expectGradient as expectGradientOf } from './gradients.js';

let tensors = 0;
beforeAll(async () => {
  const methods = ['log', 'info', 'warn', 'error'] as const;
  const spies = methods.map((method) => vi.spyOn(console, method));
  await prepareTensorflow({ backend: 'cpu' });
  tf.ones([2]).dispose();
  await prepareTensorflow({ backend: 'wasm' });
  for (const spy of spies) {
    expect(spy).not.toHaveBeenCalled();
    spy.mockRestore();
  }
});
beforeEach(() => {
  tensors = tf.memory().numTensors;
});
afterEach(() => {
  expect(tf.memory().numTensors).toBe(tensors);
});

const random = createRandom('tfjs tests');
const normals = (count: number) => drawNormals(count, random);
const expectGradient = (shape: [number, number], f: (x: tf.Tensor2D) => tf.Scalar) =>
  expectGradientOf(shape, f, random);

function randomSparse(rows: number, columns: number): SparseMatrix {
  const builder = sparseRows();
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      if (random.uniform() < 0.4) builder.entry(column, random.normal());
    }
    builder.endRow();
  }
  return builder.finish(columns);
}

function denseOf({ rows, columns, offsets, indices, values }: SparseMatrix): number[][] {
  const out = Array.from({ length: rows }, () => new Array<number>(columns).fill(0));
  for (let row = 0; row < rows; row++) {
    for (let at = offsets[row]; at < offsets[row + 1]; at++) out[row][indices[at]] += values[at];
  }
  return out;
}

describe('dense of no rows', () => {
  it('has gradients of zero, not of what stands in memory', () => {
    const dirty = tf.fill([64, 64], 7); // what is freed here is handed out again
    dirty.dispose();
    const x = tf.tensor2d([], [0, 5]);
    const weight = tf.ones<tf.Rank.R2>([5, 3]);
    const bias = tf.zeros<tf.Rank.R1>([3]);
    const loss = (w: tf.Tensor2D, b: tf.Tensor1D) => tf.sum(dense(x, w, b, { relu: true })) as tf.Scalar;
    const gradients = tf.grads(loss as never)([weight, bias]);
    expect([...gradients[0].dataSync(), ...gradients[1].dataSync()]).toEqual(new Array(18).fill(0));
    tf.dispose([x, weight, bias, ...gradients]);
  });
});

describe('sparse product', () => {
  const matrix = randomSparse(5, 7);

  it('equals the dense product', () => {
    const x = normals(7 * 3);
    const expected = tf.tidy(() =>
      tf.matMul(tf.tensor2d(denseOf(matrix)), tf.tensor2d(x, [7, 3])).dataSync(),
    );
    const actual = tf.tidy(() => sparseMatMul(matrix, tf.tensor2d(x, [7, 3])).dataSync());
    for (let at = 0; at < expected.length; at++) expect(actual[at]).toBeCloseTo(expected[at], 5);
  });

  it('has the gradient of finite differences', () => {
    expectGradient([7, 3], (x) => tf.sum(tf.square(sparseMatMul(matrix, x))) as tf.Scalar);
  });

  it('takes and stacks rows', () => {
    const full = denseOf(matrix);
    expect(denseOf(takeRows(matrix, [3, 0, 3]))).toEqual([full[3], full[0], full[3]]);
    expect(denseOf(stackRows([matrix, takeRows(matrix, [2])]))).toEqual([...full, full[2]]);
  });
});

describe('unsorted segment sum', () => {
  it.each(['wasm', 'cpu'] as const)('is the gradient of gather on %s', async (backend) => {
    await prepareTensorflow({ backend });
    try {
      const indices = [2, 0, 2, 2, 4];
      expectGradient([5, 2], (x) => {
        const gathered = tf.gather(x, tf.tensor1d(indices, 'int32'));
        return tf.sum(tf.square(gathered)) as tf.Scalar;
      });
    } finally {
      await prepareTensorflow({ backend: 'wasm' });
    }
  });

  it('drops negative segments and leaves empty ones zero', () => {
    const sums = tf.tidy(() =>
      tf
        .unsortedSegmentSum(
          tf.tensor2d([
            [1, 2],
            [3, 4],
            [5, 6],
          ]),
          tf.tensor1d([1, -1, 1], 'int32'),
          3,
        )
        .arraySync(),
    );
    expect(sums).toEqual([
      [0, 0],
      [6, 8],
      [0, 0],
    ]);
  });
});

describe('dense layer', () => {
  const w = normals(4 * 3).map((value) => 0.2 * value);
  // far on either side of the ReLU's kink, where finite differences fail
  const b = Float32Array.of(4, -4, 4);
  const parts = () => [tf.tensor2d(w, [4, 3]), tf.tensor1d(b)] as const;

  it.each([true, false])('has the gradients of finite differences (relu %s)', (relu) => {
    const x = normals(6 * 4).map((value) => 0.3 * value);
    // not zero where the ReLU is, so that its mask matters
    const square = (y: tf.Tensor) => tf.sum(tf.square(tf.add(y, 1))) as tf.Scalar;
    expectGradient([6, 4], (input) => square(dense(input, ...parts(), { relu })));
    expectGradient([4, 3], (weight) =>
      square(dense(tf.tensor2d(x, [6, 4]), weight, tf.tensor1d(b), { relu })),
    );
    expectGradient([1, 3], (bias) =>
      square(
        dense(tf.tensor2d(x, [6, 4]), tf.tensor2d(w, [4, 3]), tf.add(tf.reshape(bias, [3]), b), { relu }),
      ),
    );
  });

  it('gives the weights the same gradient without that of the input', () => {
    const gradients = (inputGradient: boolean) =>
      tf.tidy(() => {
        const x = tf.tensor2d(
          Float32Array.from({ length: 24 }, (_, at) => Math.sin(at)),
          [6, 4],
        );
        const f = (weight: tf.Tensor, bias: tf.Tensor) =>
          tf.sum(
            tf.square(dense(x, weight as tf.Tensor2D, bias as tf.Tensor1D, { relu: true, inputGradient })),
          ) as tf.Scalar;
        return tf
          .grads(f)(parts() as unknown as tf.Tensor[])
          .map((gradient) => Array.from(gradient.dataSync()));
      });
    expect(gradients(false)).toEqual(gradients(true));
  });
});

describe('cross-entropy', () => {
  const labels = [0, 2, 1, 2];
  const classWeights = [1, 2, 0.5];

  it('is the weighted mean of -log softmax', () => {
    const logits = [
      [0, 0, 0],
      [1000, 0, -1000],
      [1, 2, 3],
      [0.5, 0.5, 4],
    ];
    const value = tf.tidy(() => crossEntropy(tf.tensor2d(logits), labels, classWeights).dataSync()[0]);
    const rowLoss = (row: number) => {
      const top = Math.max(...logits[row]);
      const sum = logits[row].reduce((total, logit) => total + Math.exp(logit - top), 0);
      return Math.min(-Math.log(1e-12), top - logits[row][labels[row]] + Math.log(sum));
    };
    const weights = labels.map((label) => classWeights[label]);
    const expected =
      labels.reduce((sum, _, row) => sum + weights[row] * rowLoss(row), 0) /
      weights.reduce((a, c) => a + c, 0);
    expect(value).toBeCloseTo(expected, 4);
  });

  it('has the gradient of finite differences', () => {
    expectGradient([4, 3], (x) => crossEntropy(x, labels, classWeights));
  });
});

describe('backends', () => {
  it('stay as they are unless told', async () => {
    await prepareTensorflow();
    expect(tf.getBackend()).toBe('wasm');
  });

  it.skipIf(nativeInstallation()?.built === true)(
    'miss native TensorFlow with the page that says how to get it, and go on (skipped where it is there)',
    async () => {
      await expect(prepareTensorflow({ backend: 'tensorflow' })).rejects.toMatchObject({
        code: 'usage',
        message: expect.stringContaining('@tensorflow/tfjs-node'),
        hint: expect.stringContaining('docs/native-tensorflow.md'),
      });
      await prepareTensorflow();
      expect(tf.getBackend()).toBe('wasm');
    },
  );
});

describe('training parts', () => {
  it('Adam finds the minimum of a quadratic, and decays matrices but not vectors', () => {
    const specs = [{ name: 'x', shape: [3], initial: { normal: 1 } }];
    const weights = createWeights(specs, 1);
    const adam = createAdam(weights, { weightDecay: 0.5 });
    for (let step = 0; step < 300; step++) {
      const { value, grads } = tf.variableGrads(
        () => tf.sum(tf.square(tf.sub(weights.vector('x'), [1, -2, 3]))) as tf.Scalar,
        [...weights.variables.values()],
      );
      adam.step(grads, 0.1);
      tf.dispose([value, grads]);
    }
    const found = flattenWeights(weights);
    [1, -2, 3].forEach((goal, at) => {
      expect(found[at]).toBeCloseTo(goal, 2);
    });
    weights.dispose();
  });

  it('weights depend on seed and name alone, and survive flattening', () => {
    const specs = mlpWeights('m', [3, 4, 2]);
    const weights = createWeights(specs, 7);
    const reversed = createWeights([...specs].reverse(), 7);
    const other = createWeights(specs, 8);
    const values = (w: typeof weights) => Array.from(w.get('m/0/w').dataSync());
    expect(values(reversed)).toEqual(values(weights));
    expect(values(other)).not.toEqual(values(weights));
    const flat = flattenWeights(weights);
    const restored = restoreWeights(specs, flat);
    expect(values(restored)).toEqual(values(weights));
    assignWeights(other, flat);
    expect(flattenWeights(other)).toEqual(flat);
    expect(weights.count).toBe(3 * 4 + 4 + 4 * 2 + 2);
    for (const each of [weights, reversed, other, restored]) each.dispose();
  });

  it('dropout keeps the mean, follows its stream and is off without one', () => {
    const x = tf.ones([100, 100]) as tf.Tensor2D;
    const drop = (seed: number) =>
      tf.tidy(() => dropout(x, 0.3, createRandom(seed)).dataSync() as Float32Array);
    const once = drop(1);
    expect(drop(1)).toEqual(once);
    expect(drop(2)).not.toEqual(once);
    expect(once.filter((value) => value === 0).length / once.length).toBeCloseTo(0.3, 1);
    expect(once.reduce((sum, value) => sum + value, 0) / once.length).toBeCloseTo(1, 1);
    expect(dropout(x, 0.3, null)).toBe(x);
    x.dispose();
  });

  it('a perceptron has the gradient of finite differences', () => {
    const weights = createWeights(mlpWeights('m', [3, 5, 2]), 3);
    const options = { name: 'm', layers: 2, dropout: 0, random: null, inputGradient: true };
    expectGradient([4, 3], (x) => crossEntropy(mlp(x, weights, options), [0, 1, 1, 0], [1, 1]));
    weights.dispose();
  });
});
