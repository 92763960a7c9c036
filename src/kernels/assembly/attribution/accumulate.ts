/** ENGINE's accumulate kernel where a row's sums fit into registers: adds what the units' tables hold for the rows' states. */
import { Job, LANES } from './job';
import { UNIT } from './vectors';

/** Adds a pass's vectors in all units to its sums. */
export function accumulateAll(job: Job, sums: usize): void {
  if (job.width == 1) accumulateOne(job, sums);
  else if (job.width == 2) accumulateTwo(job, sums);
  else accumulateThree(job, sums);
}

/** accumulate with a width that is known at compile time. */
function accumulateOne(job: Job, sums: usize): void {
  accumulate(1, job, sums);
}

function accumulateTwo(job: Job, sums: usize): void {
  accumulate(2, job, sums);
}

function accumulateThree(job: Job, sums: usize): void {
  accumulate(3, job, sums);
}

/**
 * Looks up 64 rows' vectors of `width` registers in every unit's table, and adds each row's total to its sums. Two rows
 * at a time: their sums do not wait for each other, and a unit's description is read once for both.
 */
@inline
function accumulate(width: i32, job: Job, sums: usize): void {
  const bytes = <usize>width * 16;
  const states = <usize>job.states;
  const tables = <usize>job.tables;
  const vectors = <usize>job.vectors;
  const end = vectors + <usize>job.units * UNIT;
  const paired = end - <usize>job.paired * UNIT;
  for (let row: usize = 0; row < LANES; row += 2) {
    let a = f32x4.splat(0);
    let a2 = a;
    let b = a;
    let b2 = a;
    let c = a;
    let c2 = a;
    let state = states + row;
    let unit = vectors;
    for (; unit < paired; unit += UNIT) {
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
    }
    for (; unit < end; unit += UNIT) {
      const table = tables + <usize>load<u32>(unit);
      const second = <usize>load<u32>(unit, 4) << 4;
      const from = table + <usize>load<u8>(state) * bytes + <usize>load<u8>(state, LANES) * second;
      const from2 = table + <usize>load<u8>(state, 1) * bytes + <usize>load<u8>(state, LANES + 1) * second;
      state += 2 * LANES;
      a = f32x4.add(a, v128.load(from));
      a2 = f32x4.add(a2, v128.load(from2));
      if (width > 1) b = f32x4.add(b, v128.load(from, 16));
      if (width > 1) b2 = f32x4.add(b2, v128.load(from2, 16));
      if (width > 2) c = f32x4.add(c, v128.load(from, 32));
      if (width > 2) c2 = f32x4.add(c2, v128.load(from2, 32));
    }
    const to = sums + row * bytes;
    addRegister(to, a);
    addRegister(to + bytes, a2);
    if (width > 1) addRegister(to + 16, b);
    if (width > 1) addRegister(to + 16 + bytes, b2);
    if (width > 2) addRegister(to + 32, c);
    if (width > 2) addRegister(to + 32 + bytes, c2);
  }
}

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

/** Adds so many bytes of float32 to others, and zeros them. */
export function moveSums(from: usize, to: usize, bytes: usize): void {
  const zero = f32x4.splat(0);
  for (const end = from + bytes; from < end; from += 16) {
    v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
    v128.store(from, zero);
    to += 16;
  }
}
