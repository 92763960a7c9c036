import { GrowJob, Node, Scratch } from './job';
import { unpack } from './packed';
import { partition } from './partition';
import { findBestSplit, leafWeight } from './split';

/** Begins a tree: all positions in its order, and its root, number 0. O(positions). */
export function plantRoot(job: GrowJob): Node {
  memory.copy(job.order, job.positions, <usize>job.allCount << 2);
  const total = job.rootHistogram == 0 ? sumBag(job) : sumColumn(job);
  job.nodeCount = 1;
  const root = makeNode(job, 0, f64x2.extract_lane(total, 0), f64x2.extract_lane(total, 1));
  root.end = job.bagCount;
  root.restStart = job.bagCount;
  root.restEnd = job.allCount;
  root.open = <u32>mayBeSplit(job, root);
  return root;
}

/** Gradient and hessian of the rows to learn from. */
function sumBag(job: GrowJob): v128 {
  let sum = f64x2.splat(0);
  for (let at: u32 = 0; at < job.bagCount; at++) {
    const position = <usize>load<u32>(<usize>job.order + (<usize>at << 2));
    sum = f64x2.add(sum, unpack(load<i64>(<usize>job.derivatives + (position << 3))));
  }
  return sum;
}

/** The same, by the root's histogram: every row has a code in its first column. */
function sumColumn(job: GrowJob): v128 {
  let sum = f64x2.splat(0);
  let slot = <usize>job.rootHistogram;
  for (const end = slot + ((<usize>job.missing + 1) << 4); slot < end; slot += 16) {
    sum = f64x2.add(sum, v128.load(slot));
  }
  return sum;
}

export function nodeOf(job: GrowJob, number: u32): Node {
  return changetype<Node>(<usize>job.nodes + <usize>number * offsetof<Node>());
}

function makeNode(job: GrowJob, number: u32, gradient: f64, hessian: f64): Node {
  const node = nodeOf(job, number);
  memory.fill(changetype<usize>(node), 0, offsetof<Node>());
  node.gradient = gradient;
  node.hessian = hessian;
  node.value = <f32>(job.learningRate * leafWeight(job, gradient / job.scale, hessian / job.scale));
  return node;
}

function mayBeSplit(job: GrowJob, node: Node): bool {
  if (job.maxDepth > 0 && node.depth >= job.maxDepth) return false;
  if (node.end - node.start < max<u32>(2, 2 * job.minDataInLeaf)) return false;
  return node.hessian / job.scale >= 2 * job.minChildWeight;
}

/** Splits a node by its best split: its positions, and two children, of the number `left` and the next. O(positions). */
export function divide(job: GrowJob, scratch: Scratch, parent: Node, left: u32): void {
  parent.left = left;
  parent.right = left + 1;
  const onLeft = makeNode(job, left, parent.leftGradient, parent.leftHessian);
  const gradient = parent.gradient - parent.leftGradient;
  const onRight = makeNode(job, left + 1, gradient, parent.hessian - parent.leftHessian);
  dealPositions(job, scratch, parent, onLeft, onRight);
  onLeft.open = <u32>mayBeSplit(job, onLeft);
  onRight.open = <u32>mayBeSplit(job, onRight);
}

/** Gives two empty children their depth, and the node's positions by its split. O(positions of the node). */
export function dealPositions(job: GrowJob, scratch: Scratch, parent: Node, left: Node, right: Node): void {
  const middle = partition(job, scratch, parent, parent.start, parent.end);
  const restMiddle = partition(job, scratch, parent, parent.restStart, parent.restEnd);
  left.depth = parent.depth + 1;
  left.start = parent.start;
  left.end = middle;
  left.restStart = parent.restStart;
  left.restEnd = restMiddle;
  right.depth = left.depth;
  right.start = middle;
  right.end = parent.end;
  right.restStart = restMiddle;
  right.restEnd = parent.restEnd;
}

/** Whether of two siblings the left one is built from its rows: that of fewer; of equals the left one. */
// @ts-ignore: decorator
@inline
export function isLeftSmaller(left: Node, right: Node): bool {
  return left.end - left.start <= right.end - right.start;
}

/** Adds the values of leaves among the nodes [from, to) to the margins of their positions. O(positions). */
export function addLeaves(job: GrowJob, from: u32, to: u32): void {
  for (let at = from; at < to; at++) {
    const node = nodeOf(job, at);
    if (node.right != 0) continue;
    addValue(job.order, job.margins, node.start, node.end, node.value);
    addValue(job.order, job.margins, node.restStart, node.restEnd, node.value);
  }
}

/** Adds a value to the margins of the positions order[start..end). */
export function addValue(order: usize, margins: usize, start: u32, end: u32, value: f32): void {
  for (let at = order + (<usize>start << 2), stop = order + (<usize>end << 2); at < stop; at += 4) {
    const margin = margins + (<usize>load<u32>(at) << 2);
    store<f32>(margin, load<f32>(margin) + value);
  }
}
