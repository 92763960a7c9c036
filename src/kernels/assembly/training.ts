/**
 * The kernels of boosting, over a memory that several threads may share. Each takes the address of its job and that of
 * its thread's working memory; jobs that run at the same time write to different places.
 * src/ensemble/training/memory.ts lays the memory out.
 */
import { draw } from './training/bag';
import { grow } from './training/grow';
import {
  BagJob,
  GradientJob,
  GrowJob,
  LeavesJob,
  LossJob,
  RootJob,
  Scratch,
  StepJob,
  SumJob,
  TransposeJob,
} from './training/job';
import { derive, sumLoss } from './training/loss';
import { addLeaves } from './training/nodes';
import { buildRootHistograms } from './training/root';
import { beginTree, growChildren, searchChildren, splitNode as splitTree, sumRows } from './training/steps';
import { gather, transpose } from './training/transpose';
import { addClassValues, choose, plantRoot, searchColumns, splitNode } from './training/vector-grow';
import { ChooseJob, SearchJob, SplitJob, ValueJob, VectorJob } from './training/vector-job';

/** Brings codes of a range of positions from the table's order of columns into that of places. */
export function gatherCodes(job: usize, _scratch: usize): void {
  gather(changetype<TransposeJob>(job));
}

/** Brings codes of a range of positions into the order of columns. */
export function transposeCodes(job: usize, _scratch: usize): void {
  transpose(changetype<TransposeJob>(job));
}

/** Histograms of the roots of up to four trees, which then need not make them, in some columns. */
export function buildRoots(job: usize, scratch: usize): void {
  buildRootHistograms(changetype<RootJob>(job), changetype<Scratch>(scratch));
}

/** Grows a tree and adds its values to the margins of all positions. */
export function growTree(job: usize, scratch: usize): void {
  grow(changetype<GrowJob>(job), changetype<Scratch>(scratch));
}

/**
 * Begins a tree whose steps threads share: its root, and the root's best split where its histogram is made. The other
 * steps follow in the order in which tree-growth.ts calls them.
 */
export function plantTree(job: usize, _scratch: usize): void {
  beginTree(changetype<GrowJob>(job));
}

/** Splits a node. */
export function splitTreeNode(job: usize, scratch: usize): void {
  splitTree(changetype<StepJob>(job), changetype<Scratch>(scratch));
}

/** A histogram of some rows of a node. */
export function sumTreeRows(job: usize, scratch: usize): void {
  sumRows(changetype<SumJob>(job), changetype<Scratch>(scratch));
}

/** The best splits of a node's children, whose rows are summed. */
export function searchTreeNode(job: usize, _scratch: usize): void {
  searchChildren(changetype<StepJob>(job));
}

/** The three at once. */
export function growTreeNode(job: usize, scratch: usize): void {
  growChildren(changetype<StepJob>(job), changetype<Scratch>(scratch));
}

/** Adds the values of some of a tree's leaves to the margins of their positions. */
export function addTreeValues(job: usize, _scratch: usize): void {
  const leaves = changetype<LeavesJob>(job);
  addLeaves(changetype<GrowJob>(<usize>leaves.job), leaves.from, leaves.to);
}

/** Draws the positions that a round learns from, and lists them before the others. */
export function drawBag(job: usize, _scratch: usize): void {
  draw(changetype<BagJob>(job));
}

/** Gradients and hessians of a range of positions, for all classes. */
export function computeDerivatives(job: usize, scratch: usize): void {
  derive(changetype<GradientJob>(job), changetype<Scratch>(scratch));
}

/** Cross-entropy of a list of positions. */
export function computeLoss(job: usize, _scratch: usize): void {
  sumLoss(changetype<LossJob>(job));
}

/** Begins a tree of vector leaves: its root. The other steps follow in the order in which vector-growth.ts calls them. */
export function plantVectorTree(job: usize, scratch: usize): void {
  plantRoot(changetype<VectorJob>(job), changetype<Scratch>(scratch));
}

/** Histograms and best splits of a pair of nodes in some columns. */
export function searchVectorColumns(job: usize, scratch: usize): void {
  searchColumns(changetype<SearchJob>(job), changetype<Scratch>(scratch));
}

/** The best split of a pair of nodes over all columns. */
export function chooseVectorSplit(job: usize, _scratch: usize): void {
  choose(changetype<ChooseJob>(job));
}

/** Splits a node. */
export function splitVectorNode(job: usize, scratch: usize): void {
  splitNode(changetype<SplitJob>(job), changetype<Scratch>(scratch));
}

/** Adds a grown tree's values of one class to the margins of all positions. */
export function addVectorValues(job: usize, scratch: usize): void {
  addClassValues(changetype<ValueJob>(job), changetype<Scratch>(scratch));
}

/** Where the records' fields lie, for the library to compare. */
export {
  growJob,
  rootJob,
  transposeJob,
  place,
  move,
  scratch,
  node,
  bagJob,
  gradientJob,
  lossJob,
  vectorJob,
  candidate,
  searchJob,
  splitJob,
  chooseJob,
  valueJob,
} from './training/records';
export { leavesJob, stepJob, sumJob } from './training/step-records';
