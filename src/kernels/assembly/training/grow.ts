import { buildHistogram, subtractHistogram } from './histogram';
import { GrowJob, Node, Scratch } from './job';
import { addLeaves, divide, isLeftSmaller, nodeOf, plantRoot } from './nodes';
import { findBestSplit } from './split';

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
  job.order = scratch.order;
  idle = scratch.histogramCount;
  for (let at: u32 = 0; at < idle; at++) {
    store<u32>(<usize>scratch.freeList + (<usize>at << 2), scratch.histograms + at * histogramBytes(job));
  }
  first = scratch.waiting;
  last = first;
  plant(job, scratch);
  for (let leaves: u32 = 1; first < last && (job.maxLeaves == 0 || leaves < job.maxLeaves); leaves++) {
    splitNode(job, scratch, takeNext(job), job.maxLeaves == 0 || leaves + 1 < job.maxLeaves);
  }
  addLeaves(job, 0, job.nodeCount);
}

function histogramBytes(job: GrowJob): u32 {
  return job.sumBytes + (job.counted ? job.sumBytes >> 2 : 0);
}

function plant(job: GrowJob, scratch: Scratch): void {
  const root = plantRoot(job);
  if (!root.open) return;
  let histogram = <usize>job.rootHistogram;
  if (histogram == 0) {
    histogram = take(scratch);
    buildHistogram(job, scratch, 0, job.bagCount, histogram);
  }
  search(job, scratch, root, histogram);
  if (root.splits) wait(root);
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
  divide(job, scratch, parent, job.nodeCount);
  job.nodeCount += 2;
  const left = nodeOf(job, parent.left);
  const right = nodeOf(job, parent.right);
  if (!more || !(left.open || right.open)) return give(scratch, parent.histogram);
  searchChildren(job, scratch, parent, left, right);
  if (left.splits) wait(left);
  if (right.splits) wait(right);
}

/** Builds the histogram of the smaller child and takes it from the parent's for the other, then finds both splits. */
function searchChildren(job: GrowJob, scratch: Scratch, parent: Node, left: Node, right: Node): void {
  const leftIsSmaller = isLeftSmaller(left, right);
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
  if (node.open) findBestSplit(job, node, histogram);
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
