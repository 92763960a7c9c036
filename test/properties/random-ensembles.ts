/** Random trees and tables with everything that is awkward: repeats, ties, missing values, zero covers, depth. */
import type { FeatureMatrix, Tree, TreeEnsemble } from '../../src/ensemble/tree.js';
import type { Random } from '../../src/math/random.js';

/** Thresholds and feature values are drawn from the same few numbers, so that they are often equal. */
const GRID = [-2, -0.5, 0, 0.1, 0.5, 1, 3];

export interface TreeShape {
  readonly columns: number;
  readonly depth: number;
  /** probability that a node above the largest depth splits; 1 by default 0.8 */
  readonly split?: number;
  /** probability that a split sends no training row to one of its children */
  readonly zeroCover?: number;
  /** every left child is a leaf and column c is tested at depth c (modulo the columns) */
  readonly chain?: boolean;
}

/** A random valid tree; node 0 is the root, children after parents. */
export function randomTree(random: Random, shape: TreeShape): Tree {
  const nodes: {
    left: number;
    right: number;
    feature: number;
    threshold: number;
    dl: number;
    value: number;
  }[] = [];
  const cover: number[] = [];
  const grow = (depth: number, reached: number, splits: boolean): number => {
    const node = nodes.length;
    nodes.push({ left: -1, right: -1, feature: 0, threshold: 0, dl: 0, value: 0 });
    cover.push(reached);
    if (!splits || depth >= shape.depth) {
      nodes[node].value = random.normal();
      return node;
    }
    const [toLeft, toRight] = splitCover(random, reached, shape.zeroCover ?? 0);
    const again = () => shape.chain !== true && random.uniform() < (shape.split ?? 0.8);
    nodes[node] = {
      feature: shape.chain ? depth % shape.columns : random.integer(shape.columns),
      threshold: GRID[random.integer(GRID.length)],
      dl: random.integer(2),
      value: 0,
      left: grow(depth + 1, toLeft, again()),
      right: grow(depth + 1, toRight, shape.chain === true || again()),
    };
    return node;
  };
  grow(0, 64 + random.integer(1000), true);
  return {
    left: Int32Array.from(nodes, ({ left }) => left),
    right: Int32Array.from(nodes, ({ right }) => right),
    feature: Int32Array.from(nodes, ({ feature }) => feature),
    threshold: Float32Array.from(nodes, ({ threshold }) => threshold),
    defaultLeft: Uint8Array.from(nodes, ({ dl }) => dl),
    value: Float32Array.from(nodes, ({ value }) => value),
    cover: Float32Array.from(cover),
    gain: new Float32Array(nodes.length),
  };
}

/** How to grow a tree leaf by leaf. */
export interface LeafwiseShape {
  readonly columns: number;
  readonly leaves: number;
  /** probability that the deepest leaf is the next to split, instead of any */
  readonly deepen: number;
  /** probability that a split sends no training row to one of its children */
  readonly zeroCover?: number;
}

/** A random tree as leaf-wise growth makes them: few leaves, some of them deep. Children come after their parents. */
export function randomLeafwiseTree(random: Random, shape: LeafwiseShape): Tree {
  const { columns, leaves, deepen, zeroCover = 0 } = shape;
  const nodes = 2 * leaves - 1;
  const tree: Tree = {
    left: new Int32Array(nodes).fill(-1),
    right: new Int32Array(nodes).fill(-1),
    feature: new Int32Array(nodes),
    threshold: new Float32Array(nodes),
    defaultLeft: new Uint8Array(nodes),
    value: Float32Array.from({ length: nodes }, () => random.normal()),
    cover: new Float32Array(nodes).fill(64 + random.integer(1000)),
    gain: new Float32Array(nodes),
  };
  const depth = new Int32Array(nodes);
  for (let used = 1; used < nodes; used += 2) {
    const open = Array.from({ length: used }, (_, node) => node).filter((node) => tree.left[node] < 0);
    const deepest = open.reduce((best, node) => (depth[node] > depth[best] ? node : best), open[0]);
    const node = random.uniform() < deepen ? deepest : open[random.integer(open.length)];
    tree.left[node] = used;
    tree.right[node] = used + 1;
    tree.feature[node] = random.integer(columns);
    tree.threshold[node] = GRID[random.integer(GRID.length)];
    tree.defaultLeft[node] = random.integer(2);
    tree.value[node] = 0;
    tree.cover.set(splitCover(random, tree.cover[node], zeroCover), used);
    depth.fill(depth[node] + 1, used, used + 2);
  }
  return tree;
}

