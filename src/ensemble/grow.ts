import type { GrowingRows } from './growing-rows.js';
import { buildHistogram, type Histogram, subtractHistogram } from './histogram.js';
import type { HistogramPool } from './histogram-pool.js';
import { partitionRows } from './partition.js';
import { findBestSplit, leafWeight, type NodeSums, type Split, type SplitRules } from './split.js';
import type { Tree } from './tree.js';
import { TreeBuilder } from './tree-builder.js';

/** Everything growing one tree needs. `rows.order` is reordered. */
export interface GrowInput {
  readonly rows: GrowingRows;
  readonly rules: SplitRules;
  readonly pool: HistogramPool;
  /** as long as rows.order */
  readonly spare: Int32Array;
}

/** A tree and which rows ended in which leaf: order[start..end) of each. */
export interface GrownTree {
  readonly tree: Tree;
  readonly leaves: readonly { readonly node: number; readonly start: number; readonly end: number }[];
  /** the threshold of each inner node as a code [node]: a present value goes left iff its code is at most that */
  readonly bins: Uint8Array;
}

/** A leaf that may yet be split. */
interface Leaf extends NodeSums {
  readonly node: number;
  readonly depth: number;
  readonly start: number;
  readonly end: number;
  readonly histogram: Histogram | null;
  readonly split: Split | null;
}

/**
 * Grows one regression tree on fixed-point derivatives. Depth-wise splits leaves in the order they were made, leaf-wise
 * the one of largest gain first (the older of equals), until no split is allowed or the limits are reached. Deterministic
 * whatever the order of rows, because all sums are exact. O(rows columns depth).
 */
export function growTree(input: GrowInput): GrownTree {
  const { options } = input.rules;
  const builder = new TreeBuilder();
  const waiting: Leaf[] = [];
  const done: Leaf[] = [];
  const settle = (leaf: Leaf) => (leaf.split === null ? done : waiting).push(leaf);
  settle(plantRoot(input, builder));
  const mostLeaves = options.maxLeaves === 0 ? Number.POSITIVE_INFINITY : options.maxLeaves;
  for (let leaves = 1; waiting.length > 0 && leaves < mostLeaves; leaves++) {
    const next = takeNext(waiting, options.growth);
    for (const child of splitLeaf(input, builder, next, leaves + 1 < mostLeaves)) settle(child);
  }
  for (const leaf of waiting) input.pool.give(leaf.histogram);
  return { tree: builder.build(), bins: builder.bins(), leaves: [...done, ...waiting] };
}

function takeNext(waiting: Leaf[], growth: 'depthwise' | 'leafwise'): Leaf {
  let best = 0;
  if (growth === 'leafwise') {
    for (let at = 1; at < waiting.length; at++) {
      if (waiting[at].split!.gain > waiting[best].split!.gain) best = at;
    }
  }
  return waiting.splice(best, 1)[0];
}

function plantRoot(input: GrowInput, builder: TreeBuilder): Leaf {
  const { order, gradient, hessian } = input.rows;
  const sums = { gradient: 0, hessian: 0 };
  for (const row of order) {
    sums.gradient += gradient[row];
    sums.hessian += hessian[row];
  }
  const root = { ...sums, depth: 0, start: 0, end: order.length, node: addLeaf(input, builder, sums) };
  if (!mayBeSplit(root, input.rules)) return { ...root, histogram: null, split: null };
  const histogram = input.pool.take();
  buildHistogram(input, root, histogram);
  return search(input, root, histogram);
}

type Unsearched = Omit<Leaf, 'histogram' | 'split'>;

/** Splits a leaf by its best split and returns the two new leaves; `more` says whether they may be split in turn. */
function splitLeaf(input: GrowInput, builder: TreeBuilder, parent: Leaf, more: boolean): [Leaf, Leaf] {
  const split = parent.split!;
  const { bins } = input.rules;
  const middle = partitionRows(input.rows, parent, { ...split, missing: bins.missing }, input.spare);
  const rightSums = {
    gradient: parent.gradient - split.left.gradient,
    hessian: parent.hessian - split.left.hessian,
  };
  const depth = parent.depth + 1;
  const left = {
    ...split.left,
    depth,
    start: parent.start,
    end: middle,
    node: addLeaf(input, builder, split.left),
  };
  const right = {
    ...rightSums,
    depth,
    start: middle,
    end: parent.end,
    node: addLeaf(input, builder, rightSums),
  };
  const threshold = bins.cuts[split.feature][split.bin];
  builder.split(parent.node, { ...split, threshold }, left.node, right.node);
  return more ? searchChildren(input, parent, left, right) : giveUp(input, parent, left, right);
}

function giveUp(input: GrowInput, parent: Leaf, left: Unsearched, right: Unsearched): [Leaf, Leaf] {
  input.pool.give(parent.histogram);
  return [
    { ...left, histogram: null, split: null },
    { ...right, histogram: null, split: null },
  ];
}

/** Builds the histogram of the smaller child and takes it from the parent's for the other, then finds both splits. */
function searchChildren(input: GrowInput, parent: Leaf, left: Unsearched, right: Unsearched): [Leaf, Leaf] {
  const { rules, pool } = input;
  if (!mayBeSplit(left, rules) && !mayBeSplit(right, rules)) return giveUp(input, parent, left, right);
  const leftIsSmaller = left.end - left.start <= right.end - right.start;
  const [small, large] = leftIsSmaller ? [left, right] : [right, left];
  const ofSmall = pool.take();
  buildHistogram(input, small, ofSmall);
  const ofLarge = parent.histogram ?? pool.take();
  if (parent.histogram === null) buildHistogram(input, large, ofLarge);
  else subtractHistogram(ofLarge, ofSmall);
  const smallLeaf = search(input, small, ofSmall);
  const largeLeaf = search(input, large, ofLarge);
  return leftIsSmaller ? [smallLeaf, largeLeaf] : [largeLeaf, smallLeaf];
}

/** A leaf with its best split; its histogram is kept for its children only while memory lasts. */
function search(input: GrowInput, leaf: Unsearched, histogram: Histogram): Leaf {
  const { rules, pool } = input;
  const rows = leaf.end - leaf.start;
  const split = mayBeSplit(leaf, rules) ? findBestSplit(histogram, { ...leaf, rows }, rules) : null;
  if (split !== null && !pool.full) return { ...leaf, histogram, split };
  pool.give(histogram);
  return { ...leaf, histogram: null, split };
}

function mayBeSplit(leaf: Unsearched, { options, scale }: SplitRules): boolean {
  if (options.maxDepth > 0 && leaf.depth >= options.maxDepth) return false;
  if (leaf.end - leaf.start < Math.max(2, 2 * options.minDataInLeaf)) return false;
  return leaf.hessian / scale >= 2 * options.minChildWeight;
}

function addLeaf(input: GrowInput, builder: TreeBuilder, sums: NodeSums): number {
  const { options, scale } = input.rules;
  const value = options.learningRate * leafWeight(sums.gradient / scale, sums.hessian / scale, options);
  return builder.addLeaf(value, sums.hessian / scale);
}
