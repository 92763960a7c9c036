/** ENGINE's accumulate kernel: adds what the units' tables hold for the rows' states. */
import { LANES } from './job';

/** accumulate with a width that is known at compile time in every branch. */
export function accumulateAll(width: i32, states: usize, vectors: usize, end: usize, tables: usize, sums: usize): void {
  if (width == 1) accumulate(1, states, vectors, end, tables, sums);
  else if (width == 2) accumulate(2, states, vectors, end, tables, sums);
  else if (width == 3) accumulate(3, states, vectors, end, tables, sums);
  else if (width == 4) accumulate(4, states, vectors, end, tables, sums);
  else if (width == 5) accumulate(5, states, vectors, end, tables, sums);
  else accumulate(6, states, vectors, end, tables, sums);
}

/** Looks up 64 rows' vectors of `width` registers in every unit's table, and adds each row's total to its sums. */
@inline
function accumulate(width: i32, states: usize, vectors: usize, end: usize, tables: usize, sums: usize): void {
  const bytes = <usize>width * 16;
  for (let row: usize = 0; row < LANES; row++) {
    let a = f32x4.splat(0);
    let b = a;
    let c = a;
    let d = a;
    let e = a;
    let f = a;
    let state = states + row;
    for (let unit = vectors; unit < end; unit += 8 + 4 * <usize>width) {
      const from = tables + <usize>load<u32>(unit) + <usize>load<u8>(state) * bytes;
      state += LANES;
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

/** Adds up to four groups of 64 rows' vectors in a unit, which are `vector` bytes long, to sums of `bytes` a row. */
export function addGroups(
  count: i32,
  state: usize,
  table: usize,
  vector: usize,
  groups: usize,
  sums: usize,
  bytes: usize,
): void {
  const last = state + LANES;
  const a = sums + <usize>load<u32>(groups);
  const b = sums + <usize>load<u32>(groups, 4) - a;
  const c = sums + <usize>load<u32>(groups, 8) - a;
  const d = sums + <usize>load<u32>(groups, 12) - a;
  let to = a;
  if (count == 4) {
    for (; state < last; state++, to += bytes) {
      const from = table + <usize>load<u8>(state) * vector;
      v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
      v128.store(to + b, f32x4.add(v128.load(to + b), v128.load(from, 16)));
      v128.store(to + c, f32x4.add(v128.load(to + c), v128.load(from, 32)));
      v128.store(to + d, f32x4.add(v128.load(to + d), v128.load(from, 48)));
    }
  } else if (count == 3) {
    for (; state < last; state++, to += bytes) {
      const from = table + <usize>load<u8>(state) * vector;
      v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
      v128.store(to + b, f32x4.add(v128.load(to + b), v128.load(from, 16)));
      v128.store(to + c, f32x4.add(v128.load(to + c), v128.load(from, 32)));
    }
  } else if (count == 2) {
    for (; state < last; state++, to += bytes) {
      const from = table + <usize>load<u8>(state) * vector;
      v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
      v128.store(to + b, f32x4.add(v128.load(to + b), v128.load(from, 16)));
    }
  } else {
    for (; state < last; state++, to += bytes) {
      const from = table + <usize>load<u8>(state) * vector;
      v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
    }
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
