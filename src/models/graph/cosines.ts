import type { SparseMatrix } from '../tfjs/sparse-matrix.js';

/** Exact cosines of one row of a sparse matrix to others. */
export interface Cosines {
  root(row: number): void;
  /** chooses a row of a matrix with the same columns */
  rootIn(matrix: SparseMatrix, row: number): void;
  to(row: number): number;
}

/** Cosines between rows of length 1 or 0: the root is spread out, so each costs O(entries of the other row). */
export function createCosines(matrix: SparseMatrix): Cosines {
  const { columns, offsets, indices, values } = matrix;
  const spread = new Float32Array(columns);
  let chosen: { matrix: SparseMatrix; row: number } | null = null;
  const fill = ({ matrix: from, row }: NonNullable<typeof chosen>, present: boolean) => {
    for (let at = from.offsets[row]; at < from.offsets[row + 1]; at++) {
      spread[from.indices[at]] = present ? from.values[at] : 0;
    }
  };
  const rootIn = (from: SparseMatrix, row: number) => {
    if (chosen?.matrix === from && chosen.row === row) return;
    if (chosen !== null) fill(chosen, false);
    chosen = { matrix: from, row };
    fill(chosen, true);
  };
  return {
    root: (row) => rootIn(matrix, row),
    rootIn,
    to(row) {
      let dot = 0;
      for (let at = offsets[row]; at < offsets[row + 1]; at++) dot += values[at] * spread[indices[at]];
      return dot;
    },
  };
}
