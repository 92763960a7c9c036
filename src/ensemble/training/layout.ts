import type { BoostingOptions } from '../boosting-options.js';
import * as records from './records.js';
import { placeRootRooms, placeRoots, ROOT_ROWS, type RootPlaces, rootParts } from './root-layout.js';
import { type Grain, placeSharedTrees, type SharedPlaces, wholeTrees } from './tree-layout.js';

/** Bytes of a cache line, on which regions start, and records that threads write at the same time. */
const LINE = 64;
/** Bytes from a search to its candidates, and to the next search. */
export const CANDIDATES_AT = onLines(records.SEARCH_JOB.bytes);
export const SEARCH_BYTES = CANDIDATES_AT + onLines(2 * records.CANDIDATE.bytes);
/** Bytes from any other step of a tree of vector leaves to the next. */
export const SMALL_JOB_BYTES = onLines(
  Math.max(records.SPLIT_JOB.bytes, records.CHOOSE_JOB.bytes, records.VALUE_JOB.bytes),
);
/** Searches of columns that may run at once, and other steps of a tree of vector leaves: classes, or nodes to split. */
export const MOST_SEARCHES = 128;
/** The compiler's tables of exp and log lie below this address. */
const FIRST_ADDRESS = 65_536;
/** Positions of one call of the derivatives and loss kernels; a multiple of 4. */
export const RANGE = 16_384;
/** Bytes of a thread's histograms, or of those that all share; where nodes wait in such numbers, their histograms are built again when needed. */
const MOST_HISTOGRAM_BYTES = 128 * 2 ** 20;
/** Bytes of row codes that are gathered at once: they stay in the nearest cache with eight columns' sums. */
const BATCH_BYTES = 8192;
/** The same of their derivatives, which in trees of vector leaves are as many as the classes. */
const BATCH_SUM_BYTES = 16_384;

const PACKED = records.TRAINING_SIZES;
/** Of threads that grow no tree alone. */
const NO_ROOMS = { order: 0, histograms: 0, freeList: 0, waiting: 0 };

/** What decides the sizes. */
export interface LayoutInput {
  /** rows of the training table */
  readonly positions: number;
  readonly columns: number;
  /** columns that a tree may test */
  readonly columnsUsed: number;
  readonly slotBits: number;
  readonly classes: number;
  /** ensembles that are boosted over the same table */
  readonly boosters: number;
  readonly threads: number;
  readonly options: BoostingOptions;
  /** bytes of a thread's histograms, or of those that all share; 128 MiB where not given */
  readonly mostHistogramBytes?: number;
  /** how finely trees are divided that threads share; as measured where not given */
  readonly grain?: Grain;
}

/** Addresses of one ensemble's state. */
export interface BoosterPlaces {
  /** float32 [class][padded position] */
  readonly margins: number;
  /** float32 [padded position]: the position's class weight times the fixed-point scale */
  readonly weights: number;
  /** float64 [class] */
  readonly classWeights: number;
  /** u32: positions to learn from, then the others; and lists of training and validation positions */
  readonly positions: number;
  readonly training: number;
  readonly validation: number;
}

/** Where everything lies, in bytes; sizes of steps between rows, columns and classes. Plain data. */
export interface TrainingLayout {
  readonly stride: number;
  /** bytes of a row's codes of the columns that a tree may test, and how many rows are gathered at once */
  readonly batchStride: number;
  readonly columnStride: number;
  readonly paddedPositions: number;
  /** bytes of a histogram's slot, of a column's slots, of all columns', and between the row counts of columns */
  readonly slotBytes: number;
  readonly columnBytes: number;
  readonly sumBytes: number;
  readonly countStep: number;
  readonly counted: boolean;
  readonly histogramCount: number;
  readonly histogramBytes: number;
  readonly batchRows: number;
  readonly rowCodes: number;
  readonly columnCodes: number;
  readonly binCounts: number;
  readonly labels: number;
  /** packed i64 [class][padded position] */
  readonly derivatives: number;
  /** [tree of a round] */
  readonly growJobs: readonly number[];
  readonly features: readonly number[];
  readonly moves: readonly number[];
  readonly nodes: readonly number[];
  /** [range of positions] */
  readonly transposeJobs: readonly number[];
  /** where roots are made beforehand; null where trees make them */
  readonly roots: RootPlaces | null;
  readonly rootRows: number;
  /** what trees of one class need whose steps threads share; null where all go to threads whole */
  readonly shared: SharedPlaces | null;
  /** what trees of vector leaves need besides; null where every class has trees of its own */
  readonly vector: VectorPlaces | null;
  readonly bagJob: number;
  /** [range of positions] */
  readonly rangeJobs: readonly number[];
  readonly boosters: readonly BoosterPlaces[];
  /** [thread] address of the record, and of what it points at */
  readonly threads: readonly ThreadPlaces[];
  readonly bytes: number;
}

