import type { FeatureMatrix, TreeEnsemble } from '../ensemble/tree.js';

/**
 * The thresholds of an ensemble: values[start[c] .. start[c + 1]) are the distinct thresholds of column c, ascending.
 * A value's code is the number of its column's thresholds <= the value, so that value < threshold k of the column
 * (counted from 0) iff code <= k: comparing codes is exact.
 */
export interface Cuts {
  /** [column + 1] */
  readonly start: Int32Array;
  readonly values: Float32Array;
}

/** The cuts of every column an ensemble tests. O(nodes log nodes). */
export function collectCuts(ensemble: TreeEnsemble): Cuts {
  const columns = ensemble.featureNames.length;
  const thresholds: number[][] = Array.from({ length: columns }, () => []);
  for (const tree of ensemble.trees) {
    for (let node = 0; node < tree.left.length; node++) {
      if (tree.left[node] >= 0) thresholds[tree.feature[node]].push(tree.threshold[node]);
    }
  }
  const distinct = thresholds.map((list) => {
    const ascending = Float32Array.from(list).sort();
    return ascending.filter((value, at) => at === 0 || value !== ascending[at - 1]);
  });
  const start = new Int32Array(columns + 1);
  for (let column = 0; column < columns; column++)
    start[column + 1] = start[column] + distinct[column].length;
  const values = new Float32Array(start[columns]);
  distinct.forEach((list, column) => {
    values.set(list, start[column]);
  });
  return { start, values };
}

/** Number of thresholds of `column` that are <= value. O(log thresholds). */
export function cutCode(cuts: Cuts, column: number, value: number): number {
  let low = cuts.start[column];
  let high = cuts.start[column + 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cuts.values[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low - cuts.start[column];
}

/** Codes of missing values: below and above every cut, for nodes that send them left and right. */
const MISSING_LEFT = -1;
const MISSING_RIGHT = 0x3fffffff;

/**
 * Codes of a block of rows in tiles, [tile][column][row of tile], once with missing values below every cut
 * (`missingLeft`) and once above (`missingRight`; the same array where the block has no missing value).
 */
export interface CodedBlock {
  readonly rows: number;
  readonly columns: number;
  readonly tileRows: number;
  readonly missingLeft: Int32Array;
  readonly missingRight: Int32Array;
}

/** Codes rows [from, to) of the features. O(rows * columns * log thresholds). */
export function codeBlock(
  cuts: Cuts,
  features: FeatureMatrix,
  from: number,
  to: number,
  tileRows: number,
): CodedBlock {
  const { columns, values } = features;
  const rows = to - from;
  const codes = new Int32Array(Math.ceil(rows / tileRows) * tileRows * columns);
  let missing = false;
  for (let row = 0; row < rows; row++) {
    const tile = Math.floor(row / tileRows);
    const target = tile * tileRows * columns + (row - tile * tileRows);
    for (let column = 0; column < columns; column++) {
      const value = values[(from + row) * columns + column];
      const absent = Number.isNaN(value);
      if (absent) missing = true;
      codes[target + column * tileRows] = absent ? MISSING_LEFT : cutCode(cuts, column, value);
    }
  }
  const missingRight = missing ? codes.map((code) => (code === MISSING_LEFT ? MISSING_RIGHT : code)) : codes;
  return { rows, columns, tileRows, missingLeft: codes, missingRight };
}
