import { writeMoves } from './column-moves.js';
import { readTree, type TreeTerms } from './grown-tree.js';
import type { BoostingOptions } from './options.js';
import type { BoosterPlaces } from './training-layout.js';
import type { TrainingMemory } from './training-memory.js';
import type { Tree } from './tree.js';

/** Splits that gain no more than this are noise of the arithmetic (XGBoost's kRtEps). */
const LEAST_GAIN = 1e-6;
/** Doubles at the front of a GrowJob (src/kernels/assembly/training/job.ts), and which word after them counts its nodes. */
const JOB_DOUBLES = 9;
const NODE_COUNT = 24;

/** What the trees of a round have in common, and the columns of each. */
export interface Growing extends TreeTerms {
  readonly options: BoostingOptions;
  /** positions to learn from at the front of the ensemble's list, and all of it */
  readonly bagCount: number;
  readonly allCount: number;
  /** places of the columns that each class's tree may test, ascending: the order that breaks ties [class] */
  readonly columns: readonly Int32Array[];
}

/**
 * Grows one tree per class on the derivatives in the memory and adds their values to the ensemble's margins. Trees go to
 * threads whole; sums are exact integers, so that they come out alike wherever they are grown. O(rows columns depth) each.
 */
export function growTrees(memory: TrainingMemory, places: BoosterPlaces, growing: Growing): Tree[] {
  const { layout, words } = memory;
  const jobs = growing.columns.map((columns, k) => {
    words.set(columns, layout.features[k] >>> 2);
    writeJob(memory, places, growing, k);
    return layout.growJobs[k];
  });
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