/** Addresses and sizes of what a tree of vector leaves is grown in. */
export interface VectorPlaces {
  /** f64 pairs [node][class] */
  readonly sums: number;
  readonly leftSums: number;
  readonly outcomes: number;
  /** `histogramCount` of them, which all threads share */
  readonly histograms: number;
  /** records of the searches, and of the other steps, that run at once: MOST_SEARCHES of each */
  readonly searches: number;
  readonly smallJobs: number;
}

/** Addresses of a thread's working memory. */
interface ThreadPlaces {
  readonly record: number;
  readonly order: number;
  readonly spare: number;
  readonly batch: number;
  readonly batchSums: number;
  readonly histograms: number;
  readonly freeList: number;
  readonly waiting: number;
  readonly exponentials: number;
  readonly packed: number;
  readonly rootPacked: number;
  readonly rootCounts: number;
  readonly rootColumns: number;
  readonly rootCodes: number;
  readonly rootSums: number;
}

/** Lays out the memory of boosting: a table shared by all, a state per ensemble, working memory per thread. */
export function layOutTraining(input: LayoutInput): TrainingLayout {
  const { positions, columns, classes, options } = input;
  let used = FIRST_ADDRESS;
  /** A region that starts on a cache line. */
  const region = (bytes: number) => {
    const start = used;
    used += onLines(bytes);
    return start;
  };
  const each = <T>(count: number, make: (at: number) => T) =>
    Array.from({ length: count }, (_, at) => make(at));
  const sizes = sizesOf(input);
  const { stride, batchStride, columnStride, paddedPositions } = sizes;
  const { histogramCount, histogramBytes, batchRows, slotBytes } = sizes;
  const leaves = mostLeaves(options, positions);
  const isVector = options.multiStrategy === 'multi_output_tree';
  const trees = isVector ? 1 : classes;
  const parts = isVector ? [] : rootParts(input, sizes.histogramBytes);
  const rootColumns = parts.length === 0 ? 0 : Math.min(PACKED.mostRootColumns, input.columns);
  // the steps of a tree of vector leaves share its order and its histograms; a tree of one class has a thread's own
  const ofVector = isVector ? { ...NO_ROOMS, order: region(positions * 4) } : null;
  const whole = wholeTrees(input);
  const rooms = each(isVector ? 0 : whole === 0 ? classes : input.threads, () => ({
    order: region(positions * 4),
    histograms: region(histogramCount * histogramBytes),
    freeList: region((histogramCount + 1) * 4),
    waiting: region(2 * leaves * 4),
  }));
  const places = {
    rowCodes: region(16 * Math.ceil(positions / 16) * stride + 16),
    columnCodes: region(columns * columnStride),
    binCounts: region(columns * 4),
    labels: region(paddedPositions * 4),
    derivatives: region(paddedPositions * classes * 8),
    growJobs: each(trees, () => region(isVector ? records.VECTOR_JOB.bytes : records.GROW_JOB.bytes)),
    features: each(trees, () => region(columns * 4)),
    moves: each(trees, () => region(2 * Math.ceil(columns / 16) * records.MOVE.bytes)),
    nodes: each(trees, () => region(2 * leaves * records.NODE.bytes)),
    transposeJobs: each(Math.min(Math.ceil(positions / 16), 4 * input.threads), () =>
      region(records.TRANSPOSE_JOB.bytes),
    ),
    roots: parts.length === 0 ? null : placeRoots(region, parts, { classes, histogramBytes }),
    shared: isVector ? null : placeSharedTrees(region, input, rooms, sizes),
    vector: isVector ? placeVector(region, sizes, 2 * leaves) : null,
    bagJob: region(records.BAG_JOB.bytes),
    rangeJobs: each(Math.ceil(paddedPositions / RANGE), () =>
      region(Math.max(records.GRADIENT_JOB.bytes, records.LOSS_JOB.bytes)),
    ),
    boosters: each(input.boosters, () => ({
      margins: region(paddedPositions * classes * 4),
      weights: region(paddedPositions * 4),
      classWeights: region(classes * 8),
      positions: region(positions * 4),
      training: region(positions * 4),
      validation: region(positions * 4),
    })),
    threads: each(input.threads, (thread) => ({
      record: region(records.SCRATCH.bytes),
      spare: region(positions * 4 + 4),
      batch: region(batchRows * batchStride),
      batchSums: region(batchRows * slotBytes),
      exponentials: region(classes * 16),
      packed: isVector ? 0 : region(input.columnsUsed * PACKED.packedColumn),
      ...placeRootRooms(region, rootColumns),
      ...(ofVector ?? rooms[thread] ?? NO_ROOMS),
    })),
  };
  return { ...sizes, ...places, bytes: used };
}

