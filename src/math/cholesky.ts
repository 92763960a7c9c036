/**
 * Solves A x = b for a symmetric positive definite A [row * size + column], of which the lower triangle is read, by
 * Cholesky's factorization (Golub & Van Loan, Matrix Computations, 4.2). Null where A is not positive definite to
 * working precision. O(size^3).
 */
export function solvePositiveDefinite(matrix: Float64Array, right: Float64Array): Float64Array | null {
  const size = right.length;
  const factor = factorize(matrix, size);
  if (factor === null) return null;
  const solution = Float64Array.from(right);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) solution[i] -= factor[i * size + j] * solution[j];
    solution[i] /= factor[i * size + i];
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let j = i + 1; j < size; j++) solution[i] -= factor[j * size + i] * solution[j];
    solution[i] /= factor[i * size + i];
  }
  return solution;
}

/** The lower triangle L with L L' = A, or null. */
function factorize(matrix: Float64Array, size: number): Float64Array | null {
  const factor = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * size + j];
      for (let k = 0; k < j; k++) sum -= factor[i * size + k] * factor[j * size + k];
      if (i === j) {
        if (!(sum > 0)) return null;
        factor[i * size + i] = Math.sqrt(sum);
      } else {
        factor[i * size + j] = sum / factor[j * size + j];
      }
    }
  }
  return factor;
}
