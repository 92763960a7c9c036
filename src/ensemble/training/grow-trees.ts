import type { BoostingOptions } from '../options.js';
import type { Tree } from '../tree.js';
import { writeMoves } from './column-moves.js';
import { readTree, readVectorTrees, type TreeTerms } from './grown-tree.js';
import type { BoosterPlaces, VectorPlaces } from './layout.js';
import type { TrainingMemory } from './memory.js';
import { growVectorTree } from './vector-growth.js';

/** Splits that gain no more than this are noise of the arithmetic (XGBoost's kRtEps). */
const LEAST_GAIN = 1e-6;
/** Doubles at the front of a GrowJob (src/kernels/assembly/training/job.ts), and which word after them counts its nodes. */
const JOB_DOUBLES = 9;
const NODE_COUNT = 24;
/** Where the fields of a VectorJob (src/kernels/assembly/training/vector-job.ts) go on, in doubles. */
const VECTOR_DOUBLES = 22;

/** What the trees of a round have in common, and the columns of each. */
export interface Growing extends TreeTerms {
  readonly options: BoostingOptions;
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
  memory.run('growTree', jobs);
  return jobs.map((job, k) => {
    const count = words[(job >>> 2) + 2 * JOB_DOUBLES + NODE_COUNT];
    return readTree(memory, { nodes: layout.nodes[k], count }, growing);
  });
}

function writeJob(memory: TrainingMemory, places: BoosterPlaces, growing: Growing, k: number): void {
  const { layout } = memory;
  const { options, scale, bins, columns } = growing;
  const { learningRate, alpha, lambda, minChildWeight, minSplitGain } = options;
  const leastHessian = Math.max(1, minChildWeight * scale);
  const leastGain = Math.max(LEAST_GAIN, minSplitGain) * scale;
  const limits = [scale, learningRate, alpha * scale, lambda * scale, leastHessian, leastGain];
  const job = layout.growJobs[k];
  memory.doubles.set([...limits, minChildWeight, alpha, lambda], job / 8);
  const { rowCodes, stride, columnCodes, columnStride, binCounts, columnBytes, sumBytes, counted } = layout;
  const table = [rowCodes, stride, columnCodes, columnStride, binCounts, bins.missing];
  const derivatives = layout.derivatives + k * layout.paddedPositions * 8;
  const rows = [derivatives, places.positions, growing.bagCount, growing.allCount];
  const histogram = [columnBytes, sumBytes, counted ? 1 : 0, options.minDataInLeaf];
  const shape = [options.maxDepth, options.maxLeaves, options.growth === 'leafwise' ? 1 : 0];
  const target = [layout.nodes[k], places.margins + k * layout.paddedPositions * 4, 0];
  const moves = writeMoves(memory, columns[k], k);
  const features = [layout.features[k], columns[k].length, layout.moves[k], moves, layout.batchStride];
  const fields = [...table, ...features, ...rows, ...histogram, ...shape, ...target];
  memory.words.set(fields, (job >>> 2) + 2 * JOB_DOUBLES);
}

/** What a tree of vector leaves needs beyond the job of a tree of class 0. */
function writeVectorJob({ layout, words, doubles }: TrainingMemory, growing: Growing, classes: number): void {
  const job = layout.growJobs[0];
  const { slotBytes, countStep, paddedPositions } = layout;
  const { sums, leftSums, outcomes } = layout.vector as VectorPlaces;
  doubles[job / 8 + VECTOR_DOUBLES] = Math.max(1, classes * growing.options.minChildWeight * growing.scale);
  const steps = [classes, slotBytes, countStep, paddedPositions * 8, paddedPositions * 4];
  words.set([...steps, sums, leftSums, outcomes], (job >>> 2) + 2 * VECTOR_DOUBLES + 2);
}
