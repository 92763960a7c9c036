import { takeColumns, takeRows } from '../math/rows.js';
import type { FeatureMatrix } from './tree.js';

/** A copy of some rows, in the order given; in `values` where given, [row of `rows`][column]. O(rows columns). */
export function gatherRows(
  features: FeatureMatrix,
  rows: ArrayLike<number>,
  values?: Float32Array,
): FeatureMatrix {
  return {
    ...features,
    rows: rows.length,
    values: takeRows(features.values, features.columns, rows, values),
  };
}

/**
 * A copy of some columns, in the order given; in `values` where given, [row][column of `columns`]. O(rows columns).
 */
export function gatherColumns(
  features: FeatureMatrix,
  columns: readonly number[],
  values?: Float32Array,
): FeatureMatrix {
  return {
    rows: features.rows,
    columns: columns.length,
    names: columns.map((column) => features.names[column]),
    values: takeColumns(features.values, features.columns, columns, values),
  };
}
