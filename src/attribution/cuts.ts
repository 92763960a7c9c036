import type { TreeEnsemble } from '../ensemble/tree.js';

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
