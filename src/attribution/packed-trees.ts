import type { Tree } from '../ensemble/tree.js';
import { joinShared, shared } from '../threads/shared.js';

/** What trees consist of, by the kind of array. */
const PARTS = {
  left: Int32Array,
  right: Int32Array,
  feature: Int32Array,
  threshold: Float32Array,
  defaultLeft: Uint8Array,
  value: Float32Array,
  cover: Float32Array,
  gain: Float32Array,
} as const;

type Part = keyof typeof PARTS;
const NAMES = Object.keys(PARTS) as Part[];

/** An ensemble's trees in few arrays, which lie in shared memory: hundreds of trees are thousands of arrays to send. */
export interface PackedTrees {
  /** [tree] its first node among all, and the number of all */
  readonly first: Int32Array;
  readonly treeClass: Int32Array;
  /** [node] of all trees, one after the other */
  readonly nodes: { readonly [Name in Part]: Tree[Name] };
}

/** Packs trees. O(nodes). */
export function packTrees(trees: readonly Tree[], treeClass: Int32Array): PackedTrees {
  const first = new Int32Array(trees.length + 1);
  trees.forEach(({ left }, at) => {
    first[at + 1] = first[at] + left.length;
  });
  const nodes = Object.fromEntries(NAMES.map((name) => [name, joinShared(trees.map((tree) => tree[name]))]));
  return {
    first: shared(first),
    treeClass: shared(treeClass),
    nodes: nodes as unknown as PackedTrees['nodes'],
  };
}

/** Trees [from, to) of the ensemble, as views. */
export function unpackTrees({ first, nodes }: PackedTrees, from: number, to: number): Tree[] {
  return Array.from({ length: to - from }, (_, at) => {
    const own = (name: Part) => nodes[name].subarray(first[from + at], first[from + at + 1]);
    return Object.fromEntries(NAMES.map((name) => [name, own(name)])) as unknown as Tree;
  });
}
