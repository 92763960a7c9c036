import { MISSING } from './binning.js';
import type { GrowingRows } from './growing-rows.js';
import type { Split } from './split.js';

/**
 * Reorders order[start..end) so that the rows going left come first, each side in its earlier order, and returns where
 * the right side begins. `spare` holds at least end - start rows. O(end - start).
 */
export function partitionRows(
  data: GrowingRows,
  range: { start: number; end: number },
  split: Split,
  spare: Int32Array,
): number {
  const { codes, stride, order } = data;
  const { feature, bin } = split;
  const missingLeft = split.defaultLeft ? 1 : 0;
  let middle = range.start;
  let held = 0;
  for (let at = range.start; at < range.end; at++) {
    const row = order[at];
    const code = codes[row * stride + feature];
    const left = code === MISSING ? missingLeft : code <= bin ? 1 : 0;
    order[middle] = row; // no branch: written to both sides, kept on one
    spare[held] = row;
    middle += left;
    held += 1 - left;
  }
  order.set(spare.subarray(0, held), middle);
  return middle;
}
