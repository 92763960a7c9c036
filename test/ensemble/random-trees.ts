import type { Tree, TreeEnsemble } from '../../src/ensemble/tree.js';
import type { Random } from '../../src/math/random.js';

/** How a tree is to look. */
export interface Shape {
  readonly leaves: number;
  /** 'full' splits level by level, 'chain' only the last leaf, 'any' a leaf at random */
  readonly growth: 'full' | 'chain' | 'any';
}

/** A tree of a shape whose splits test random columns at thresholds drawn from `thresholds`. */
export function randomTree(
  random: Random,
  columns: number,
  { leaves, growth }: Shape,
  threshold: () => number,
): Tree {
  const left = [-1];
  const right = [-1];
  const open = [0];
  while (open.length < leaves) {
    const at = growth === 'full' ? 0 : growth === 'chain' ? open.length - 1 : random.integer(open.length);
    const [node] = open.splice(at, 1);
    left[node] = left.length;
    right[node] = left.length + 1;
    open.push(left.length, left.length + 1);
    left.push(-1, -1);
    right.push(-1, -1);
  }
  const isInner = (node: number) => left[node] >= 0;
  return {
    left: Int32Array.from(left),
    right: Int32Array.from(right),
    feature: Int32Array.from(left, (_, node) => (isInner(node) ? random.integer(columns) : 0)),
    threshold: Float32Array.from(left, (_, node) => (isInner(node) ? threshold() : 0)),
    defaultLeft: Uint8Array.from(left, () => random.integer(2)),
    value: Float32Array.from(left, (_, node) => (isInner(node) ? 0 : random.normal())),
    cover: Float32Array.from(left, () => 1),
    gain: Float32Array.from(left, () => 0),
  };
}

/** Trees of the shapes, for classes at random. */
export function randomEnsemble(
  random: Random,
  { columns, classes, shapes }: { columns: number; classes: number; shapes: readonly Shape[] },
  threshold: () => number,
): TreeEnsemble {
  return {
    classes,
    featureNames: Array.from({ length: columns }, (_, column) => `f${column}`),
    baseScore: Float32Array.from({ length: classes }, () => random.normal()),
    trees: shapes.map((shape) => randomTree(random, columns, shape, threshold)),
    treeClass: Int32Array.from(shapes, () => random.integer(classes)),
  };
}
