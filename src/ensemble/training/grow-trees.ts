import { writeRecord } from '../../kernels/records.js';
import type { BoostingOptions } from '../boosting-options.js';
import type { Tree } from '../tree.js';
import { writeMoves } from './column-moves.js';
import { readTree, readVectorTrees, type TreeTerms } from './grown-tree.js';
import type { BoosterPlaces, TrainingLayout, VectorPlaces } from './layout.js';
import type { TrainingMemory } from './memory.js';
import { GROW_JOB, ROOT_JOB, VECTOR_JOB } from './records.js';
import { growSharedTrees } from './tree-growth.js';
import { growVectorTree } from './vector-growth.js';

/** Splits that gain no more than this are noise of the arithmetic (XGBoost's kRtEps). */
const LEAST_GAIN = 1e-6;

/** What the trees of a round have in common, and the columns of each. */
export interface Growing extends TreeTerms {
  readonly options: BoostingOptions;
  /** rows whose derivatives a packed sum holds at most */
  readonly mostPacked: number;
  /** positions to learn from at the front of the ensemble's list, and all of it */
  readonly bagCount: number;
  readonly allCount: number;
  /**
   * places of the columns that each class's tree may test, ascending: the order that breaks ties [class]; of all classes
   * where they share a tree
   */
  readonly columns: readonly Int32Array[];
}

/**
 * Grows a round's trees on the derivatives in the memory and adds their values to the ensemble's margins. Trees of one
 * class go to threads whole while there are as many for each; the steps of the others, and of a tree of vector leaves, in
 * parts. Sums are exact integers, so that trees come out alike wherever they are grown. O(rows columns depth) each, and of vector leaves times the classes.
 */
export function growTrees(memory: TrainingMemory, places: BoosterPlaces, growing: Growing): Tree[] {
  const { layout, words } = memory;
  const jobs = growing.columns.map((columns, k) => {
    words.set(columns, layout.features[k] >>> 2);
    writeRound(memory, places, growing, k);
    return layout.growJobs[k];
  });
  if (layout.vector !== null) {
    const classes = layout.slotBytes / 16;
    writeVectorJob(memory, growing, classes);
    const count = growVectorTree(memory, growing.columns[0].length, growing.options);
    return readVectorTrees(memory, { count, classes }, growing);
  }
  buildRoots(memory);
  const { shared } = layout;
  const whole = shared === null ? jobs : jobs.slice(0, shared.first);
  if (whole.length > 0) memory.run('growTree', whole);
  if (shared !== null) {
    const columns = growing.columns.map(({ length }) => length);
    growSharedTrees(memory, columns, growing.options);
  }
  return jobs.map((job, k) => {
    const count = words[(job + GROW_JOB.at.nodeCount) >>> 2];
    return readTree(memory, { nodes: layout.nodes[k], count }, growing);
  });
}

/** Makes the histograms of all classes' roots on all threads, where there is room for them. */
function buildRoots(memory: TrainingMemory): void {
  const { roots, growJobs, paddedPositions } = memory.layout;
  if (roots === null) return;
  const jobStep = growJobs[1] - growJobs[0];
  const jobs = roots.parts.map(({ firstClass, classes, from, to }, at) => {
    const job = growJobs[firstClass];
    const derivativeStep = paddedPositions * 8;
    writeRecord(memory, ROOT_JOB, roots.jobs[at], { job, jobStep, classes, derivativeStep, from, to });
    return roots.jobs[at];
  });
  memory.run('buildRoots', jobs);
}

/** Writes what all trees of all rounds have in common to the jobs, which takes longer than a small tree. */
export function writeJobs(
  memory: TrainingMemory,
  { options, bins }: Pick<Growing, 'options' | 'bins'>,
): void {
  const { layout } = memory;
  const { rowCodes, stride, columnCodes, columnStride, binCounts, batchStride, columnBytes, sumBytes } =
    layout;
  layout.growJobs.forEach((job, k) => {
    writeRecord(memory, GROW_JOB, job, {
      learningRate: options.learningRate,
      minChildWeight: options.minChildWeight,
      alphaOfLoss: options.alpha,
      lambdaOfLoss: options.lambda,
      rowCodes,
      stride,
      columnCodes,
      columnStride,
      binCounts,
      missing: bins.missing,
      features: layout.features[k],
      moves: layout.moves[k],
      batchStride,
      derivatives: layout.derivatives + k * layout.paddedPositions * 8,
      columnBytes,
      sumBytes,
      counted: Number(layout.counted),
      minDataInLeaf: options.minDataInLeaf,
      maxDepth: options.maxDepth,
      maxLeaves: options.maxLeaves,
      leafwise: Number(options.growth === 'leafwise'),
      nodes: layout.nodes[k],
      rootHistogram: layout.roots?.histograms[k] ?? 0,
      order: orderOf(layout, k),
    });
  });
}

/** Where a tree's positions are put in its order; 0 for trees that go to threads whole, which use the thread's room. */
function orderOf({ vector, shared, threads }: TrainingLayout, k: number): number {
  if (vector !== null) return threads[0].order;
  return shared?.orders[k - shared.first] ?? 0;
}

/** Writes what differs from ensemble to ensemble and from round to round, field by field, which is quick. */
function writeRound(memory: TrainingMemory, places: BoosterPlaces, growing: Growing, k: number): void {
  const { layout, words, doubles } = memory;
  const { columns, options, scale } = growing;
  const job = layout.growJobs[k];
  const { at } = GROW_JOB;
  doubles[(job + at.scale) / 8] = scale;
  doubles[(job + at.alpha) / 8] = options.alpha * scale;
  doubles[(job + at.lambda) / 8] = options.lambda * scale;
  doubles[(job + at.leastHessian) / 8] = Math.max(1, options.minChildWeight * scale);
  doubles[(job + at.leastGain) / 8] = Math.max(LEAST_GAIN, options.minSplitGain) * scale;
  words[(job + at.featureCount) >>> 2] = columns[k].length;
  words[(job + at.moveCount) >>> 2] = layout.vector === null ? 0 : writeMoves(memory, columns[k], k);
  words[(job + at.mostPacked) >>> 2] = growing.mostPacked;
  words[(job + at.positions) >>> 2] = places.positions;
  words[(job + at.bagCount) >>> 2] = growing.bagCount;
  words[(job + at.allCount) >>> 2] = growing.allCount;
  words[(job + at.margins) >>> 2] = places.margins + k * layout.paddedPositions * 4;
  words[(job + at.nodeCount) >>> 2] = 0;
}

/** What a tree of vector leaves needs beyond the job of a tree of class 0. */
function writeVectorJob(memory: TrainingMemory, { options, scale }: Growing, classes: number): void {
  const { growJobs, slotBytes, countStep, paddedPositions, vector } = memory.layout;
  const { sums, leftSums, outcomes } = vector as VectorPlaces;
  writeRecord(memory, VECTOR_JOB, growJobs[0], {
    leastTotal: Math.max(1, classes * options.minChildWeight * scale),
    classes,
    slotBytes,
    countStep,
    derivativeStep: paddedPositions * 8,
    marginStep: paddedPositions * 4,
    sums,
    leftSums,
    outcomes,
  });
}
