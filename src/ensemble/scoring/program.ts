import type { Tree } from '../tree.js';
import type { TreeShape } from './shape.js';

/** A tree as src/kernels/assembly/scoring evaluates it. */
export interface TreeProgram {
  /** comparisons: 2 * number of the cut, plus 1 where missing values go right */
  readonly nodes: ArrayLike<number>;
  readonly structure: readonly number[];
  /** [number of the leaf] values; whole registers of four */
  readonly leaves: ArrayLike<number>;
  /** bits of a leaf's number */
  readonly bits: number;
}

/** The distinct thresholds of all columns: those of column c are cuts[cutStart[c] .. cutStart[c + 1]), ascending. */
export interface Cuts {
  readonly cutStart: Int32Array;
  readonly cuts: Float32Array;
}

/** What a node compares: its column's threshold by number among all cuts, and where missing values go. */
function comparison(tree: Tree, node: number, { cutStart, cuts }: Cuts): number {
  const column = tree.feature[node];
  const threshold = tree.threshold[node];
  let low = cutStart[column];
  let high = cutStart[column + 1] - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cuts[middle] < threshold) low = middle + 1;
    else high = middle;
  }
  return 2 * low + (tree.defaultLeft[node] === 1 ? 0 : 1);
}

/**
 * Level by level, the comparisons that the levels above select from, left before right. Bit n of a leaf's number is set
 * if the way to it goes left at level n; a leaf above the last level has all numbers that begin so. O(2^depth).
 */
export function compileSelection(tree: Tree, { depth }: TreeShape, cuts: Cuts): TreeProgram {
  const size = 2 ** depth;
  // where a tree has no node, nothing depends on what is compared: any comparison will do
  const nodes = new Int32Array(size - 1);
  if (depth > 0) nodes.fill(comparison(tree, 0, cuts));
  const leaves = new Float32Array(Math.max(4, size));
  fillSelection({ tree, cuts, nodes, leaves, size }, 0, 1, 0);
  return { nodes, structure: [], leaves, bits: depth };
}

interface Selection {
  readonly tree: Tree;
  readonly cuts: Cuts;
  readonly nodes: Int32Array;
  readonly leaves: Float32Array;
  readonly size: number;
}

/** Fills in a node; `place` is 2 ** level + its position on the level, from the left. */
function fillSelection(to: Selection, node: number, place: number, number: number): void {
  const { tree, nodes, leaves, size } = to;
  const left = tree.left[node];
  const level = 31 - Math.clz32(place);
  if (left < 0) {
    for (let same = number; same < size; same += 1 << level) leaves[same] = tree.value[node];
    return;
  }
  nodes[place - 1] = comparison(tree, node, to.cuts);
  fillSelection(to, left, 2 * place, number + (1 << level));
  fillSelection(to, tree.right[node], 2 * place + 1, number);
}

/** Bytes of a plane of 512 rows. */
const PLANE = 64;

/**
 * Splits in preorder: the planes of the rows that reach the children of split n are 2n + 1 and 2n + 2. Leaves are
 * numbered from left to right, so for every bit the leaves that have it lie under few nodes, whose planes are listed.
 * O(leaves log leaves).
 */
export function compileReach(tree: Tree, shape: TreeShape, cuts: Cuts): TreeProgram {
  const bits = Math.max(1, Math.ceil(Math.log2(shape.leaves)));
  const nodes: number[] = [];
  const parents: number[] = [];
  const leaves: number[] = [];
  const lists: number[][] = Array.from({ length: bits }, () => []);
  /** the numbers of the leaves under each plane, from the first to the one before the last */
  const spans: { plane: number; above: number; first: number; end: number }[] = [];
  const visit = (node: number, plane: number, above: number): void => {
    const span = { plane, above, first: leaves.length, end: 0 };
    spans.push(span);
    if (tree.left[node] < 0) leaves.push(tree.value[node]);
    else {
      const split = nodes.length;
      const own = spans.length - 1;
      nodes.push(comparison(tree, node, cuts));
      parents.push(plane * PLANE);
      visit(tree.left[node], 2 * split + 1, own);
      visit(tree.right[node], 2 * split + 2, own);
    }
    span.end = leaves.length;
  };
  visit(0, 0, -1);
  const has = ({ first, end }: { first: number; end: number }, bit: number) =>
    ((first >> bit) & 1) === 1 && first >> bit === (end - 1) >> bit;
  lists.forEach((list, bit) => {
    for (const span of spans) {
      if (has(span, bit) && !has(spans[span.above], bit)) list.push(span.plane * PLANE);
    }
  });
  while (leaves.length < Math.max(4, 2 ** bits)) leaves.push(0);
  const structure = [...parents, ...lists.flatMap((list) => [list.length, ...list])];
  return { nodes, structure, leaves, bits };
}

/** Bytes of a node of a walk. */
const WALK_NODE = 16;
const NOT_A_NUMBER = 0x7fc00000;

/** Nodes of four words, level by level, so that a right child follows its left sibling. O(nodes). */
export function compileWalk(tree: Tree): TreeProgram {
  const structure: number[] = [];
  const order = [0];
  for (let at = 0; at < order.length; at++) {
    const node = order[at];
    const missing = tree.defaultLeft[node] === 1 ? 1 : 0;
    if (tree.left[node] < 0) {
      structure.push(at * WALK_NODE + 1, 0, NOT_A_NUMBER, bitsOf(tree.value[node]));
    } else {
      structure.push(
        order.length * WALK_NODE + missing,
        tree.feature[node] * 4,
        bitsOf(tree.threshold[node]),
        0,
      );
      order.push(tree.left[node], tree.right[node]);
    }
  }
  return { nodes: [], structure, leaves: [], bits: 0 };
}

const float = new Float32Array(1);
const word = new Int32Array(float.buffer);

/** The bits of a float32. */
export function bitsOf(value: number): number {
  float[0] = value;
  return word[0];
}
