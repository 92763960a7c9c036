import { writeRecord } from '../../kernels/records.js';
import type { BoostingOptions } from '../boosting-options.js';
import type { Tree } from '../tree.js';
import { writeMoves } from './column-moves.js';
import { readTree, readVectorTrees, type TreeTerms } from './grown-tree.js';
import type { BoosterPlaces, VectorPlaces } from './layout.js';
import type { TrainingMemory } from './memory.js';
import { GROW_JOB, ROOT_JOB, VECTOR_JOB } from './records.js';
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
 * class go to threads whole, the steps of a tree of vector leaves in parts; sums are exact integers, so that trees come
 * out alike wherever they are grown. O(rows columns depth) each, and of vector leaves times the classes.
 */
export function growTrees(memory: TrainingMemory, places: BoosterPlaces, growing: Growing): Tree[] {
  const { layout, words } = memory;
  const jobs = growing.columns.map((columns, k) => {
    words.set(columns, layout.features[k] >>> 2);
    writeJob(memory, places, growing, k);
    return layout.growJobs[k];
  });
  if (layout.vector !== null) {
    const classes = layout.slotBytes / 16;
    writeVectorJob(memory, growing, classes);
    const count = growVectorTree(memory, growing.columns[0].length, growing.options);
    return readVectorTrees(memory, { count, classes }, growing);
  }
  buildRoots(memory);
  memory.run('growTree', jobs);
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

function writeJob(memory: TrainingMemory, places: BoosterPlaces, growing: Growing, k: number): void {
  const { layout } = memory;
  const { bins, columns, bagCount, allCount } = growing;
  const { rowCodes, stride, columnCodes, columnStride, binCounts, batchStride, columnBytes, sumBytes } =
    layout;
  writeRecord(memory, GROW_JOB, layout.growJobs[k], {
    ...limitsOf(growing),
    rowCodes,
    stride,
    columnCodes,
    columnStride,
    binCounts,
    missing: bins.missing,
    features: layout.features[k],
    featureCount: columns[k].length,
    moves: layout.moves[k],
    moveCount: layout.vector === null ? 0 : writeMoves(memory, columns[k], k),
    batchStride,
    derivatives: layout.derivatives + k * layout.paddedPositions * 8,
    mostPacked: growing.mostPacked,
    positions: places.positions,
    bagCount,
    allCount,
    columnBytes,
    sumBytes,
    counted: Number(layout.counted),
    nodes: layout.nodes[k],
    margins: places.margins + k * layout.paddedPositions * 4,
    rootHistogram: layout.roots?.histograms[k] ?? 0,
    nodeCount: 0,
  });
}

/** What a tree may be, for its job. */
function limitsOf({ options, scale }: Growing) {
  const { learningRate, alpha, lambda, minChildWeight, minSplitGain } = options;
  return {
    scale,
    learningRate,
    alpha: alpha * scale,
    lambda: lambda * scale,
    leastHessian: Math.max(1, minChildWeight * scale),
    leastGain: Math.max(LEAST_GAIN, minSplitGain) * scale,
    minChildWeight,
    alphaOfLoss: alpha,
    lambdaOfLoss: lambda,
    minDataInLeaf: options.minDataInLeaf,
    maxDepth: options.maxDepth,
    maxLeaves: options.maxLeaves,
    leafwise: Number(options.growth === 'leafwise'),
  };
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
