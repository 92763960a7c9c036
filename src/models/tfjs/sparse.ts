import * as tf from '@tensorflow/tfjs-core';
import { SPARSE_MATMUL } from './kernels.js';
import type { SparseMatrix } from './sparse-matrix.js';

/**
 * A X for a constant sparse A [rows][columns] and a dense X [columns][width]; differentiable in X.
 * O(entries x width) in both directions. `prepareTensorflow` must have run.
 */
export function sparseMatMul(matrix: SparseMatrix, dense: tf.Tensor2D): tf.Tensor2D {
  const attributes = { matrix, transposed: false } as unknown as tf.NamedAttrMap;
  return tf.engine().runKernel(SPARSE_MATMUL, { dense }, attributes) as tf.Tensor2D;
}
