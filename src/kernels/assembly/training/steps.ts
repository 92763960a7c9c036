import { addHistogram, buildHistogram, subtractHistogram } from './histogram';
import { GrowJob, Node, Scratch, StepJob, SumJob } from './job';
import { divide, isLeftSmaller, nodeOf, plantRoot } from './nodes';
import { findBestSplit } from './split';

/** Begins a tree, and finds its root's split where the root's histogram is there. O(positions). */
export function beginTree(job: GrowJob): void {
  const root = plantRoot(job);
  if (root.open && job.rootHistogram != 0) findBestSplit(job, root, job.rootHistogram);
}

/** Splits the node of a step. O(positions of the node). */
export function splitNode(step: StepJob, scratch: Scratch): void {
  divide(changetype<GrowJob>(<usize>step.job), scratch, changetype<Node>(<usize>step.node), step.left);
}

/** Makes a histogram of some of a tree's rows. O(rows columns). */
export function sumRows(sum: SumJob, scratch: Scratch): void {
  buildHistogram(changetype<GrowJob>(<usize>sum.job), scratch, sum.from, sum.to, sum.target);
}

/** Puts the summed parts of a step's rows together and finds the splits, of the root or of a node's children. O(slots). */
export function searchChildren(step: StepJob): void {
  const job = changetype<GrowJob>(<usize>step.job);
  const bytes = job.sumBytes + (job.counted ? job.sumBytes >> 2 : 0);
  let part = <usize>step.parts;
  for (let at: u32 = 0; at < step.partsOfSmall; at++, part += bytes) addHistogram(job, step.ofSmall, part);
  for (let at: u32 = 0; at < step.partsOfLarge; at++, part += bytes) addHistogram(job, step.ofLarge, part);
  if (step.subtracts) subtractHistogram(job, step.ofLarge, step.ofSmall);
  if (step.left == 0) findBestSplit(job, changetype<Node>(<usize>step.node), step.ofSmall);
  else findSplits(step);
}

function findSplits(step: StepJob): void {
  const job = changetype<GrowJob>(<usize>step.job);
  const left = nodeOf(job, step.left);
  const right = nodeOf(job, step.left + 1);
  const leftIsSmaller = isLeftSmaller(left, right);
  if (left.open) findBestSplit(job, left, leftIsSmaller ? step.ofSmall : step.ofLarge);
  if (right.open) findBestSplit(job, right, leftIsSmaller ? step.ofLarge : step.ofSmall);
}

/** Splits the node of a step, and finds its children's splits where they are wanted and allowed. O(rows columns). */
export function growChildren(step: StepJob, scratch: Scratch): void {
  splitNode(step, scratch);
  const job = changetype<GrowJob>(<usize>step.job);
  const left = nodeOf(job, step.left);
  const right = nodeOf(job, step.left + 1);
  if (!step.searches || !(left.open || right.open)) return;
  const leftIsSmaller = isLeftSmaller(left, right);
  const small = leftIsSmaller ? left : right;
  const large = leftIsSmaller ? right : left;
  buildHistogram(job, scratch, small.start, small.end, step.ofSmall);
  if (step.subtracts) subtractHistogram(job, step.ofLarge, step.ofSmall);
  else buildHistogram(job, scratch, large.start, large.end, step.ofLarge);
  findSplits(step);
}
