import { EsciSelectError } from '../../errors.js';
import type { Tree } from '../tree.js';

/** Longest way from the root to a leaf: what grows with its square stays quick, and no trainer grows deeper trees. */
const MOST_DEPTH = 4096;

/** A tree as a file has it: arrays by node in any order, node 0 the root. */
export interface NodeList {
  /** what errors call the tree, e.g. `trees[3]` */
  readonly name: string;
  readonly path?: string;
  /** -1 in a leaf */
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** derived column that an inner node tests */
  readonly feature: Int32Array;
  /** left iff float32 value < threshold */
  readonly threshold: Float32Array;
  readonly defaultLeft: Uint8Array;
  /** [output] [node] values of leaves */
  readonly values: readonly Float64Array[];
  readonly cover: Float64Array;
  readonly gain: Float64Array;
}

/** Throws 'model' where a tree, parents first, is deeper than trainers grow them. O(nodes). */
export function checkDepth({ left, right }: Tree, list: Pick<NodeList, 'name' | 'path'>): void {
  const depth = new Int32Array(left.length);
  for (let node = 0; node < left.length; node++) {
    if (left[node] < 0) continue;
    depth[left[node]] = depth[node] + 1;
    depth[right[node]] = depth[node] + 1;
    if (depth[node] >= MOST_DEPTH) throw badTree(list, `is deeper than ${MOST_DEPTH} levels`);
  }
}

/** A tree of one output, and what was taken off its leaves. */
export interface CentredTree {
  readonly tree: Tree;
  readonly centre: number;
}

/** The 'model' error of a tree. */
function badTree(list: Pick<NodeList, 'name' | 'path'>, problem: string): EsciSelectError {
  return new EsciSelectError('model', `${list.name} ${problem}`, {
    path: list.path,
    hint: 'the file is damaged or was edited; save the model again',
  });
}

/**
 * The trees [output] of a list, proven to be trees: every node is reached once from the root, by a way of at most 4,096
 * nodes, and every number is finite. Nodes come out parents first. Leaves are float32, so what is midway between the
 * smallest and the largest of them is taken off all and given back in float64. Throws 'model'. O(nodes outputs).
 */
export function treesOf(list: NodeList): CentredTree[] {
  const order = parentsFirst(list);
  checkNumbers(list, order);
  const renamed = new Int32Array(list.left.length);
  order.forEach((node, at) => {
    renamed[node] = at;
  });
  const isLeaf = (node: number) => list.left[node] < 0;
  const structure = {
    left: order.map((node) => (isLeaf(node) ? -1 : renamed[list.left[node]])),
    right: order.map((node) => (isLeaf(node) ? -1 : renamed[list.right[node]])),
    feature: order.map((node) => (isLeaf(node) ? 0 : list.feature[node])),
    threshold: Float32Array.from(order, (node) => (isLeaf(node) ? 0 : list.threshold[node])),
    defaultLeft: Uint8Array.from(order, (node) => (isLeaf(node) ? 0 : list.defaultLeft[node])),
    cover: Float32Array.from(order, (node) => list.cover[node]),
    gain: Float32Array.from(order, (node) => (isLeaf(node) ? 0 : list.gain[node] || 0)),
  };
  return list.values.map((values) => {
    const centre = midway(values, order.filter(isLeaf));
    const value = Float32Array.from(order, (node) => (isLeaf(node) ? values[node] - centre : 0));
    return { tree: { ...structure, value }, centre };
  });
}

function midway(values: Float64Array, leaves: Int32Array): number {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const leaf of leaves) {
    least = Math.min(least, values[leaf]);
    most = Math.max(most, values[leaf]);
  }
  return least + (most - least) / 2;
}

/** Nodes level by level. */
function parentsFirst(list: NodeList): Int32Array {
  const { left, right } = list;
  const nodes = left.length;
  if (nodes === 0) throw badTree(list, 'has no nodes');
  const depth = new Int32Array(nodes).fill(-1);
  const order = new Int32Array(nodes);
  depth[0] = 0;
  let found = 1;
  for (let at = 0; at < found; at++) {
    const node = order[at];
    if (left[node] < 0 && right[node] < 0) continue;
    for (const child of [left[node], right[node]]) {
      if (!(child >= 0 && child < nodes))
        throw badTree(list, `has no node ${child}, a child of node ${node}`);
      if (depth[child] >= 0) {
        throw badTree(list, `reaches node ${child} twice, by a cycle or from two parents`);
      }
      depth[child] = depth[node] + 1;
      if (depth[child] > MOST_DEPTH) throw badTree(list, `is deeper than ${MOST_DEPTH} levels`);
      order[found++] = child;
    }
  }
  if (found < nodes) throw badTree(list, `has ${nodes - found} nodes that cannot be reached from its root`);
  return order;
}

function checkNumbers(list: NodeList, order: Int32Array): void {
  for (const node of order) {
    if (!(list.cover[node] >= 0 && list.cover[node] < Number.POSITIVE_INFINITY)) {
      throw badTree(list, `node ${node} has the cover ${list.cover[node]}, expected a number of at least 0`);
    }
    if (list.left[node] >= 0) {
      if (Number.isNaN(list.threshold[node])) throw badTree(list, `node ${node} has the threshold NaN`);
      continue;
    }
    for (const values of list.values) {
      if (!Number.isFinite(Math.fround(values[node]))) {
        throw badTree(list, `node ${node} has the value ${values[node]}, expected a finite float32`);
      }
    }
  }
}
