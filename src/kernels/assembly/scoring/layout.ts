/** AssemblyScript: the memory of the scoring kernel, which src/ensemble/scoring/memory.ts writes. */

/** Rows of a block. */
export const ROWS: usize = 512;
/** Bytes of a plane, and of the quarter that a register holds. */
export const PLANE: usize = 64;
export const QUARTER: usize = 16;
/** Rows of a quarter. */
export const QUARTER_ROWS: usize = 128;
/** Bytes of a tree's leaves in a batch whose trees have at most 64 leaves, and in one of at most 256. */
export const NARROW_LEAVES: usize = 256;
export const WIDE_LEAVES: usize = 1024;
/** Batch.kind: up to 64 leaves is 0. */
export const WIDE: u32 = 1;
export const WALK: u32 = 2;
/** Tree.method: 0 to 7 is selection, of that depth. */
export const REACHING: u32 = 8;

/** Fixed places, so that addresses within them are constants of the code: leaves of a batch of up to 16 trees, */
export const LEAVES: usize = 16384;
/** leaf numbers [tree of batch][row], in bytes (times four where a tree has at most 64 leaves), */
export const INDEX: usize = 32768;
/** planes of the bits of one tree's leaf numbers or of one column's codes [16], */
export const BITS: usize = 40960;
/** planes of comparisons of the lower four bits of one column's codes [16], */
export const LOW: usize = 41984;
/** and planes of the rows that reach a node [511]. */
export const REACH: usize = 43008;

/** A column; addresses in bytes. src/ensemble/scoring/memory.ts writes it. */
@unmanaged
export class Column {
  /** number of distinct thresholds; 0 for a column that no tree tests */
  cuts: u32;
  /** thresholds ascending, followed by `window` and three more times NaN */
  thresholds: u32;
  /** u16 [bucket] thresholds below the bucket */
  starts: u32;
  /** values are put in buckets by their bits: ((bits in their order) >> shift) - first, from 0 to last */
  shift: u32;
  first: i32;
  last: i32;
  /** most thresholds in a bucket */
  window: u32;
  /** bits of a code */
  bits: u32;
  /** planes [threshold] of "below the threshold, or missing" */
  planes: u32;
  /** codes of the block [row], low bytes, then high bytes */
  codes: u32;
}

/** What a block is scored by; addresses in bytes. */
@unmanaged
export class Job {
  /** values [row][column] of the block, and its rows */
  values: u32;
  rows: u32;
  /** Column records, and their number */
  columns: u32;
  columnCount: u32;
  /** margins [row][class], and the number of classes */
  margins: u32;
  classes: u32;
  /** Tree records, Batch records, and the number of these */
  trees: u32;
  batches: u32;
  batchCount: u32;
  /** addresses of the planes that trees look at: where nothing is missing, and where something is */
  complete: u32;
  missing: u32;
  /** from a column's planes to those of "below the threshold" where missing values are above all */
  rightPlanes: u32;
}

/** A tree; `nodes`, in bytes, is a place in Job.complete and Job.missing, the others are addresses. */
@unmanaged
export class Tree {
  method: u32;
  nodes: u32;
  /** reach: parents and lists, walk: nodes */
  structure: u32;
  leaves: u32;
  /** bits of a leaf number */
  bits: u32;
  /** reach: number of splits */
  splits: u32;
}

/** Consecutive trees of one class that are added alike. */
@unmanaged
export class Batch {
  /** 0, WIDE or WALK */
  kind: u32;
  classOf: u32;
  /** the first tree, and their number: 16, 8, 4, 2 or 1 */
  first: u32;
  count: u32;
  /** 1 where rows have the leaf numbers of the batch before */
  repeats: u32;
}
