import { checkRecords, writeRecord } from '../../kernels/records.js';
import { borrowKernels } from '../../kernels/wasm.js';
import { createBuckets } from './buckets.js';
import type { ScorePlan } from './plan.js';
import { SCORING_PLACES, SCORING_RECORDS } from './records.js';

/** Rows scored together: as many as a plane has bits. */
export const BLOCK_ROWS = SCORING_PLACES.rows;

/** Functions of src/kernels/assembly/scoring.ts; their argument is the address of a job of 32-bit words. */
interface ScoringKernels {
  scoreBlock(job: number): void;
}

/** The memory that the kernels work in: addresses in bytes, and views of all of it. */
export interface ScoreMemory {
  readonly kernels: ScoringKernels;
  readonly words: Int32Array;
  readonly floats: Float32Array;
  readonly job: number;
  /** values [row][column] and margins [row][class] of a block */
  readonly values: number;
  readonly margins: number;
}

const PLANE = SCORING_PLACES.plane;
const REACH = SCORING_PLACES.reach;
/** Bytes of the kernel's own fixed places, which end behind the planes of all nodes of a tree. */
const OWN_BYTES = REACH + 511 * PLANE;

/** Values behind a column's thresholds, besides a bucket's, since four are compared at a time. */
const PADDING = 3;

const KINDS = { narrow: 0, wide: SCORING_PLACES.wide, walk: SCORING_PLACES.walk } as const;

/** Whether this thread has compared its records with the kernels'. */
let checked = false;
/** The plan that this thread loaded last, and where. */
let last: { readonly plan: ScorePlan; readonly memory: ScoreMemory } | null = null;

/** A thread's memory with a plan in it; whatever was there before is lost. O(size of the plan), but for the same once more. */
export function loadPlan(plan: ScorePlan): ScoreMemory {
  if (last?.plan !== plan) {
    last = null;
    last = { plan, memory: load(plan) };
  }
  return last.memory;
}

function load(plan: ScorePlan): ScoreMemory {
  const buckets = bucketsOf(plan);
  let used = OWN_BYTES;
  /** A region that starts on a cache line. */
  const region = (bytes: number) => {
    const start = used;
    used += 64 * Math.ceil(bytes / 64);
    return start;
  };
  const { cuts, columns, classes, trees, batches, nodes, structure, leaves } = plan;
  const padding = buckets.reduce((most, { window }) => Math.max(most, window + PADDING), 0);
  const places = {
    job: region(64),
    columns: region(columns * SCORING_RECORDS.column.bytes),
    trees: region(trees.length * SCORING_RECORDS.tree.bytes),
    batches: region(batches.length * SCORING_RECORDS.batch.bytes),
    complete: region(nodes.length * 4),
    missing: region(nodes.length * 4),
    structure: region(structure.length * 4),
    leaves: region(leaves.length * 4 + 1024),
    thresholds: region((cuts.length + columns * padding) * 4),
    starts: region(buckets.reduce((sum, { starts }) => sum + starts.byteLength, 0)),
    codes: region(columns * 2 * BLOCK_ROWS),
    planes: region(cuts.length * PLANE),
    rightPlanes: region(cuts.length * PLANE),
    values: region(BLOCK_ROWS * columns * 4),
    margins: region(BLOCK_ROWS * classes * 4 + 16),
  };
  const { functions, buffer } = borrowKernels<ScoringKernels>('scoring', used);
  if (!checked) checkRecords(functions, SCORING_RECORDS, SCORING_PLACES);
  checked = true;
  const memory = {
    words: new Int32Array(buffer),
    floats: new Float32Array(buffer),
    doubles: new Float64Array(buffer),
    places,
  };
  writeColumns(plan, buckets, memory, new Uint16Array(buffer));
  writeTrees(plan, memory);
  const { words, floats } = memory;
  const { job, values, margins } = places;
  writeRecord(memory, SCORING_RECORDS.job, job, {
    values,
    rows: 0,
    columns: places.columns,
    columnCount: columns,
    margins,
    classes,
    trees: places.trees,
    batches: places.batches,
    batchCount: batches.length,
    complete: places.complete,
    missing: places.missing,
    rightPlanes: places.rightPlanes - places.planes,
  });
  return { kernels: functions, words, floats, job, values, margins };
}

