/**
 * AssemblyScript, compiled to dist/kernels/scoring.wasm: the inner loops of scoring (see src/ensemble/scoring/*.ts, which
 * lay out the memory and write the programs). Rows are bits: a plane has one bit per row of a block, and a tree turns
 * planes of comparisons into planes of leaf numbers with a few operations for 128 rows at once. ENGINE: "Scoring".
 */
import { anyMissing, codeColumn, recodeMissing, sliceColumn } from './scoring/columns';
import {
  Batch,
  BITS,
  Column,
  INDEX,
  Job,
  LEAVES,
  NARROW_LEAVES,
  PLANE,
  QUARTER,
  QUARTER_ROWS,
  REACHING,
  ROWS,
  Tree,
  WALK,
  WIDE,
  WIDE_LEAVES,
} from './scoring/layout';
import { addNarrow, addWide } from './scoring/leaves';
import { reach } from './scoring/reach';
import { selectLeaves } from './scoring/select';
import { transpose } from './scoring/transpose';
import { walk } from './scoring/walk';

/** Scores a block: adds every tree's leaves to its margins. */
export function scoreBlock(pointer: usize): void {
  const job = changetype<Job>(pointer);
  slice(job);
  let nodes = <usize>job.complete;
  if (anyMissing(<usize>job.values, <usize>job.rows * <usize>job.columnCount)) {
    sliceMissing(job);
    nodes = <usize>job.missing;
  }
  let batch = <usize>job.batches;
  for (let at: u32 = 0; at < job.batchCount; at++) {
    addBatch(job, changetype<Batch>(batch), nodes);
    batch += offsetof<Batch>();
  }
}

/** Makes the planes of all columns as if no value were missing. */
function slice(job: Job): void {
  let value = <usize>job.values;
  let column = <usize>job.columns;
  for (let at: u32 = 0; at < job.columnCount; at++) {
    codeColumn(changetype<Column>(column), value, job);
    sliceColumn(changetype<Column>(column), 0);
    column += offsetof<Column>();
    value += 4;
  }
}

/** Makes the planes again, where missing values are below all thresholds, and a second time, where they are above. */
function sliceMissing(job: Job): void {
  let value = <usize>job.values;
  let record = <usize>job.columns;
  for (let at: u32 = 0; at < job.columnCount; at++) {
    const column = changetype<Column>(record);
    recodeMissing(column, value, job, 0);
    sliceColumn(column, 0);
    recodeMissing(column, value, job, column.cuts);
    sliceColumn(column, <usize>job.rightPlanes);
    record += offsetof<Column>();
    value += 4;
  }
}

/** Adds a batch's leaves to the margins of its class. */
function addBatch(job: Job, batch: Batch, nodes: usize): void {
  const tree = <usize>job.trees + <usize>batch.first * offsetof<Tree>();
  const margins = <usize>job.margins + <usize>batch.classOf * 4;
  const step = <usize>job.classes * 4;
  const rows = <usize>job.rows;
  const count = <usize>batch.count;
  if (batch.kind == WALK) {
    for (let at: usize = 0; at < count; at++) walk(changetype<Tree>(tree + at * offsetof<Tree>()), job, margins, step);
    return;
  }
  const wide = batch.kind == WIDE;
  for (let at: usize = 0; at < count; at++) {
    const record = changetype<Tree>(tree + at * offsetof<Tree>());
    copy(<usize>record.leaves, LEAVES + at * (wide ? WIDE_LEAVES : NARROW_LEAVES), <usize>4 << <usize>record.bits);
    if (!batch.repeats) findLeaves(record, nodes, wide ? 0 : 2, INDEX + at * ROWS, rows);
  }
  if (wide) addWide(count, margins, step, rows);
  else addNarrow(count, margins, step, rows);
}

/** Copies whole registers. */
@inline
function copy(from: usize, to: usize, bytes: usize): void {
  for (const end = from + bytes; from < end; from += 16) {
    v128.store(to, v128.load(from));
    to += 16;
  }
}

/** Finds every row's leaf number in a tree: INDEX [row], from the planes of its bits, of which `shift` stay clear. */
function findLeaves(tree: Tree, nodes: usize, shift: usize, index: usize, rows: usize): void {
  const planes = nodes + <usize>tree.nodes;
  const first = BITS + shift * PLANE;
  if (tree.method == REACHING) reach(tree, planes, first);
  else {
    for (let quarter: usize = 0; quarter < rows; quarter += QUARTER_ROWS) {
      selectLeaves(tree.method, planes, quarter / 8, first + quarter / 8);
    }
  }
  clear(BITS, first);
  clear(first + <usize>tree.bits * PLANE, BITS + 8 * PLANE);
  for (let quarter: usize = 0; quarter < rows; quarter += QUARTER_ROWS) {
    transpose(BITS + quarter / 8, PLANE, index + quarter, QUARTER);
  }
}

/** Zeros from one address to another. */
@inline
function clear(from: usize, end: usize): void {
  const zero = i8x16.splat(0);
  for (; from < end; from += 16) v128.store(from, zero);
}

/** Where the records' fields lie, for the library to compare. */
export { column, job, tree, batch, place } from './scoring/records';
