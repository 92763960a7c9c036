/** ENGINE's accumulate kernel: adds what the units' tables hold for the rows' states. */
import { Job, LANES } from './job';

/** accumulate with a width that is known at compile time in every branch. */
export function accumulateAll(job: Job, sums: usize): void {
  const width = <i32>job.width;
  if (width == 1) accumulate(1, job, sums);
  else if (width == 2) accumulate(2, job, sums);
  else if (width == 3) accumulate(3, job, sums);
  else if (width == 4) accumulate(4, job, sums);
  else if (width == 5) accumulate(5, job, sums);
  else accumulate(6, job, sums);
}

/**
 * Looks up 64 rows' vectors of `width` registers in every unit's table, and adds each row's total to its sums. Two rows
 * at a time: their sums do not wait for each other, and a unit's description is read once for both.
 */
@inline
function accumulate(width: i32, job: Job, sums: usize): void {
  const bytes = <usize>width * 16;
  const step: usize = 12 + 4 * <usize>width;
  const states = <usize>job.states;
  const tables = <usize>job.tables;
  const vectors = <usize>job.vectors;
  const end = vectors + <usize>job.units * step;
  const paired = end - <usize>job.paired * step;
  for (let row: usize = 0; row < LANES; row += 2) {
    let a = f32x4.splat(0);
    let a2 = a;
    let b = a;
    let b2 = a;
    let c = a;
    let c2 = a;
    let d = a;
    let d2 = a;
    let e = a;
    let e2 = a;
    let f = a;
    let f2 = a;
    let state = states + row;
    let unit = vectors;
    for (; unit < paired; unit += step) {
      const table = tables + <usize>load<u32>(unit);
      const from = table + <usize>load<u8>(state) * bytes;
      const from2 = table + <usize>load<u8>(state, 1) * bytes;
      state += LANES;
      a = f32x4.add(a, v128.load(from));
      a2 = f32x4.add(a2, v128.load(from2));
      if (width > 1) b = f32x4.add(b, v128.load(from, 16));
      if (width > 1) b2 = f32x4.add(b2, v128.load(from2, 16));
      if (width > 2) c = f32x4.add(c, v128.load(from, 32));
      if (width > 2) c2 = f32x4.add(c2, v128.load(from2, 32));
      if (width > 3) d = f32x4.add(d, v128.load(from, 48));
      if (width > 3) d2 = f32x4.add(d2, v128.load(from2, 48));
      if (width > 4) e = f32x4.add(e, v128.load(from, 64));
      if (width > 4) e2 = f32x4.add(e2, v128.load(from2, 64));
      if (width > 5) f = f32x4.add(f, v128.load(from, 80));
      if (width > 5) f2 = f32x4.add(f2, v128.load(from2, 80));
    }
    for (; unit < end; unit += step) {
      const table = tables + <usize>load<u32>(unit);
      const second = <usize>load<u32>(unit, 4);
      const from = table + <usize>load<u8>(state) * bytes + <usize>load<u8>(state, LANES) * second;
      const from2 = table + <usize>load<u8>(state, 1) * bytes + <usize>load<u8>(state, LANES + 1) * second;
      state += 2 * LANES;
      a = f32x4.add(a, v128.load(from));
      a2 = f32x4.add(a2, v128.load(from2));
      if (width > 1) b = f32x4.add(b, v128.load(from, 16));
      if (width > 1) b2 = f32x4.add(b2, v128.load(from2, 16));
      if (width > 2) c = f32x4.add(c, v128.load(from, 32));
      if (width > 2) c2 = f32x4.add(c2, v128.load(from2, 32));
      if (width > 3) d = f32x4.add(d, v128.load(from, 48));
      if (width > 3) d2 = f32x4.add(d2, v128.load(from2, 48));
      if (width > 4) e = f32x4.add(e, v128.load(from, 64));
      if (width > 4) e2 = f32x4.add(e2, v128.load(from2, 64));
      if (width > 5) f = f32x4.add(f, v128.load(from, 80));
      if (width > 5) f2 = f32x4.add(f2, v128.load(from2, 80));
    }
    const to = sums + row * bytes;
    addRegister(to, a);
    addRegister(to + bytes, a2);
    if (width > 1) addRegister(to + 16, b);
    if (width > 1) addRegister(to + 16 + bytes, b2);
    if (width > 2) addRegister(to + 32, c);
    if (width > 2) addRegister(to + 32 + bytes, c2);
    if (width > 3) addRegister(to + 48, d);
    if (width > 3) addRegister(to + 48 + bytes, d2);
    if (width > 4) addRegister(to + 64, e);
    if (width > 4) addRegister(to + 64 + bytes, e2);
    if (width > 5) addRegister(to + 80, f);
    if (width > 5) addRegister(to + 80 + bytes, f2);
  }
}

@inline
function addRegister(to: usize, sum: v128): void {
  v128.store(to, f32x4.add(v128.load(to), sum));
}

/** Where 64 rows' vectors of `bytes` lie in a table whose states have one byte, or two, `second` bytes apart by the second. */
export function findVectors(state: usize, bytes: usize, second: usize, offsets: usize): void {
  const last = state + LANES;
  if (second == 0) {
    for (; state < last; state++, offsets += 4) store<u32>(offsets, <u32>(<usize>load<u8>(state) * bytes));
  } else {
    for (; state < last; state++, offsets += 4) {
      store<u32>(offsets, <u32>(<usize>load<u8>(state) * bytes + <usize>load<u8>(state, LANES) * second));
    }
  }
}

/** Adds up to four groups of 64 rows' vectors, which lie at their offsets in a unit's table, to sums of `bytes` a row. */
export function addGroups(
  count: i32,
  offsets: usize,
  table: usize,
  groups: usize,
  sums: usize,
  bytes: usize,
): void {
  const last = offsets + 4 * LANES;
  const a = sums + <usize>load<u32>(groups);
  const b = sums + <usize>load<u32>(groups, 4) - a;
  const c = sums + <usize>load<u32>(groups, 8) - a;
  const d = sums + <usize>load<u32>(groups, 12) - a;
  let to = a;
  if (count == 4) {
    for (; offsets < last; offsets += 4, to += bytes) {
      const from = table + <usize>load<u32>(offsets);
      v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
      v128.store(to + b, f32x4.add(v128.load(to + b), v128.load(from, 16)));
      v128.store(to + c, f32x4.add(v128.load(to + c), v128.load(from, 32)));
      v128.store(to + d, f32x4.add(v128.load(to + d), v128.load(from, 48)));
    }
  } else if (count == 3) {
    for (; offsets < last; offsets += 4, to += bytes) {
      const from = table + <usize>load<u32>(offsets);
      v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
      v128.store(to + b, f32x4.add(v128.load(to + b), v128.load(from, 16)));
      v128.store(to + c, f32x4.add(v128.load(to + c), v128.load(from, 32)));
    }
  } else if (count == 2) {
    for (; offsets < last; offsets += 4, to += bytes) {
      const from = table + <usize>load<u32>(offsets);
      v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
      v128.store(to + b, f32x4.add(v128.load(to + b), v128.load(from, 16)));
    }
  } else {
    for (; offsets < last; offsets += 4, to += bytes) {
      const from = table + <usize>load<u32>(offsets);
      v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
    }
  }
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

/** Adds so many bytes of float32 to others, and zeros them. */
export function moveSums(from: usize, to: usize, bytes: usize): void {
  const zero = f32x4.splat(0);
  for (const end = from + bytes; from < end; from += 16) {
    v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
    v128.store(from, zero);
    to += 16;
  }
}
