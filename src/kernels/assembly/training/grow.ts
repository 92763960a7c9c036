import { buildHistogram, subtractHistogram } from './histogram';
import { GrowJob, Node, Scratch } from './job';
import { unpack } from './packed';
import { partition } from './partition';
import { findBestSplit, leafWeight } from './split';

/** The list of nodes that wait to be split: addresses from `first` to `last`. */
let first: usize = 0;
let last: usize = 0;
/** Histograms not in use. */
let idle: u32 = 0;

/**
 * Grows one regression tree and adds its values to the margins. Depth-wise splits leaves in the order they were made,
 * leaf-wise the one of largest gain first (the older of equals), until no split is allowed or the limits are reached.
 */
export function grow(job: GrowJob, scratch: Scratch): void {
  memory.copy(scratch.order, job.positions, <usize>job.allCount << 2);
  idle = scratch.histogramCount;
  for (let at: u32 = 0; at < idle; at++) {
    store<u32>(<usize>scratch.freeList + (<usize>at << 2), scratch.histograms + at * histogramBytes(job));
  }
  job.nodeCount = 0;
  first = scratch.waiting;
  last = first;
  plantRoot(job, scratch);
  for (let leaves: u32 = 1; first < last && (job.maxLeaves == 0 || leaves < job.maxLeaves); leaves++) {
    splitNode(job, scratch, takeNext(job), job.maxLeaves == 0 || leaves + 1 < job.maxLeaves);
  }
  addValues(job, scratch);
}

function histogramBytes(job: GrowJob): u32 {
  return job.sumBytes + (job.counted ? job.sumBytes >> 2 : 0);
}

function plantRoot(job: GrowJob, scratch: Scratch): void {
  const total = job.rootHistogram == 0 ? sumBag(job, scratch) : sumColumn(job);
  const root = addNode(job, f64x2.extract_lane(total, 0), f64x2.extract_lane(total, 1), 0);
  root.start = 0;
  root.end = job.bagCount;
  root.restStart = job.bagCount;
  root.restEnd = job.allCount;
  if (!mayBeSplit(job, root)) return;
  let histogram = <usize>job.rootHistogram;
  if (histogram == 0) {
    histogram = take(scratch);
    buildHistogram(job, scratch, 0, job.bagCount, histogram);
  }
  search(job, scratch, root, histogram);
  if (root.splits) wait(root);
}

