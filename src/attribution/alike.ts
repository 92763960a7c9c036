import type { Tree } from '../ensemble/tree.js';

/** What of a tree says where its rows go, and how many training rows went there. */
const STRUCTURE = ['left', 'right', 'feature', 'threshold', 'defaultLeft', 'cover'] as const;

/**
 * [tree] the first of the consecutive trees that differ from it in their leaves' values and their gains only: itself, or,
 * of a round of vector leaves, the tree of the round's first class (whoever trains or reads such a round puts the trees of
 * all classes next to each other). O(nodes), and less where arrays are shared or trees differ.
 */
export function firstAlike(trees: readonly Tree[]): Int32Array {
  const first = new Int32Array(trees.length);
  for (let at = 1; at < trees.length; at++) {
    first[at] = isAlike(trees[at - 1], trees[at]) ? first[at - 1] : at;
  }
  return first;
}

function isAlike(a: Tree, b: Tree): boolean {
  return STRUCTURE.every((part) => isEqual(a[part], b[part]));
}

function isEqual(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}