interface Places {
  readonly columns: number;
  readonly trees: number;
  readonly batches: number;
  readonly complete: number;
  readonly missing: number;
  readonly structure: number;
  readonly leaves: number;
  readonly thresholds: number;
  readonly starts: number;
  readonly codes: number;
  readonly planes: number;
  readonly rightPlanes: number;
}

interface Target {
  readonly words: Int32Array;
  readonly floats: Float32Array;
  readonly doubles: Float64Array;
  readonly places: Places;
}

/** Every column's buckets; of a column without cuts nothing is read. */
function bucketsOf({ columns, cutStart, cuts }: ScorePlan) {
  return Array.from({ length: columns }, (_, column) =>
    cutStart[column] === cutStart[column + 1]
      ? { shift: 0, first: 0, last: 0, starts: new Uint16Array(0), window: 1 }
      : createBuckets(cuts.subarray(cutStart[column], cutStart[column + 1])),
  );
}

function writeColumns(
  { columns, cutStart, cuts }: ScorePlan,
  buckets: ReturnType<typeof bucketsOf>,
  memory: Target,
  halves: Uint16Array,
): void {
  const { floats, places } = memory;
  let { thresholds, starts } = places;
  for (let column = 0; column < columns; column++) {
    const from = cutStart[column];
    const count = cutStart[column + 1] - from;
    const { shift, first, last, starts: ofBuckets, window } = buckets[column];
    floats.set(cuts.subarray(from, from + count), thresholds >> 2);
    floats.fill(Number.NaN, (thresholds >> 2) + count, (thresholds >> 2) + count + window + PADDING);
    halves.set(ofBuckets, starts >> 1);
    const bits = 32 - Math.clz32(count);
    const planes = places.planes + from * PLANE;
    const codes = places.codes + column * 2 * BLOCK_ROWS;
    const record = { cuts: count, thresholds, starts, shift, first, last, window, bits, planes, codes };
    const at = places.columns + column * SCORING_RECORDS.column.bytes;
    writeRecord(memory, SCORING_RECORDS.column, at, record);
    thresholds += 4 * (count + window + PADDING);
    starts += ofBuckets.byteLength;
  }
}

function writeTrees(plan: ScorePlan, memory: Target): void {
  const { words, floats, places } = memory;
  const { trees, batches, nodes, structure, leaves } = plan;
  words.set(structure, places.structure >> 2);
  floats.set(leaves, places.leaves >> 2);
  const apart = places.rightPlanes - places.planes;
  for (let at = 0; at < nodes.length; at++) {
    const complete = places.planes + (nodes[at] >> 1) * PLANE;
    words[(places.complete >> 2) + at] = complete;
    words[(places.missing >> 2) + at] = complete + (nodes[at] & 1) * apart;
  }
  trees.forEach((tree, at) => {
    writeRecord(memory, SCORING_RECORDS.tree, places.trees + at * SCORING_RECORDS.tree.bytes, {
      method: tree.method === 'select' ? tree.depth : SCORING_PLACES.reaching,
      nodes: tree.nodes * 4,
      structure: places.structure + tree.structure * 4,
      leaves: places.leaves + tree.leaves * 4,
      bits: tree.bits,
      splits: tree.splits,
    });
  });
  batches.forEach(({ kind, class: k, first, count, repeats }, at) => {
    writeRecord(memory, SCORING_RECORDS.batch, places.batches + at * SCORING_RECORDS.batch.bytes, {
      kind: KINDS[kind],
      classOf: k,
      first,
      count,
      repeats: repeats ? 1 : 0,
    });
  });
  // all rows reach the root
  words.fill(-1, REACH >> 2, (REACH + PLANE) >> 2);
}