/** Gradient and hessian of the rows to learn from. */
function sumBag(job: GrowJob, scratch: Scratch): v128 {
  let sum = f64x2.splat(0);
  for (let at: u32 = 0; at < job.bagCount; at++) {
    const position = <usize>load<u32>(<usize>scratch.order + (<usize>at << 2));
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

function addNode(job: GrowJob, gradient: f64, hessian: f64, depth: u32): Node {
  const node = changetype<Node>(<usize>job.nodes + <usize>job.nodeCount * offsetof<Node>());
  job.nodeCount++;
  memory.fill(changetype<usize>(node), 0, offsetof<Node>());
  node.gradient = gradient;
  node.hessian = hessian;
  node.depth = depth;
  node.value = <f32>(job.learningRate * leafWeight(job, gradient / job.scale, hessian / job.scale));
  return node;
}

function mayBeSplit(job: GrowJob, node: Node): bool {
  if (job.maxDepth > 0 && node.depth >= job.maxDepth) return false;
  if (node.end - node.start < max<u32>(2, 2 * job.minDataInLeaf)) return false;
  return node.hessian / job.scale >= 2 * job.minChildWeight;
}

function wait(node: Node): void {
  store<u32>(last, <u32>changetype<usize>(node));
  last += 4;
}

/** The node to split next, taken off the list. */
function takeNext(job: GrowJob): Node {
  let best = first;
  if (job.leafwise) {
    for (let at = first + 4; at < last; at += 4) {
      if (changetype<Node>(<usize>load<u32>(at)).gain > changetype<Node>(<usize>load<u32>(best)).gain) best = at;
    }
  }
  const node = changetype<Node>(<usize>load<u32>(best));
  // those before it move up by one, so that the list keeps its order
  memory.copy(first + 4, first, best - first);
  first += 4;
  return node;
}

/** Splits a node by its best split; `more` says whether the children may be split in turn. */
function splitNode(job: GrowJob, scratch: Scratch, parent: Node, more: bool): void {
  const middle = partition(job, scratch, parent, parent.start, parent.end);
  const restMiddle = partition(job, scratch, parent, parent.restStart, parent.restEnd);
  parent.left = job.nodeCount;
  const left = addNode(job, parent.leftGradient, parent.leftHessian, parent.depth + 1);
  parent.right = job.nodeCount;
  const right = addNode(
    job,
    parent.gradient - parent.leftGradient,
    parent.hessian - parent.leftHessian,
    parent.depth + 1,
  );
  left.start = parent.start;
  left.end = middle;
  left.restStart = parent.restStart;
  left.restEnd = restMiddle;
  right.start = middle;
  right.end = parent.end;
  right.restStart = restMiddle;
  right.restEnd = parent.restEnd;
  if (!more || !(mayBeSplit(job, left) || mayBeSplit(job, right))) return give(scratch, parent.histogram);
  searchChildren(job, scratch, parent, left, right);
  if (left.splits) wait(left);
  if (right.splits) wait(right);
}

/** Builds the histogram of the smaller child and takes it from the parent's for the other, then finds both splits. */
function searchChildren(job: GrowJob, scratch: Scratch, parent: Node, left: Node, right: Node): void {
  const leftIsSmaller = left.end - left.start <= right.end - right.start;
  const small = leftIsSmaller ? left : right;
  const large = leftIsSmaller ? right : left;
  const ofSmall = take(scratch);
  buildHistogram(job, scratch, small.start, small.end, ofSmall);
  let ofLarge = <usize>parent.histogram;
  if (ofLarge == 0) {
    ofLarge = take(scratch);
    buildHistogram(job, scratch, large.start, large.end, ofLarge);
  } else {
    subtractHistogram(job, ofLarge, ofSmall);
  }
  search(job, scratch, small, ofSmall);
  search(job, scratch, large, ofLarge);
}

/** Finds a node's split; its histogram is kept for its children only while two are left for them. */
function search(job: GrowJob, scratch: Scratch, node: Node, histogram: usize): void {
  if (mayBeSplit(job, node)) findBestSplit(job, node, histogram);
  if (node.splits && idle >= 2) node.histogram = <u32>histogram;
  else give(scratch, <u32>histogram);
}

function take(scratch: Scratch): usize {
  idle--;
  return <usize>load<u32>(<usize>scratch.freeList + (<usize>idle << 2));
}

function give(scratch: Scratch, histogram: u32): void {
  if (histogram == 0) return;
  store<u32>(<usize>scratch.freeList + (<usize>idle << 2), histogram);
  idle++;
}

/** Adds each leaf's value to the margins of its positions. */
function addValues(job: GrowJob, scratch: Scratch): void {
  for (let at: u32 = 0; at < job.nodeCount; at++) {
    const node = changetype<Node>(<usize>job.nodes + <usize>at * offsetof<Node>());
    if (node.right != 0) continue;
    addValue(scratch.order, job.margins, node.start, node.end, node.value);
    addValue(scratch.order, job.margins, node.restStart, node.restEnd, node.value);
  }
}

/** Adds a value to the margins of the positions order[start..end). */
export function addValue(order: usize, margins: usize, start: u32, end: u32, value: f32): void {
  for (let at = order + (<usize>start << 2), stop = order + (<usize>end << 2); at < stop; at += 4) {
    const margin = margins + (<usize>load<u32>(at) << 2);
    store<f32>(margin, load<f32>(margin) + value);
  }
}
