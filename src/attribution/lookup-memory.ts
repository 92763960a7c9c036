import { loadKernels } from '../kernels/wasm.js';
import type { Cuts } from './cuts.js';
import { CODE_STRIDE, LOOKUP_ROWS } from './lookup-program.js';
import type { LookupPlan, LookupTree } from './lookup-types.js';

/** Functions of src/kernels/assembly/attribution.ts; their argument is the address of a job of 32-bit words. */
interface AttributionKernels {
  /** for rows whose sums fit into registers, and for any */
  attributeTree(job: number): void;
  attributeTreeByGroups(job: number): void;
  /** returns how many values are missing */
  codeColumn(job: number): number;
}

/** The memory that the kernels work in, one per thread and plan: addresses in bytes, and views of all of it. */
export interface LookupMemory {
  readonly kernels: AttributionKernels;
  readonly words: Int32Array;
  readonly floats: Float32Array;
  /** float32 per row of sums */
  readonly width: number;
  readonly job: number;
  readonly coding: number;
  readonly cuts: number;
  readonly program: number;
  readonly states: number;
  readonly vectors: number;
  readonly tables: number;
  readonly codes: number;
  readonly values: number;
  readonly sums: number;
}

/** The compiler keeps what it needs itself below this address. */
const FIRST_ADDRESS = 4096;

/** Memory for blocks of LOOKUP_ROWS rows of `columns` and for any one tree of the plan. */
export function createLookupMemory(lookup: LookupPlan, columns: number, width: number): LookupMemory {
  const trees = lookup.groups.flatMap((group) => group.trees);
  const most = (size: (tree: LookupTree) => number) =>
    trees.reduce((largest, tree) => Math.max(largest, size(tree)), 0);
  let used = FIRST_ADDRESS;
  /** A region that starts on a cache line. */
  const region = (bytes: number) => {
    const start = used;
    used += 64 * Math.ceil(bytes / 64);
    return start;
  };
  const places = {
    job: region(64),
    coding: region(64),
    cuts: region(256 * 4),
    program: region(most((tree) => tree.program.byteLength)),
    states: region(most((tree) => tree.units * 64)),
    vectors: region(most((tree) => tree.vectors.length * 4)),
    tables: region(most((tree) => tree.tables.byteLength)),
    codes: region(2 * columns * CODE_STRIDE),
    values: region(LOOKUP_ROWS * columns * 4),
    sums: region(LOOKUP_ROWS * width * 4),
  };
  const { functions, buffer } = loadKernels<AttributionKernels>('attribution', used);
  return {
    ...places,
    kernels: functions,
    width,
    words: new Int32Array(buffer),
    floats: new Float32Array(buffer),
  };
}

/** Puts a tree where attributeTree finds it, and describes the job for `rows` rows (a multiple of 64). */
export function loadTree(memory: LookupMemory, tree: LookupTree, rows: number): void {
  const { words, floats, width, job } = memory;
  words.set(tree.program, memory.program >> 2);
  floats.set(tree.tables, memory.tables >> 2);
  words.set(tree.vectors, memory.vectors >> 2);
  const { codes, program, states, vectors, tables, sums } = memory;
  words.set([codes, rows, program, tree.units, states, vectors, tables, sums, width / 4], job >> 2);
}

/** Codes a column of the block in `values`; returns how many values are missing. A column without cuts is passed by. */
export function codeGroup(
  memory: LookupMemory,
  cuts: Cuts,
  column: number,
  { rows, columns, missing }: { rows: number; columns: number; missing: number },
): number {
  const count = cuts.start[column + 1] - cuts.start[column];
  if (count === 0) return 0;
  const size = 2 ** Math.ceil(Math.log2(count + 1));
  const at = memory.cuts >> 2;
  memory.floats.fill(Number.POSITIVE_INFINITY, at, at + size);
  memory.floats.set(cuts.values.subarray(cuts.start[column], cuts.start[column + 1]), at);
  const right = memory.codes + column * CODE_STRIDE;
  const left = missing === 1 ? right + columns * CODE_STRIDE : 0;
  const values = memory.values + column * 4;
  memory.words.set([values, columns * 4, rows, memory.cuts, count, size, right, left], memory.coding >> 2);
  return memory.kernels.codeColumn(memory.coding);
}
