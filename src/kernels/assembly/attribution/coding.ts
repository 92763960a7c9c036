/** Codes of values: how many thresholds of the column lie below. */

/** Rows whose columns are coded in turn: they share cache lines, which are to stay in the cache. */
const TILE: u32 = 256;

/** A column, and what is known of it; addresses in bytes. */
@unmanaged
export class Coding {
  /** the column's first value, and bytes from row to row */
  values: u32;
  step: u32;
  rows: u32;
  /** thresholds, ascending, filled up with infinity to one less than a power of two */
  cuts: u32;
  count: u32;
  /** that power of two */
  size: u32;
  /** codes with missing values above all cuts, and below all cuts (0: not wanted) */
  right: u32;
  left: u32;
  /** how many values are missing: codeColumns adds to it */
  missing: u32;
}

/** Codes some columns of as many rows. */
export function codeColumns(pointer: usize, count: usize): void {
  const end = pointer + count * offsetof<Coding>();
  const rows = changetype<Coding>(pointer).rows;
  for (let row: u32 = 0; row < rows; row += TILE) {
    const last = min(rows, row + TILE);
    for (let at = pointer; at < end; at += offsetof<Coding>()) {
      const job = changetype<Coding>(at);
      job.missing += codeRows(job, row, last);
    }
  }
}

/**
 * Codes a column's rows [row, last): -127 + the number of thresholds <= value; missing is 127, and -128 in `left`. Returns the
 * number of missing values.
 */
function codeRows(job: Coding, row: u32, last: u32): u32 {
  const cuts = <usize>job.cuts;
  const step = <usize>job.step;
  const half = <usize>job.size << 1;
  let missing: u32 = 0;
  let value = <usize>job.values + step * <usize>row;
  // four rows at a time: none waits for another's search
  for (; row + 4 <= last; row += 4, value += 4 * step) {
    const a = load<f32>(value);
    const b = load<f32>(value + step);
    const c = load<f32>(value + 2 * step);
    const d = load<f32>(value + 3 * step);
    let belowA = cuts - 4;
    let belowB = belowA;
    let belowC = belowA;
    let belowD = belowA;
    for (let bytes = half; bytes > 2; bytes >>= 1) {
      belowA = advance(belowA, bytes, a);
      belowB = advance(belowB, bytes, b);
      belowC = advance(belowC, bytes, c);
      belowD = advance(belowD, bytes, d);
    }
    missing += storeCode(job, row, belowA, a);
    missing += storeCode(job, row + 1, belowB, b);
    missing += storeCode(job, row + 2, belowC, c);
    missing += storeCode(job, row + 3, belowD, d);
  }
  for (; row < last; row++, value += step) {
    const x = load<f32>(value);
    let below = cuts - 4;
    for (let bytes = half; bytes > 2; bytes >>= 1) below = advance(below, bytes, x);
    missing += storeCode(job, row, below, x);
  }
  return missing;
}

/** So many bytes on, if the cut there is at most x. */
// @ts-ignore: decorator
@inline
function advance(below: usize, bytes: usize, x: f32): usize {
  const next = below + bytes;
  return select<usize>(next, below, load<f32>(next) <= x);
}

/** Writes a row's code, from the address of the last cut that is at most its value; returns 1 where it is missing. */
// @ts-ignore: decorator
@inline
function storeCode(job: Coding, row: u32, below: usize, x: f32): u32 {
  const count = <u32>(below + 4 - <usize>job.cuts) >> 2;
  const code = <i32>min<u32>(count, job.count) - 127;
  store<u8>(<usize>job.right + <usize>row, select<i32>(127, code, x != x));
  if (job.left != 0) store<u8>(<usize>job.left + <usize>row, select<i32>(-128, code, x != x));
  return u32(x != x);
}
