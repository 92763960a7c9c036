import { checkRecords, layOutRecord, writeRecord } from '../../kernels/records.js';
import { borrowKernels } from '../../kernels/wasm.js';
import type { PoolProblem } from './problem.js';

/** Functions of src/kernels/assembly/pool.ts; their argument is the address of a block. */
interface PoolKernels {
  loss(pool: number): number;
  slopes(pool: number): number;
  derivatives(pool: number): number;
}

/** The record of the kernels of pools (src/kernels/assembly/pool/job.ts), compared with theirs before the first use. */
export const POOL_RECORDS = {
  pool: layOutRecord({
    total: 'f64',
    rows: 'u32',
    models: 'u32',
    classes: 'u32',
    width: 'u32',
    evidence: 'u32',
    weights: 'u32',
    labels: 'u32',
    at: 'u32',
    shares: 'u32',
    gradient: 'u32',
    curvature: 'u32',
    mixed: 'u32',
    biases: 'u32',
    mean: 'u32',
    centred: 'u32',
    parts: 'u32',
    few: 'u32',
  }),
} as const;
const POOL = POOL_RECORDS.pool;

/** Blocks of rows in the kernels' memory, and the sums that they are added to. */
export interface PoolMemory {
  readonly kernels: PoolKernels;
  /** address of the block's record, the argument of the kernels */
  readonly job: number;
  /** rows of a block at most */
  readonly blockRows: number;
  readonly at: Float64Array;
  readonly gradient: Float64Array;
  /** [model][width], of which the lower triangle is meant; width is models, rounded up to four */
  readonly curvature: Float64Array;
  /** [class][width] derivatives by bias and weight */
  readonly mixed: Float64Array;
  /** [class][class], of which the lower triangle is meant */
  readonly biases: Float64Array;
  /** says which of the problem's rows are the block */
  openBlock(first: number, rows: number): void;
}

/** The compiler keeps what it needs itself below this address. */
const FIRST_ADDRESS = 4096;
/** Bytes of evidence that stay in the kernels' memory from step to step; of more, blocks are copied in each time. */
const MOST_RESIDENT = 2 ** 26;
/** Bytes of evidence of a block, about, and products that are added at a time: what the nearest caches hold. */
const BLOCK_BYTES = 2 ** 17;
const PRODUCTS = 64;

/** The memory for one problem: the thread's only one, and the caller's only until the next call. */
export function borrowPoolMemory(problem: PoolProblem): PoolMemory {
  const { evidence, models, classes, total } = problem;
  const rows = problem.labels.length;
  const blockRows = Math.max(1, Math.min(rows, Math.floor(BLOCK_BYTES / Math.max(1, 4 * models * classes))));
  const held = evidence.byteLength <= MOST_RESIDENT ? rows : blockRows;
  const width = 4 * Math.ceil(models / 4);
  const few = Math.max(1, Math.floor(PRODUCTS / classes));
  const { used, job, ...places } = layOut({ models, classes, width, few, blockRows, held });
  const { functions: kernels, buffer } = borrowKernels<PoolKernels>('pool', used);
  checkRecords(kernels, POOL_RECORDS);
  const views = {
    words: new Uint32Array(buffer),
    floats: new Float32Array(buffer),
    doubles: new Float64Array(buffer),
  };
  // what is padded must be 0, and the memory holds what the last problem left
  views.doubles.fill(0, FIRST_ADDRESS / 8, places.evidence / 8);
  writeRecord(views, POOL, job, { models, classes, width, few, total, ...places });
  const load = (first: number, count: number) => {
    const cells = models * classes;
    views.floats.set(evidence.subarray(first * cells, (first + count) * cells), places.evidence / 4);
    views.doubles.set(problem.weights.subarray(first, first + count), places.weights / 8);
    views.words.set(problem.labels.subarray(first, first + count), places.labels / 4);
  };
  if (held === rows) load(0, rows);
  const doubles = (address: number, length: number) =>
    views.doubles.subarray(address / 8, address / 8 + length);
  return {
    kernels,
    job,
    blockRows,
    at: doubles(places.at, models + classes),
    gradient: doubles(places.gradient, models + classes),
    curvature: doubles(places.curvature, models * width),
    mixed: doubles(places.mixed, classes * width),
    biases: doubles(places.biases, classes * classes),
    openBlock(first, count) {
      if (held < rows) load(first, count);
      const row = held < rows ? 0 : first;
      writeRecord(views, POOL, job, {
        rows: count,
        evidence: places.evidence + 4 * row * models * classes,
        weights: places.weights + 8 * row,
        labels: places.labels + 4 * row,
      });
    },
  };
}

interface Sizes {
  readonly models: number;
  readonly classes: number;
  readonly width: number;
  readonly few: number;
  readonly blockRows: number;
  /** rows that are in the memory at a time */
  readonly held: number;
}

/** Addresses; what is of the rows comes last, because it is not cleared. */
function layOut({ models, classes, width, few, blockRows, held }: Sizes) {
  let used = FIRST_ADDRESS;
  const region = (bytes: number) => {
    const start = used;
    used += 64 * Math.ceil(bytes / 64);
    return start;
  };
  const places = {
    job: region(POOL.bytes),
    at: region(8 * (models + classes)),
    shares: region(8 * blockRows * classes),
    gradient: region(8 * (models + classes)),
    curvature: region(8 * width * width),
    mixed: region(8 * classes * width),
    biases: region(8 * classes * classes),
    mean: region(8 * width),
    centred: region(8 * few * classes * width),
    parts: region(8 * few * classes * width),
    evidence: region(4 * held * classes * models),
    weights: region(8 * held),
    labels: region(4 * held),
  };
  return { ...places, used };
}
