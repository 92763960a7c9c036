/** AssemblyScript: comparisons of a block's values with every threshold, as planes. */
import { BITS, Column, Job, PLANE, QUARTER, QUARTER_ROWS, ROWS } from './layout';
import { transpose } from './transpose';

/** Codes a column: the number of thresholds at or below the value, 0 for a missing one. Returns how many are missing. */
export function codeColumn(column: Column, value: usize, job: Job): u32 {
  if (column.cuts == 0) return 0;
  const step = <usize>job.columnCount * 4;
  const starts = <usize>column.starts;
  const thresholds = <usize>column.thresholds;
  let target = <usize>column.codes;
  let missing: u32 = 0;
  for (const end = target + <usize>job.rows; target < end; target++) {
    const x = load<f32>(value) + 0; // of -0 and 0, which are equal, only 0 stays
    value += step;
    const bits = reinterpret<i32>(x);
    const ordered = bits ^ ((bits >> 31) & 0x7fffffff);
    const bucket = max<i32>(0, min<i32>(column.last, (ordered >> <i32>column.shift) - column.first));
    let code = <u32>load<u16>(starts + (<usize>bucket << 1));
    for (let half = column.window >> 1; half > 0; half >>= 1) {
      const next = code + half;
      code = select<u32>(next, code, load<f32>(thresholds + (<usize>next << 2) - 4) <= x);
    }
    const absent = u32(x != x);
    code = select<u32>(0, code, absent);
    missing += absent;
    store<u8>(target, code);
    store<u8>(target, code >> 8, ROWS);
  }
  return missing;
}

/** Recodes missing values as above all thresholds, and makes the planes of the columns anew beside the others. */
export function sliceRight(job: Job, columns: usize, end: usize): void {
  let first = <usize>job.values;
  const step = <usize>job.columnCount * 4;
  for (let at = columns; at < end; at += offsetof<Column>()) {
    const column = changetype<Column>(at);
    let value = first;
    first += 4;
    if (column.cuts == 0) continue;
    let target = <usize>column.codes;
    for (const last = target + <usize>job.rows; target < last; target++) {
      const x = load<f32>(value);
      value += step;
      if (x == x) continue;
      store<u8>(target, column.cuts);
      store<u8>(target, column.cuts >> 8, ROWS);
    }
    sliceColumn(column, <usize>job.rightPlanes);
  }
}

/** The planes of "code <= k" for every threshold k, from the codes. */
export function sliceColumn(column: Column, offset: usize): void {
  const cuts = <usize>column.cuts;
  if (cuts == 0) return;
  for (let rows: usize = 0; rows < ROWS; rows += QUARTER_ROWS) {
    transpose(<usize>column.codes + rows, QUARTER, BITS + rows / 8, PLANE);
    if (column.bits > 8) {
      transpose(<usize>column.codes + ROWS + rows, QUARTER, BITS + 8 * PLANE + rows / 8, PLANE);
    }
  }
  const planes = <usize>column.planes + offset;
  for (let bit: usize = 0; bit < <usize>column.bits; bit++) widen(planes, cuts, <usize>1 << bit, BITS + bit * PLANE);
}

/**
 * From the planes of (lower bits of the code) <= k for k < half - 1 to those of one bit more, for k < min(2 half - 1,
 * cuts): with the bit clear a code is <= half - 1 + k' for any k', and with it set never <= a smaller k.
 */
function widen(planes: usize, cuts: usize, half: usize, bit: usize): void {
  const b0 = v128.not(v128.load(bit));
  const b1 = v128.not(v128.load(bit, 16));
  const b2 = v128.not(v128.load(bit, 32));
  const b3 = v128.not(v128.load(bit, 48));
  const middle = planes + (half - 1) * PLANE;
  const end = planes + min<usize>(2 * half - 1, cuts) * PLANE;
  let lower = planes;
  for (let upper = middle + PLANE; upper < end; upper += PLANE) {
    const p0 = v128.load(lower);
    const p1 = v128.load(lower, 16);
    const p2 = v128.load(lower, 32);
    const p3 = v128.load(lower, 48);
    v128.store(upper, v128.or(p0, b0));
    v128.store(upper, v128.or(p1, b1), 16);
    v128.store(upper, v128.or(p2, b2), 32);
    v128.store(upper, v128.or(p3, b3), 48);
    v128.store(lower, v128.and(p0, b0));
    v128.store(lower, v128.and(p1, b1), 16);
    v128.store(lower, v128.and(p2, b2), 32);
    v128.store(lower, v128.and(p3, b3), 48);
    lower += PLANE;
  }
  for (; lower < middle; lower += PLANE) {
    v128.store(lower, v128.and(v128.load(lower), b0));
    v128.store(lower, v128.and(v128.load(lower, 16), b1), 16);
    v128.store(lower, v128.and(v128.load(lower, 32), b2), 32);
    v128.store(lower, v128.and(v128.load(lower, 48), b3), 48);
  }
  v128.store(middle, b0);
  v128.store(middle, b1, 16);
  v128.store(middle, b2, 32);
  v128.store(middle, b3, 48);
}
