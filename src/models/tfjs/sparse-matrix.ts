import { Growable } from '../../io/growable.js';

/** Compressed sparse rows: entries of row r are at offsets[r] until offsets[r + 1], half-open. */
export interface SparseMatrix {
  readonly rows: number;
  readonly columns: number;
  /** [rows + 1] */
  readonly offsets: Int32Array;
  /** column of each entry */
  readonly indices: Int32Array;
  readonly values: Float32Array;
}

/** Rows of a sparse matrix, appended one entry after the other. */
export interface SparseRows {
  /** adds an entry to the open row */
  entry(column: number, value: number): void;
  /** closes the open row */
  endRow(): void;
  finish(columns: number): SparseMatrix;
}

/** Builds a sparse matrix row by row. */
export function sparseRows(): SparseRows {
  const offsets = Growable.of((length) => new Int32Array(length));
  const indices = Growable.of((length) => new Int32Array(length));
  const values = Growable.of((length) => new Float32Array(length));
  offsets.push(0);
  return {
    entry(column, value) {
      indices.push(column);
      values.push(value);
    },
    endRow() {
      offsets.push(indices.length);
    },
    finish: (columns) => ({
      rows: offsets.length - 1,
      columns,
      offsets: offsets.finish(),
      indices: indices.finish(),
      values: values.finish(),
    }),
  };
}

/** The chosen rows of a matrix, in the order asked; a row may be chosen more than once. O(entries chosen). */
export function takeRows(matrix: SparseMatrix, rows: ArrayLike<number>): SparseMatrix {
  const offsets = new Int32Array(rows.length + 1);
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at];
    offsets[at + 1] = offsets[at] + matrix.offsets[row + 1] - matrix.offsets[row];
  }
  const indices = new Int32Array(offsets[rows.length]);
  const values = new Float32Array(offsets[rows.length]);
  for (let at = 0; at < rows.length; at++) {
    const from = matrix.offsets[rows[at]];
    const to = matrix.offsets[rows[at] + 1];
    indices.set(matrix.indices.subarray(from, to), offsets[at]);
    values.set(matrix.values.subarray(from, to), offsets[at]);
  }
  return { rows: rows.length, columns: matrix.columns, offsets, indices, values };
}

/** Matrices with equal columns, one below the other. O(entries). */
export function stackRows(matrices: readonly SparseMatrix[]): SparseMatrix {
  const rows = matrices.reduce((sum, matrix) => sum + matrix.rows, 0);
  const entries = matrices.reduce((sum, matrix) => sum + matrix.indices.length, 0);
  const offsets = new Int32Array(rows + 1);
  const indices = new Int32Array(entries);
  const values = new Float32Array(entries);
  let row = 0;
  let entry = 0;
  for (const matrix of matrices) {
    for (let at = 0; at < matrix.rows; at++) offsets[row + at] = entry + matrix.offsets[at];
    indices.set(matrix.indices, entry);
    values.set(matrix.values, entry);
    row += matrix.rows;
    entry += matrix.indices.length;
  }
  offsets[rows] = entries;
  return { rows, columns: matrices[0].columns, offsets, indices, values };
}