function placeVector(
  region: (bytes: number) => number,
  { slotBytes, histogramCount, histogramBytes }: ReturnType<typeof sizesOf>,
  nodes: number,
): VectorPlaces {
  return {
    sums: region(nodes * slotBytes),
    leftSums: region(nodes * slotBytes),
    outcomes: region(nodes * slotBytes),
    histograms: region(histogramCount * histogramBytes),
    searches: region(MOST_SEARCHES * SEARCH_BYTES),
    smallJobs: region(MOST_SEARCHES * SMALL_JOB_BYTES),
  };
}

function sizesOf(input: LayoutInput) {
  const { positions, columns, columnsUsed, slotBits, options } = input;
  const { mostHistogramBytes = MOST_HISTOGRAM_BYTES } = input;
  // rows are copied sixteen bytes at a time, beyond their ends too; the shorter they are, the more of them caches hold
  const stride = 8 * Math.ceil(columns / 8);
  const isVector = options.multiStrategy === 'multi_output_tree';
  // rows are copied whole where a tree is of one class
  const batchStride = isVector ? 16 * Math.ceil(columnsUsed / 16) : 16 * Math.ceil(columns / 16);
  const slotBytes = 16 * (isVector ? input.classes : 1);
  // a column's sums end one cache line after a power of two, so that equal codes of neighbours do not share a set
  const columnBytes = slotBytes * 2 ** slotBits + 64;
  const countStep = 4 * 2 ** slotBits + 16;
  const sumBytes = columnsUsed * columnBytes;
  const counted = options.minDataInLeaf > 1;
  const histogramBytes = sumBytes + (counted ? columnsUsed * countStep : 0);
  const waiting = mostLeaves(options, positions) + 2;
  return {
    stride,
    batchStride,
    columnStride: 64 * Math.ceil(positions / 64) + 64,
    paddedPositions: 4 * Math.ceil(positions / 4),
    slotBytes,
    columnBytes,
    countStep,
    sumBytes,
    counted,
    histogramBytes,
    histogramCount: Math.min(waiting, Math.max(4, Math.floor(mostHistogramBytes / histogramBytes))),
    rootRows: ROOT_ROWS,
    batchRows: Math.min(
      256,
      Math.max(32, Math.floor(Math.min(BATCH_BYTES / batchStride, BATCH_SUM_BYTES / slotBytes))),
    ),
  };
}

function onLines(bytes: number): number {
  return LINE * Math.ceil(bytes / LINE);
}

/** Leaves that a tree can have at most. */
function mostLeaves({ maxDepth, maxLeaves }: BoostingOptions, positions: number): number {
  const byDepth = maxDepth === 0 ? Number.POSITIVE_INFINITY : 2 ** maxDepth;
  const byCount = maxLeaves === 0 ? Number.POSITIVE_INFINITY : maxLeaves;
  return Math.max(2, Math.min(byDepth, byCount, positions));
}
