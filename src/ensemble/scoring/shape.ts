import type { Tree } from '../tree.js';

/** What the choice of a scoring method depends on. */
export interface TreeShape {
  /** splits of the longest path */
  readonly depth: number;
  readonly splits: number;
  readonly leaves: number;
}

/** A tree's shape. Children come after their parents. O(nodes). */
export function describeShape({ left, right }: Tree): TreeShape {
  const level = new Int32Array(left.length);
  let depth = 0;
  let splits = 0;
  for (let node = 0; node < left.length; node++) {
    if (level[node] > depth) depth = level[node];
    if (left[node] < 0) continue;
    splits++;
    level[left[node]] = level[node] + 1;
    level[right[node]] = level[node] + 1;
  }
  return { depth, splits, leaves: splits + 1 };
}
