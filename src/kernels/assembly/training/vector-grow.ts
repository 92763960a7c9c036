import { Node, Scratch } from './job';
import { addValue, dealPositions } from './nodes';
import { unpack } from './packed';
import { leafWeight } from './split';
import { buildVectorHistogram, subtractVectorHistogram } from './vector-histogram';
import { ChooseJob, SearchJob, SplitJob, ValueJob, VectorJob } from './vector-job';
import { findVectorSplit, settle, sumsOf } from './vector-split';

/** Makes the root of all positions to learn from. O(positions classes). */
export function plantRoot(job: VectorJob, scratch: Scratch): void {
  const sums = <usize>job.sums;
  memory.copy(scratch.order, job.positions, <usize>job.allCount << 2);
  for (let k: u32 = 0; k < job.classes; k++) {
    const derivatives = <usize>job.derivatives + <usize>k * job.derivativeStep;
    let sum = f64x2.splat(0);
    for (let at: u32 = 0; at < job.bagCount; at++) {
      const position = <usize>load<u32>(<usize>scratch.order + (<usize>at << 2)) << 3;
      sum = f64x2.add(sum, unpack(load<i64>(derivatives + position)));
    }
    v128.store(sums + (<usize>k << 4), sum);
  }
  const root = nodeOf(job, 0);
  memory.fill(changetype<usize>(root), 0, offsetof<Node>());
  root.end = job.bagCount;
  root.restStart = job.bagCount;
  root.restEnd = job.allCount;
  complete(job, root);
}

function nodeOf(job: VectorJob, number: u32): Node {
  return changetype<Node>(<usize>job.nodes + <usize>number * offsetof<Node>());
}

/** What follows from a node's sums and rows: its hessian, its values and whether the limits let it be split. */
function complete(job: VectorJob, node: Node): void {
  const sums = sumsOf(job, node, job.sums);
  const outcomes = sumsOf(job, node, job.outcomes);
  for (let at: usize = 0; at < <usize>job.slotBytes; at += 16) {
    const hessian = load<f64>(sums + at, 8);
    const weight = leafWeight(job, load<f64>(sums + at) / job.scale, hessian / job.scale);
    node.hessian += hessian;
    store<f64>(outcomes + at, 0);
    store<f64>(outcomes + at, <f64>(<f32>(job.learningRate * weight)), 8);
  }
  const tooDeep = job.maxDepth > 0 && node.depth >= job.maxDepth;
  const tooFew = node.end - node.start < max<u32>(2, 2 * job.minDataInLeaf);
  node.open = <u32>!(tooDeep || tooFew || node.hessian < 2 * job.leastTotal);
}

/** Splits a node by its best split: its positions, and the two children with their sums. O(positions of the node). */
export function splitNode(split: SplitJob, scratch: Scratch): void {
  const job = changetype<VectorJob>(<usize>split.job);
  const parent = changetype<Node>(<usize>split.node);
  parent.left = split.left;
  parent.right = split.left + 1;
  const left = nodeOf(job, parent.left);
  const right = nodeOf(job, parent.right);
  memory.fill(changetype<usize>(left), 0, 2 * offsetof<Node>());
  dealPositions(job, scratch, parent, left, right);
  const all = sumsOf(job, parent, job.sums);
  const onLeft = sumsOf(job, parent, job.leftSums);
  const ofLeft = sumsOf(job, left, job.sums);
  const ofRight = sumsOf(job, right, job.sums);
  for (let at: usize = 0; at < <usize>job.slotBytes; at += 16) {
    const pair = v128.load(onLeft + at);
    v128.store(ofLeft + at, pair);
    v128.store(ofRight + at, f64x2.sub(v128.load(all + at), pair));
  }
  complete(job, left);
  complete(job, right);
}

/** Builds the histogram of the smaller child, and the sibling's from their parent's, and finds the best split of both. */
export function searchColumns(search: SearchJob, scratch: Scratch): void {
  const small = changetype<Node>(<usize>search.small);
  const large = changetype<Node>(<usize>search.large);
  buildVectorHistogram(search, scratch, small, search.ofSmall);
  if (small.open) findVectorSplit(search, scratch, small, search.ofSmall, search.bestOfSmall);
  if (search.large == 0) return;
  if (search.subtracts) subtractVectorHistogram(search, search.ofLarge, search.ofSmall);
  else buildVectorHistogram(search, scratch, large, search.ofLarge);
  if (large.open) findVectorSplit(search, scratch, large, search.ofLarge, search.bestOfLarge);
}

/** Writes into both nodes of some searches the best split that any found: of equals the first, by column. */
export function choose(choice: ChooseJob): void {
  const first = changetype<SearchJob>(<usize>choice.search);
  let ofSmall = first.bestOfSmall;
  let ofLarge = first.bestOfLarge;
  for (let at: u32 = 1; at < choice.count; at++) {
    const next = changetype<SearchJob>(<usize>choice.search + <usize>at * choice.step);
    if (next.bestOfSmall.score > ofSmall.score) ofSmall = next.bestOfSmall;
    if (next.bestOfLarge.score > ofLarge.score) ofLarge = next.bestOfLarge;
  }
  const job = changetype<VectorJob>(<usize>first.job);
  const small = changetype<Node>(<usize>first.small);
  const large = changetype<Node>(<usize>first.large);
  if (small.open) settle(job, small, first.ofSmall, ofSmall);
  if (first.large != 0 && large.open) settle(job, large, first.ofLarge, ofLarge);
}

/** Adds each leaf's value of a class to the margins of its positions. O(positions). */
export function addClassValues(add: ValueJob, scratch: Scratch): void {
  const job = changetype<VectorJob>(<usize>add.job);
  const margins = <usize>job.margins + <usize>add.k * job.marginStep;
  for (let at: u32 = 0; at < add.nodes; at++) {
    const node = nodeOf(job, at);
    if (node.right != 0) continue;
    const value = <f32>load<f64>(sumsOf(job, node, job.outcomes) + (<usize>add.k << 4), 8);
    addValue(scratch.order, margins, node.start, node.end, value);
    addValue(scratch.order, margins, node.restStart, node.restEnd, value);
  }
}
