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

/** Looks up 64 rows' vectors of `width` registers in every unit's table, and adds each row's total to its sums. */
@inline
function accumulate(width: i32, job: Job, sums: usize): void {
  const bytes = <usize>width * 16;
  const step: usize = 12 + 4 * <usize>width;
  const states = <usize>job.states;
  const tables = <usize>job.tables;
  const vectors = <usize>job.vectors;
  const end = vectors + <usize>job.units * step;
  const paired = end - <usize>job.paired * step;
  for (let row: usize = 0; row < LANES; row++) {
    let a = f32x4.splat(0);
    let b = a;
    let c = a;
    let d = a;
    let e = a;
    let f = a;
    let state = states + row;
    let unit = vectors;
    for (; unit < paired; unit += step) {
      const from = tables + <usize>load<u32>(unit) + <usize>load<u8>(state) * bytes;
      state += LANES;
      a = f32x4.add(a, v128.load(from));
      if (width > 1) b = f32x4.add(b, v128.load(from, 16));
      if (width > 2) c = f32x4.add(c, v128.load(from, 32));
      if (width > 3) d = f32x4.add(d, v128.load(from, 48));
      if (width > 4) e = f32x4.add(e, v128.load(from, 64));
      if (width > 5) f = f32x4.add(f, v128.load(from, 80));
    }
    for (; unit < end; unit += step) {
      const low = <usize>load<u32>(unit) + <usize>load<u8>(state) * bytes;
      const from = tables + low + <usize>load<u8>(state, LANES) * <usize>load<u32>(unit, 4);
      state += 2 * LANES;
      a = f32x4.add(a, v128.load(from));
      if (width > 1) b = f32x4.add(b, v128.load(from, 16));
      if (width > 2) c = f32x4.add(c, v128.load(from, 32));
      if (width > 3) d = f32x4.add(d, v128.load(from, 48));
      if (width > 4) e = f32x4.add(e, v128.load(from, 64));
      if (width > 5) f = f32x4.add(f, v128.load(from, 80));
    }
    const to = sums + row * bytes;
    v128.store(to, f32x4.add(v128.load(to), a));
    if (width > 1) v128.store(to, f32x4.add(v128.load(to, 16), b), 16);
    if (width > 2) v128.store(to, f32x4.add(v128.load(to, 32), c), 32);
    if (width > 3) v128.store(to, f32x4.add(v128.load(to, 48), d), 48);
    if (width > 4) v128.store(to, f32x4.add(v128.load(to, 64), e), 64);
    if (width > 5) v128.store(to, f32x4.add(v128.load(to, 80), f), 80);
  }
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
