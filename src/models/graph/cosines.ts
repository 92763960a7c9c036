import type { SparseMatrix } from '../tfjs/sparse-matrix.js';

/** Exact cosines of one row of a sparse matrix to others. */
export interface Cosines {
  root(row: number): void;
  /** chooses a row of a matrix with the same columns */
  rootIn(matrix: SparseMatrix, row: number): void;
  to(row: number): number;
  /** the cosines to the first `count` of `rows`, which may repeat, into `target`; the same numbers as `to` gives */
  toAll(rows: Int32Array, count: number, target: Float64Array): void;
}

/**
 * Cosines between rows of length 1 or 0: the root is spread out, so each costs O(entries of the other row). Entries are
 * added one after the other in float64; several rows go side by side, because an addition waits for the one before it.
 */
export function createCosines(matrix: SparseMatrix): Cosines {
  const { columns, offsets, indices, values } = matrix;
  const spread = new Float32Array(columns);
  /** the rows asked for, once each, and the round they were last asked in */
  const rows = new Int32Array(matrix.rows);
  const asked = new Int32Array(matrix.rows);
  const found = new Float64Array(matrix.rows);
  let round = 0;
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
  const dot = (row: number, from: number, start: number) => {
    let sum = start;
    for (let at = from; at < offsets[row + 1]; at++) sum += values[at] * spread[indices[at]];
    return sum;
  };
  /** Four rows, side by side as far as the shortest goes. */
  const dotFour = (at: number) => {
    const [a, b, c, d] = [rows[at], rows[at + 1], rows[at + 2], rows[at + 3]];
    const [i, j, k, l] = [offsets[a], offsets[b], offsets[c], offsets[d]];
    const least = Math.min(offsets[a + 1] - i, offsets[b + 1] - j, offsets[c + 1] - k, offsets[d + 1] - l);
    let [first, second, third, fourth] = [0, 0, 0, 0];
    for (let step = 0; step < least; step++) {
      first += values[i + step] * spread[indices[i + step]];
      second += values[j + step] * spread[indices[j + step]];
      third += values[k + step] * spread[indices[k + step]];
      fourth += values[l + step] * spread[indices[l + step]];
    }
    found[a] = dot(a, i + least, first);
    found[b] = dot(b, j + least, second);
    found[c] = dot(c, k + least, third);
    found[d] = dot(d, l + least, fourth);
  };
  return {
    root: (row) => rootIn(matrix, row),
    rootIn,
    to: (row) => dot(row, offsets[row], 0),
    toAll(wanted, count, target) {
      round++;
      let distinct = 0;
      for (let at = 0; at < count; at++) {
        const row = wanted[at];
        if (asked[row] === round) continue;
        asked[row] = round;
        rows[distinct++] = row;
      }
      let at = 0;
      for (; at + 4 <= distinct; at += 4) dotFour(at);
      for (; at < distinct; at++) found[rows[at]] = dot(rows[at], offsets[rows[at]], 0);
      for (let place = 0; place < count; place++) target[place] = found[wanted[place]];
    },
  };
}
