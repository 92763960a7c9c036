/** AssemblyScript: comparisons of a block's values with every threshold, as planes. */
import { BITS, Column, Job, LOW, PLANE, QUARTER, QUARTER_ROWS, ROWS } from './layout';
import { transpose } from './transpose';

/** Whether any of so many values is missing; they end in a whole register. */
export function anyMissing(value: usize, count: usize): bool {
  let found = i8x16.splat(0);
  for (const end = value + 4 * count; value < end; value += 16) {
    const x = v128.load(value);
    found = v128.or(found, f32x4.ne(x, x));
  }
  return v128.any_true(found);
}

/**
 * Codes a column: the number of thresholds at or below the value. Those of lower buckets are known, and thresholds of
 * higher buckets lie above the value, so of the ones that follow as many are compared as the fullest bucket has. The
 * code of a missing value is any. Rows are coded by fours, up to three behind the last.
 */
export function codeColumn(column: Column, value: usize, job: Job): void {
  if (column.cuts == 0) return;
  const step = <usize>job.columnCount * 4;
  const starts = <usize>column.starts;
  const thresholds = <usize>column.thresholds;
  const window = column.window;
  const shift = <i32>column.shift;
  const first = i32x4.splat(column.first);
  const last = i32x4.splat(column.last);
  const zero = i32x4.splat(0);
  const magnitude = i32x4.splat(0x7fffffff);
  const high = column.bits > 8;
  let target = <usize>column.codes;
  for (const end = target + <usize>job.rows; target < end; target += 4) {
    let x = v128.load32_zero(value);
    x = v128.load_lane<u32>(value + step, x, 1);
    x = v128.load_lane<u32>(value + 2 * step, x, 2);
    x = v128.load_lane<u32>(value + 3 * step, x, 3);
    value += 4 * step;
    x = f32x4.add(x, zero); // of -0 and 0, which are equal, only 0 stays
    const ordered = v128.xor(x, v128.and(i32x4.shr_s(x, 31), magnitude));
    const bucket = i32x4.sub(i32x4.shr_s(ordered, shift), first);
    const byte = i32x4.shl(i32x4.max_s(zero, i32x4.min_s(last, bucket)), 1);
    const a = countFrom(<u32>load<u16>(starts + i32x4.extract_lane(byte, 0)), thresholds, window, splatLane(x, 0));
    const b = countFrom(<u32>load<u16>(starts + i32x4.extract_lane(byte, 1)), thresholds, window, splatLane(x, 1));
    const c = countFrom(<u32>load<u16>(starts + i32x4.extract_lane(byte, 2)), thresholds, window, splatLane(x, 2));
    const d = countFrom(<u32>load<u16>(starts + i32x4.extract_lane(byte, 3)), thresholds, window, splatLane(x, 3));
    store<u8>(target, a);
    store<u8>(target, b, 1);
    store<u8>(target, c, 2);
    store<u8>(target, d, 3);
    if (!high) continue;
    store<u8>(target, a >> 8, ROWS);
    store<u8>(target, b >> 8, ROWS + 1);
    store<u8>(target, c >> 8, ROWS + 2);
    store<u8>(target, d >> 8, ROWS + 3);
  }
}

/** A value four times. */
@inline
function splatLane(x: v128, lane: i32): v128 {
  if (lane == 0) return v128.shuffle<u32>(x, x, 0, 0, 0, 0);
  if (lane == 1) return v128.shuffle<u32>(x, x, 1, 1, 1, 1);
  if (lane == 2) return v128.shuffle<u32>(x, x, 2, 2, 2, 2);
  return v128.shuffle<u32>(x, x, 3, 3, 3, 3);
}

/** The number of thresholds at or below x, given how many are in lower buckets. */
@inline
function countFrom(below: u32, thresholds: usize, window: u32, x: v128): u32 {
  let at = thresholds + (<usize>below << 2);
  let count = below + popcnt(i32x4.bitmask(f32x4.le(v128.load(at), x)));
  for (let compared: u32 = 4; compared < window; compared += 4) {
    at += 16;
    count += popcnt(i32x4.bitmask(f32x4.le(v128.load(at), x)));
  }
  return count;
}

/** Gives missing values of a column a code. */
export function recodeMissing(column: Column, value: usize, job: Job, code: u32): void {
  if (column.cuts == 0) return;
  const step = <usize>job.columnCount * 4;
  let target = <usize>column.codes;
  for (const end = target + <usize>job.rows; target < end; target++) {
    const x = load<f32>(value);
    value += step;
    if (x == x) continue;
    store<u8>(target, code);
    store<u8>(target, code >> 8, ROWS);
  }
}

/**
 * The planes of "code <= k" for every threshold k, from the codes, for a column's planes or those `offset` bytes behind.
 */
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
  const bits = <usize>column.bits;
  for (let bit: usize = 0; bit < min<usize>(bits, 4); bit++) widen(LOW, 15, <usize>1 << bit, BITS + bit * PLANE);
  widenByNibble(planes, min<usize>(cuts, 255), bits);
  for (let bit: usize = 8; bit < bits; bit++) widen(planes, cuts, <usize>1 << bit, BITS + bit * PLANE);
}

/**
 * From the planes of (lower four bits of the code) <= j to those of (lower eight bits) <= k: with k = 16 h + j, a code is
 * at most k if its upper four bits are below h, or are h and its lower four are at most j.
 */
function widenByNibble(planes: usize, cuts: usize, bits: usize): void {
  const all = i8x16.splat(-1);
  v128.store(LOW + 15 * PLANE, all);
  v128.store(LOW + 15 * PLANE, all, 16);
  v128.store(LOW + 15 * PLANE, all, 32);
  v128.store(LOW + 15 * PLANE, all, 48);
  let below0 = i8x16.splat(0);
  let below1 = below0;
  let below2 = below0;
  let below3 = below0;
  let plane = planes;
  const last = planes + cuts * PLANE;
  for (let upper: usize = 0; plane < last; upper++) {
    let same0 = all;
    let same1 = all;
    let same2 = all;
    let same3 = all;
    for (let bit: usize = 4; bit < min<usize>(bits, 8); bit++) {
      const from = BITS + bit * PLANE;
      const flip = i8x16.splat((upper >> (bit - 4)) & 1 ? 0 : -1);
      same0 = v128.and(same0, v128.xor(v128.load(from), flip));
      same1 = v128.and(same1, v128.xor(v128.load(from, 16), flip));
      same2 = v128.and(same2, v128.xor(v128.load(from, 32), flip));
      same3 = v128.and(same3, v128.xor(v128.load(from, 48), flip));
    }
    let low = LOW;
    for (const end = min<usize>(last, plane + 16 * PLANE); plane < end; plane += PLANE) {
      v128.store(plane, v128.or(below0, v128.and(same0, v128.load(low))));
      v128.store(plane, v128.or(below1, v128.and(same1, v128.load(low, 16))), 16);
      v128.store(plane, v128.or(below2, v128.and(same2, v128.load(low, 32))), 32);
      v128.store(plane, v128.or(below3, v128.and(same3, v128.load(low, 48))), 48);
      low += PLANE;
    }
    below0 = v128.or(below0, same0);
    below1 = v128.or(below1, same1);
    below2 = v128.or(below2, same2);
    below3 = v128.or(below3, same3);
  }
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
