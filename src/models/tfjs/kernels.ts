import * as tf from '@tensorflow/tfjs-core';
import { layerMemory } from './layer-kernels.js';
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
  const { offsets, indices, values: entries } = matrix;
  const numbers = [offsets, indices, entries, values];
  const memory = layerMemory([...numbers.map(({ length }) => length), rows * width]);
  const addresses = numbers.map((piece) => memory.put(piece));
  const out = memory.zeros(rows * width);
  const multiply = transposed ? memory.functions.multiplyTransposed : memory.functions.multiply;
  multiply(matrix.rows, width, ...addresses, out);
  const result = memory.floats(out, rows * width);
  // WebAssembly's backend copies at once; others keep what they are given
  const kept = (backend as Memory).typedArrayFromHeap ? result : result.slice();
  return output(backend as Memory, kept, [rows, width]);
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
