import { checkRecords } from '../../kernels/records.js';
import { borrowKernels } from '../../kernels/wasm.js';
import type { LookupPlan, LookupTree } from '../lookup-types.js';
import { CODE_STRIDE } from './program.js';
import { BLOCK_ROWS, LOOKUP_PLACES, LOOKUP_RECORDS } from './records.js';
import { rowsOfSums } from './table.js';

/** Functions of src/kernels/assembly/attribution.ts; their argument is the address of a job of 32-bit words. */
interface AttributionKernels {
  /** adds so many trees to the sums of their classes */
  attributeTrees(jobs: number, count: number): void;
  /** adds so many bytes of float32 to float64, or writes them there, and zeros them */
  widenSums(from: number, to: number, bytes: number): void;
  widenFirst(from: number, to: number, bytes: number): void;
  gatherTotals(job: number): void;
  /** so many columns, one record after the other */
  codeColumns(jobs: number, count: number): void;
}

/** The memory that the kernels work in: addresses in bytes, and views of all of it. */
export interface LookupMemory {
  readonly kernels: AttributionKernels;
  readonly words: Int32Array;
  readonly floats: Float32Array;
  readonly doubles: Float64Array;
  /** float32 per row of sums, and whether they lie side by side */
  readonly width: number;
  readonly dense: boolean;
  readonly jobs: number;
  readonly coding: number;
  readonly gathering: number;
  readonly cuts: number;
  readonly program: number;
  readonly states: number;
  readonly places: number;
  readonly spare: number;
  readonly vectors: number;
  readonly joints: number;
  readonly products: number;
  readonly tables: number;
  readonly codes: number;
  readonly values: number;
  readonly sums: number;
  /** as `sums`, in float64 */
  readonly totals: number;
  /** scratch for the totals of some rows as callers have them */
  readonly gathered: number;
}

/** Trees of one pass over the rows at most, and bytes of their tables but for a single one's. */
export const MOST_TREES = 8;
const MOST_TABLE_BYTES = 512 * 2 ** 10;

/** Rows of a pass. */
const PASS_ROWS = LOOKUP_PLACES.lanes;

/** Bytes for the cuts of a column. */
export const CUT_BYTES = 4 * 256;
/** Rows whose totals are gathered at once. */
export const GATHERED_ROWS = 64;

/** The compiler keeps what it needs itself below this address. */
const FIRST_ADDRESS = 4096;

/** Places of a job's fields: it is written for every tree and block, so field by field. */
const JOB = LOOKUP_RECORDS.job.at;

/** Whether this thread has compared its records with the kernels'. */
let checked = false;

/** How much memory is needed. */
export interface MemorySize {
  /** of a block */
  readonly rows: number;
  readonly columns: number;
  /** float32 per row of a class's sums, and whether these lie side by side */
  readonly width: number;
  readonly dense: boolean;
  /** whose sums are in memory at once */
  readonly classes: number;
}

/**
 * Memory for blocks of so many rows of `columns` and for any one tree of the plan: the thread's only one, so that
 * plans and tasks that take turns do not each have theirs, and the caller's only until the next call.
 */
