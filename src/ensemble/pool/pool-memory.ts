import { checkRecords, layOutRecord, writeRecord } from '../../kernels/records.js';
import { borrowKernels } from '../../kernels/wasm.js';
import type { PoolProblem } from './objective.js';

/** Functions of src/kernels/assembly/pool.ts; their argument is the address of a block. */
interface PoolKernels {
  margins(pool: number): void;
  derivatives(pool: number): void;
}

/** The record of the kernels of pools (src/kernels/assembly/pool/job.ts), compared with theirs before the first use. */
export const POOL_RECORDS = {
  pool: layOutRecord({
    rows: 'u32',
    models: 'u32',
    classes: 'u32',
    width: 'u32',
    evidence: 'u32',
    at: 'u32',
    margins: 'u32',
    shares: 'u32',
    weights: 'u32',
    labels: 'u32',
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

/** A block of rows in the kernels' memory, and the sums that blocks are added to. */
export interface PoolMemory {
  readonly kernels: PoolKernels;
  /** address of the block's record, the argument of the kernels */
  readonly job: number;
  /** rows of a block at most */
  readonly blockRows: number;
  readonly at: Float64Array;
  /** [row][class] of the block */
  readonly margins: Float64Array;
  readonly shares: Float64Array;
  /** [row] of the block */
  readonly weights: Float64Array;
  readonly labels: Uint32Array;
  readonly gradient: Float64Array;
  /** [model][width], of which the lower triangle is meant; width is models, rounded up to four */
  readonly curvature: Float64Array;
  /** [class][width] derivatives by bias and weight */
  readonly mixed: Float64Array;
  /** [class][class], of which the lower triangle is meant */
  readonly biases: Float64Array;
  /** says which of the problem's rows are the block; their evidence is there then */
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
export function borrowPoolMemory({ evidence, labels, models, classes }: PoolProblem): PoolMemory {
  const rowBytes = 4 * models * classes;
  const blockRows = Math.max(1, Math.min(labels.length, Math.floor(BLOCK_BYTES / Math.max(1, rowBytes))));
  const resident = evidence.byteLength <= MOST_RESIDENT;
  const width = 4 * Math.ceil(models / 4);
  const few = Math.max(1, Math.floor(PRODUCTS / classes));
  const places = layOut(
    { models, classes, width, few, blockRows },
    resident ? evidence.byteLength : blockRows * rowBytes,
  );
  const { functions: kernels, buffer } = borrowKernels<PoolKernels>('pool', places.used);
  checkRecords(kernels, POOL_RECORDS);
  const views = {
    words: new Uint32Array(buffer),
    floats: new Float32Array(buffer),
    doubles: new Float64Array(buffer),
  };
  const { used: _, job, ...addresses } = places;
  // what is padded must be 0, and the memory holds what the last problem left
  views.doubles.fill(0, FIRST_ADDRESS / 8, places.evidence / 8);
  writeRecord(views, POOL_RECORDS.pool, job, { models, classes, width, few, ...addresses });
  if (resident) views.floats.set(evidence, places.evidence / 4);
  const doubles = (address: number, length: number) =>
    views.doubles.subarray(address / 8, address / 8 + length);
  return {
    kernels,
    job,
    blockRows,
    at: doubles(places.at, models + classes),
    margins: doubles(places.margins, blockRows * classes),
    shares: doubles(places.shares, blockRows * classes),
    weights: doubles(places.weights, blockRows),
    labels: views.words.subarray(places.labels / 4, places.labels / 4 + blockRows),
    gradient: doubles(places.gradient, models + classes),
    curvature: doubles(places.curvature, models * width),
    mixed: doubles(places.mixed, classes * width),
    biases: doubles(places.biases, classes * classes),
    openBlock(first, rows) {
      const from = first * models * classes;
      if (!resident)
        views.floats.set(evidence.subarray(from, from + rows * models * classes), places.evidence / 4);
      const address = resident ? places.evidence + 4 * from : places.evidence;
      writeRecord(views, POOL_RECORDS.pool, job, { rows, evidence: address });
    },
  };
}

interface Sizes {
  readonly models: number;
  readonly classes: number;
  readonly width: number;
  readonly few: number;
  readonly blockRows: number;
}

/** Addresses, the evidence last, because it is the one that is not cleared. */
function layOut({ models, classes, width, few, blockRows }: Sizes, evidenceBytes: number) {
  let used = FIRST_ADDRESS;
  const region = (bytes: number) => {
    const start = used;
    used += 64 * Math.ceil(bytes / 64);
    return start;
  };
  const places = {
    job: region(POOL_RECORDS.pool.bytes),
    at: region(8 * (models + classes)),
    margins: region(8 * blockRows * classes),
    shares: region(8 * blockRows * classes),
    weights: region(8 * blockRows),
    labels: region(4 * blockRows),
    gradient: region(8 * (models + classes)),
    curvature: region(8 * width * width),
    mixed: region(8 * classes * width),
    biases: region(8 * classes * classes),
    mean: region(8 * width),
    centred: region(8 * few * classes * width),
    parts: region(8 * few * classes * width),
    evidence: region(evidenceBytes),
  };
  return { ...places, used };
}
