import type { GrowingRows } from './growing-rows.js';
import type { Split } from './split.js';

/**
 * Reorders order[start..end) so that the rows going left come first, each side in its earlier order, and returns where
 * the right side begins. `spare` holds at least end - start rows. O(end - start).
 */
export function partitionRows(
  data: GrowingRows,
  range: { start: number; end: number },
  split: Pick<Split, 'feature' | 'bin' | 'defaultLeft'> & { readonly missing: number },
  spare: Int32Array,
): number {
  const { codes, stride, rowOf, order } = data;
  const { feature, bin, missing } = split;
  // the missing code is all ones, so one more wraps it round to below all bins: then a single test serves both defaults
  const turn = split.defaultLeft ? 1 : 0;
  const limit = bin + turn;
  let middle = range.start;
  let held = 0;
  for (let at = range.start; at < range.end; at++) {
    const position = order[at];
    const code = (codes[rowOf[position] * stride + feature] + turn) & missing;
    const right = (limit - code) >>> 31;
    order[middle] = position; // no branch: written to both sides, kept on one
    spare[held] = position;
    middle += 1 - right;
    held += right;
  }
  order.set(spare.subarray(0, held), middle);
  return middle;
}