export function borrowLookupMemory(
  lookup: LookupPlan,
  { rows, columns, width, dense, classes }: MemorySize,
): LookupMemory {
  const trees = lookup.groups.flatMap((group) => group.trees);
  const most = (size: (tree: LookupTree) => number) =>
    trees.reduce((largest, tree) => Math.max(largest, size(tree)), 0);
  const values = classes * rowsOfSums(rows, dense) * width;
  let used = FIRST_ADDRESS;
  /** A region that starts on a cache line. */
  const region = (bytes: number) => {
    const start = used;
    used += 64 * Math.ceil(bytes / 64);
    return start;
  };
  const places = {
    jobs: region(MOST_TREES * LOOKUP_RECORDS.job.bytes),
    coding: region(columns * LOOKUP_RECORDS.coding.bytes),
    gathering: region(LOOKUP_RECORDS.gathering.bytes),
    cuts: region(columns * CUT_BYTES),
    program: region(MOST_TREES * most((tree) => tree.program.byteLength)),
    states: region(BLOCK_ROWS * most((tree) => tree.units + tree.paired + tree.factors)),
    places: region(2 * BLOCK_ROWS * most((tree) => tree.units)),
    spare: region(4 * BLOCK_ROWS),
    vectors: region(MOST_TREES * most((tree) => tree.vectors.byteLength)),
    joints: region(MOST_TREES * most((tree) => tree.joints.byteLength)),
    products: region(most((tree) => tree.productBytes * PASS_ROWS)),
    tables: region(
      Math.max(
        MOST_TABLE_BYTES,
        most((tree) => tree.tables.byteLength),
      ),
    ),
    codes: region(2 * columns * CODE_STRIDE),
    values: region(rows * columns * 4),
    sums: region((4 * values) / (dense ? 1 : classes)),
    totals: region(8 * values),
    gathered: region(8 * GATHERED_ROWS * classes * width),
  };
  const { functions, buffer } = borrowKernels<AttributionKernels>('attribution', used);
  if (!checked) checkRecords(functions, LOOKUP_RECORDS, LOOKUP_PLACES);
  checked = true;
  const floats = new Float32Array(buffer);
  floats.fill(0, places.spare >>> 2, (places.spare >>> 2) + BLOCK_ROWS);
  return {
    ...places,
    kernels: functions,
    width,
    dense,
    words: new Int32Array(buffer),
    floats,
    doubles: new Float64Array(buffer),
  };
}

/** How many of the first trees are added up in one pass over the rows: their tables are to stay in the second-level cache. */
export function treesAtOnce(trees: readonly LookupTree[]): number {
  let bytes = 0;
  const end = trees.findIndex((tree, at) => {
    bytes += tree.tables.byteLength;
    return at > 0 && bytes > MOST_TABLE_BYTES;
  });
  return Math.min(MOST_TREES, end < 0 ? trees.length : end);
}

/** Puts as many trees as treesAtOnce says where the kernels find them, to be added to the sums of `rows` rows (64 n). */
export function loadTrees(
  memory: LookupMemory,
  trees: readonly LookupTree[],
  { rows, sumsOf }: { rows: number; sumsOf: (tree: LookupTree) => number },
): void {
  const { words, floats, width, dense } = memory;
  let { program, tables, vectors, joints } = memory;
  for (const [at, tree] of trees.entries()) {
    words.set(tree.program, program >>> 2);
    floats.set(tree.tables, tables >>> 2);
    words.set(tree.vectors, vectors >>> 2);
    words.set(tree.joints, joints >>> 2);
    const job = memory.jobs + at * LOOKUP_RECORDS.job.bytes;
    words[(job + JOB.codes) >>> 2] = memory.codes;
    words[(job + JOB.rows) >>> 2] = rows;
    words[(job + JOB.program) >>> 2] = program;
    words[(job + JOB.units) >>> 2] = tree.units;
    words[(job + JOB.paired) >>> 2] = tree.paired;
    words[(job + JOB.quads) >>> 2] = tree.quads;
    words[(job + JOB.places) >>> 2] = memory.places;
    words[(job + JOB.spare) >>> 2] = memory.spare;
    words[(job + JOB.states) >>> 2] = memory.states;
    // the last tree's states are still there
    words[(job + JOB.found) >>> 2] = Number(at > 0 && trees[at - 1].program === tree.program);
    words[(job + JOB.vectors) >>> 2] = vectors;
    words[(job + JOB.tables) >>> 2] = tables;
    words[(job + JOB.sums) >>> 2] = sumsOf(tree);
    words[(job + JOB.width) >>> 2] = dense ? width / 4 : 0;
    words[(job + JOB.blockBytes) >>> 2] = 4 * BLOCK_ROWS * width;
    words[(job + JOB.rowBytes) >>> 2] = dense ? 4 * width : 4;
    words[(job + JOB.factors) >>> 2] = tree.factors;
    words[(job + JOB.joints) >>> 2] = joints;
    words[(job + JOB.jointsEnd) >>> 2] = joints + tree.joints.byteLength;
    words[(job + JOB.products) >>> 2] = memory.products;
    program += tree.program.byteLength;
    tables += tree.tables.byteLength;
    vectors += tree.vectors.byteLength;
    joints += tree.joints.byteLength;
  }
}
