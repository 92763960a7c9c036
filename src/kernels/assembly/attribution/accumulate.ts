/** ENGINE's accumulate kernel where a row's sums are few registers: adds what the units' tables hold for the rows' states. */
import { Job } from './job';
import { PLACES } from './places';

/**
 * Adds a block's vectors in all units to its sums, [row][player]. The description of units has for each u32 bytes between states
 * of its second byte (findPlaces), then for each u32 bytes from `tables` to its table, [state][player].
 */
export function accumulateRows(job: Job, sums: usize, rows: usize): void {
  if (job.width == 1) accumulateOne(job, sums, rows);
  else if (job.width == 2) accumulateTwo(job, sums, rows);
  else accumulateThree(job, sums, rows);
}

/** accumulate with a width that is known at compile time. */
function accumulateOne(job: Job, sums: usize, rows: usize): void {
  accumulate(1, job, sums, rows);
}

function accumulateTwo(job: Job, sums: usize, rows: usize): void {
  accumulate(2, job, sums, rows);
}

function accumulateThree(job: Job, sums: usize, rows: usize): void {
  accumulate(3, job, sums, rows);
}

/** Looks up all rows' vectors of `width` registers in four units' tables at a time. */
// @ts-ignore: decorator
@inline
function accumulate(width: i32, job: Job, sums: usize, rows: usize): void {
  const tables = <usize>job.tables;
  let places = <usize>job.places;
  let unit = <usize>job.vectors + 4 * <usize>job.units;
  const end = unit + 4 * <usize>job.units;
  for (; unit + 16 <= end; unit += 16, places += 4 * PLACES) {
    const t = tables + <usize>load<u32>(unit);
    const u = tables + <usize>load<u32>(unit, 4);
    const v = tables + <usize>load<u32>(unit, 8);
    addFour(width, places, t, u, v, tables + <usize>load<u32>(unit, 12), sums, rows);
  }
  for (; unit < end; unit += 4, places += PLACES) addOne(width, places, tables + <usize>load<u32>(unit), sums, rows);
}

/** Adds the vectors of all rows in four units to their sums. */
// @ts-ignore: decorator
@inline
function addFour(width: i32, places: usize, t: usize, u: usize, v: usize, w: usize, sums: usize, rows: usize): void {
  for (const end = places + 2 * rows; places < end; places += 4, sums += 32 * width) {
    addRow(width, places, t, u, v, w, sums);
    addRow(width, places + 2, t, u, v, w, sums + 16 * width);
  }
}

// @ts-ignore: decorator
@inline
function addRow(width: i32, places: usize, t: usize, u: usize, v: usize, w: usize, sums: usize): void {
  const a = t + <usize>load<u16>(places);
  const b = u + <usize>load<u16>(places + PLACES);
  const c = v + <usize>load<u16>(places + 2 * PLACES);
  const d = w + <usize>load<u16>(places + 3 * PLACES);
  addRegisters(a, b, c, d, sums);
  if (width > 1) addRegisters(a + 16, b + 16, c + 16, d + 16, sums + 16);
  if (width > 2) addRegisters(a + 32, b + 32, c + 32, d + 32, sums + 32);
}

// @ts-ignore: decorator
@inline
function addRegisters(a: usize, b: usize, c: usize, d: usize, sums: usize): void {
  const first = f32x4.add(v128.load(a), v128.load(b));
  const second = f32x4.add(v128.load(c), v128.load(d));
  addRegister(sums, f32x4.add(first, second));
}

/** Adds the vectors of all rows in a unit to their sums. */
// @ts-ignore: decorator
@inline
function addOne(width: i32, places: usize, table: usize, sums: usize, rows: usize): void {
  for (const end = places + 2 * rows; places < end; places += 2, sums += 16 * width) {
    const from = table + <usize>load<u16>(places);
    addRegister(sums, v128.load(from));
    if (width > 1) addRegister(sums + 16, v128.load(from, 16));
    if (width > 2) addRegister(sums + 32, v128.load(from, 32));
  }
}

// @ts-ignore: decorator
@inline
function addRegister(to: usize, sum: v128): void {
  v128.store(to, f32x4.add(v128.load(to), sum));
}

/** Adds so many bytes of float32 to twice as many of float64, and zeros them. */
export function widenSums(from: usize, to: usize, bytes: usize): void {
  const zero = f32x4.splat(0);
  for (const end = from + bytes; from < end; from += 16) {
    const sums = v128.load(from);
    v128.store(to, f64x2.add(v128.load(to), f64x2.promote_low_f32x4(sums)));
    const upper = v128.shuffle<i64>(sums, sums, 1, 0);
    v128.store(to, f64x2.add(v128.load(to, 16), f64x2.promote_low_f32x4(upper)), 16);
    v128.store(from, zero);
    to += 32;
  }
}

/** Writes so many bytes of float32 to twice as many of float64, and zeros them. */
export function widenFirst(from: usize, to: usize, bytes: usize): void {
  const zero = f32x4.splat(0);
  for (const end = from + bytes; from < end; from += 16) {
    const sums = v128.load(from);
    v128.store(to, f64x2.promote_low_f32x4(sums));
    v128.store(to, f64x2.promote_low_f32x4(v128.shuffle<i64>(sums, sums, 1, 0)), 16);
    v128.store(from, zero);
    to += 32;
  }
}
