import type { BinnedFeatures } from './binning.js';
import type { GrownTree } from './grow.js';

/** Margins of rows of a binned table, of which one class is to be added to. */
export interface WalkTarget {
  /** row of the table at each position */
  readonly rows: Int32Array;
  /** [position][class] */
  readonly margins: Float32Array;
  readonly classes: number;
  readonly class: number;
  /** positions to add to; all if absent */
  readonly positions?: Int32Array;
}

/** Adds the leaf that each row reaches, found by its codes: the same as by its values. O(rows depth). */
export function addLeaves(
  { tree, bins }: GrownTree,
  { codes, bins: plan }: BinnedFeatures,
  target: WalkTarget,
) {
  const { left, right, feature, defaultLeft, value } = tree;
  const { rows, margins, classes, positions } = target;
  const columns = plan.cuts.length;
  const count = positions?.length ?? rows.length;
  for (let at = 0; at < count; at++) {
    const position = positions === undefined ? at : positions[at];
    const base = rows[position] * columns;
    let node = 0;
    while (left[node] >= 0) {
      const code = codes[base + feature[node]];
      const goesLeft = code === plan.missing ? defaultLeft[node] === 1 : code <= bins[node];
      node = goesLeft ? left[node] : right[node];
    }
    margins[position * classes + target.class] += value[node];
  }
}
