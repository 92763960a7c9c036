import * as tf from '@tensorflow/tfjs-core';
import type { SparseMatrix } from './sparse-matrix.js';

/** Name of our sparse x dense kernel. */
export const SPARSE_MATMUL = 'EsciSparseMatMul';

const registered = new Set<string>();

/** The part of a backend that our kernels use; every TensorFlow.js backend has it. */
interface Memory {
  write(values: Float32Array, shape: number[], dtype: 'float32'): object;
  readSync(dataId: object): Float32Array | Int32Array;
  /** WebAssembly only: a view without a copy, valid until the next allocation */
  typedArrayFromHeap?(info: tf.TensorInfo): Float32Array | Int32Array;
}

/**
 * Registers our kernels on a backend, once: the sparse product and its gradient, and UnsortedSegmentSum (the gradient
 * of `gather`), which the wasm backend lacks and the cpu backend computes in quadratic time. All are linear in their
 * input and run in a fixed order, so results are bit-equal from run to run.
 */
export function registerKernels(backendName: string): void {
  if (registered.has(backendName)) return;
  registered.add(backendName);
  tf.registerKernel({ kernelName: SPARSE_MATMUL, backendName, kernelFunc: sparseMatMulKernel });
  if (backendName !== 'tensorflow') {
    if (tf.getKernel(tf.UnsortedSegmentSum, backendName))
      tf.unregisterKernel(tf.UnsortedSegmentSum, backendName);
    tf.registerKernel({ kernelName: tf.UnsortedSegmentSum, backendName, kernelFunc: segmentSumKernel });
  }
  if (!tf.getGradient(SPARSE_MATMUL)) tf.registerGradient({ kernelName: SPARSE_MATMUL, gradFunc: gradient });
}

type KernelCall = Parameters<tf.KernelFunc>[0];

function sparseMatMulKernel({ inputs, backend, attrs }: KernelCall): tf.TensorInfo {
  const { matrix, transposed } = attrs as unknown as { matrix: SparseMatrix; transposed: boolean };
  const dense = inputs.dense as tf.TensorInfo;
  const width = dense.shape[1];
  const values = read(backend as Memory, dense);
  const rows = transposed ? matrix.columns : matrix.rows;
  const out = new Float32Array(rows * width);
  if (transposed) multiplyTransposed(matrix, values, out, width);
  else multiply(matrix, values, out, width);
  return output(backend as Memory, out, [rows, width]);
}

/** d(A X)/dX = A^T dY and d(A^T X)/dX = A dY. */
const gradient: tf.GradFunc = (dy, _saved, attrs) => ({
  dense: () =>
    tf
      .engine()
      .runKernel(
        SPARSE_MATMUL,
        { dense: dy as tf.Tensor2D },
        { ...attrs, transposed: !attrs.transposed },
      ) as tf.Tensor,
});

/** out[r] += sum over entries (r, c) of value * dense[c]; O(entries x width). */
function multiply(matrix: SparseMatrix, dense: ArrayLike<number>, out: Float32Array, width: number): void {
  const { offsets, indices, values } = matrix;
  for (let row = 0; row < matrix.rows; row++) {
    const target = row * width;
    for (let at = offsets[row]; at < offsets[row + 1]; at++) {
      const source = indices[at] * width;
      const value = values[at];
      for (let j = 0; j < width; j++) out[target + j] += value * dense[source + j];
    }
  }
}

/** out[c] += sum over entries (r, c) of value * dense[r]; O(entries x width). */
function multiplyTransposed(
  matrix: SparseMatrix,
  dense: ArrayLike<number>,
  out: Float32Array,
  width: number,
): void {
  const { offsets, indices, values } = matrix;
  for (let row = 0; row < matrix.rows; row++) {
    const source = row * width;
    for (let at = offsets[row]; at < offsets[row + 1]; at++) {
      const target = indices[at] * width;
      const value = values[at];
      for (let j = 0; j < width; j++) out[target + j] += value * dense[source + j];
    }
  }
}

/** Sums slices of x into the segment of each; a negative segment is dropped, as TensorFlow defines it. */
function segmentSumKernel({ inputs, backend, attrs }: KernelCall): tf.TensorInfo {
  const x = inputs.x as tf.TensorInfo;
  const segmentInfo = inputs.segmentIds as tf.TensorInfo;
  const { numSegments } = attrs as unknown as { numSegments: number };
  const segments = read(backend as Memory, segmentInfo);
  const values = read(backend as Memory, x);
  const width = segments.length === 0 ? 0 : values.length / segments.length;
  const sliceShape = x.shape.slice(segmentInfo.shape.length);
  const out = new Float32Array(numSegments * sliceShape.reduce((size, side) => size * side, 1));
  for (let item = 0; item < segments.length; item++) {
    if (segments[item] < 0) continue;
    const target = segments[item] * width;
    for (let j = 0; j < width; j++) out[target + j] += values[item * width + j];
  }
  return output(backend as Memory, out, [numSegments, ...sliceShape]);
}

function read(backend: Memory, info: tf.TensorInfo): Float32Array | Int32Array {
  return backend.typedArrayFromHeap ? backend.typedArrayFromHeap(info) : backend.readSync(info.dataId);
}

function output(backend: Memory, values: Float32Array, shape: number[]): tf.TensorInfo {
  return { dataId: backend.write(values, shape, 'float32'), shape, dtype: 'float32' };
}
