import type { SparseMatrix } from '../tfjs/sparse-matrix.js';

/** Exact cosines of one row of a sparse matrix to others. */
export interface Cosines {
  root(row: number): void;
  to(row: number): number;
}

/** Cosines between rows of length 1 or 0: the root is spread out, so each costs O(entries of the other row). */
export function createCosines({ columns, offsets, indices, values }: SparseMatrix): Cosines {
  const spread = new Float32Array(columns);
  let chosen = -1;
  const fill = (row: number, present: boolean) => {
    for (let at = offsets[row]; at < offsets[row + 1]; at++) spread[indices[at]] = present ? values[at] : 0;
  };
  return {
    root(row) {
      if (row === chosen) return;
      if (chosen >= 0) fill(chosen, false);
      fill(row, true);
      chosen = row;
    },
    to(row) {
      let dot = 0;
      for (let at = offsets[row]; at < offsets[row + 1]; at++) dot += values[at] * spread[indices[at]];
      return dot;
    },
  };
}