/** A tree whose left children are all leaves, with `depth` splits over 5 columns, built without recursion. */
export function longChain(random: Random, depth: number): Tree {
  const nodes = 2 * depth + 1;
  const inner = (node: number) => node % 2 === 0 && node < nodes - 1;
  const array = (value: (node: number) => number) => Array.from({ length: nodes }, (_, node) => value(node));
  return {
    left: Int32Array.from(array((node) => (inner(node) ? node + 1 : -1))),
    right: Int32Array.from(array((node) => (inner(node) ? node + 2 : -1))),
    feature: Int32Array.from(array((node) => (inner(node) ? random.integer(5) : 0))),
    threshold: Float32Array.from(array((node) => (inner(node) ? GRID[random.integer(GRID.length)] : 0))),
    defaultLeft: Uint8Array.from(array(() => random.integer(2))),
    value: Float32Array.from(array((node) => (inner(node) ? 0 : random.normal()))),
    cover: Float32Array.from(array((node) => (inner(node) || node === nodes - 1 ? nodes + 1 - node : 1))),
    gain: new Float32Array(nodes),
  };
}

/** Covers of both children: sums of hessians, so any positive numbers (or zero, if asked). */
function splitCover(random: Random, reached: number, zeroCover: number): [number, number] {
  if (random.uniform() < zeroCover) return random.integer(2) === 0 ? [0, reached] : [reached, 0];
  const part = 0.05 + 0.9 * random.uniform();
  return [reached * part, reached * (1 - part)];
}

/** An ensemble of `trees` random trees spread over the classes. */
export function randomEnsemble(
  random: Random,
  options: TreeShape & { readonly classes: number; readonly trees: number },
): TreeEnsemble {
  const trees = Array.from({ length: options.trees }, () => randomTree(random, options));
  return ensembleOf(trees, { classes: options.classes, columns: options.columns, random });
}

/** Trees as an ensemble; classes in turn. */
export function ensembleOf(
  trees: readonly Tree[],
  { classes, columns, random }: { classes: number; columns: number; random?: Random },
): TreeEnsemble {
  return {
    classes,
    featureNames: Array.from({ length: columns }, (_, column) => `column ${column}`),
    baseScore: Float32Array.from({ length: classes }, () => random?.normal() ?? 0),
    trees,
    treeClass: Int32Array.from(trees, (_, index) => index % classes),
  };
}

/** A random table whose values often equal thresholds; a fifth is missing unless told. */
export function randomTable(
  random: Random,
  { rows, columns, missing = 0.2 }: { rows: number; columns: number; missing?: number },
): FeatureMatrix {
  const awkward = [...GRID, -0, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const values = Float32Array.from({ length: rows * columns }, () =>
    random.uniform() < missing ? Number.NaN : awkward[random.integer(awkward.length)],
  );
  const names = Array.from({ length: columns }, (_, column) => `column ${column}`);
  return { rows, columns, names, values };
}

/** One row of a table. */
export function rowOf(table: FeatureMatrix, row: number): Float32Array {
  return table.values.subarray(row * table.columns, (row + 1) * table.columns);
}

/** Margins [row][class] in float64, by walking the trees. */
export function referenceMargins(ensemble: TreeEnsemble, table: FeatureMatrix): Float64Array {
  const margins = new Float64Array(table.rows * ensemble.classes);
  for (let row = 0; row < table.rows; row++) {
    for (let k = 0; k < ensemble.classes; k++) margins[row * ensemble.classes + k] = ensemble.baseScore[k];
    ensemble.trees.forEach((tree, index) => {
      margins[row * ensemble.classes + ensemble.treeClass[index]] += leafValue(tree, rowOf(table, row));
    });
  }
  return margins;
}

function leafValue(tree: Tree, row: Float32Array): number {
  let node = 0;
  while (tree.left[node] >= 0) {
    const value = row[tree.feature[node]];
    const goesLeft = Number.isNaN(value) ? tree.defaultLeft[node] === 1 : value < tree.threshold[node];
    node = goesLeft ? tree.left[node] : tree.right[node];
  }
  return tree.value[node];
}
