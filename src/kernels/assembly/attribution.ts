/**
 * AssemblyScript, compiled to dist/kernels/attribution.wasm: the inner loops of attribution by look-ups (see
 * src/attribution/lookup-*.ts, which lay out the memory and write the programs). Codes are signed bytes, one column
 * after the other; a row meets a condition iff its code < cut. ENGINE: "Index kernel" and "Accumulate kernel".
 */

/** Rows of one pass: four registers of sixteen byte lanes. */
const LANES: usize = 64;
/** Bytes of a condition: u32 offset of its column's codes, i8 cut, u8 stride (or flip), two unused. */
const CONDITION: usize = 8;
/** What attributeTree works on; addresses in bytes. src/attribution/lookup-memory.ts writes it. */
@unmanaged
class Job {
  codes: u32;
  /** rows, rounded up to whole passes */
  rows: u32;
  /** the tree's program, and the number of its units */
  program: u32;
  units: u32;
  /** scratch for the states of a pass, [unit][lane] */
  states: u32;
  /** per unit: u32 bytes from `tables` to its table, u32 count of groups of players, u32 bytes of each in a row of sums */
  vectors: u32;
  tables: u32;
  /** sums [row][player] in float32, and the registers of a row */
  sums: u32;
  width: u32;
}

/** Adds a tree's vectors, which are of all players, at most 24, to the sums of all rows. */
export function attributeTree(pointer: usize): void {
  const job = changetype<Job>(pointer);
  const units = <usize>job.units;
  const bytes = <usize>job.width * 16;
  const vectors = <usize>job.vectors;
  const step = 8 + 4 * <usize>job.width;
  for (let row: usize = 0; row < <usize>job.rows; row += LANES) {
    findStates(<usize>job.program, units, <usize>job.codes + row, <usize>job.states);
    const sums = <usize>job.sums + row * bytes;
    accumulateAll(<i32>job.width, <usize>job.states, vectors, vectors + units * step, <usize>job.tables, sums);
  }
}

/** Adds a tree's vectors, which are of some groups of four players, to the sums of all rows. */
export function attributeTreeByGroups(pointer: usize): void {
  const job = changetype<Job>(pointer);
  const units = <usize>job.units;
  const bytes = <usize>job.width * 16;
  for (let row: usize = 0; row < <usize>job.rows; row += LANES) {
    findStates(<usize>job.program, units, <usize>job.codes + row, <usize>job.states);
    let vectors = <usize>job.vectors;
    let state = <usize>job.states;
    const sums = <usize>job.sums + row * bytes;
    for (const end = state + units * LANES; state < end; state += LANES) {
      const table = <usize>job.tables + <usize>load<u32>(vectors);
      const groups = <usize>load<u32>(vectors, 4);
      vectors += 8;
      for (let group: usize = 0; group < groups; group += 4) {
        addGroups(<i32>min<usize>(4, groups - group), state, table + group * 16, groups * 16, vectors, sums, bytes);
        vectors += 4 * min<usize>(4, groups - group);
      }
    }
  }
}

/** Adds up to four groups of 64 rows' vectors in a unit, which are `vector` bytes long, to sums of `bytes` a row. */
function addGroups(
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

/**
 * Writes the states of 64 rows in every unit. A unit's program: u32 count of free conditions, u32 count of players on
 * its path, the free conditions; then for each of these players u16 count of inner conditions, u16 count of path
 * conditions, u8 stride, three unused, and both lists. A state is the sum of strides of the free conditions met, and
 * for each path player whose path conditions all hold, of its stride and the strides of its inner conditions met.
 */
function findStates(program: usize, units: usize, codes: usize, states: usize): void {
  let at = program;
  for (let target = states, last = states + units * LANES; target < last; target += LANES) {
    let s0 = i8x16.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    const free = <usize>load<u32>(at) * CONDITION;
    let players = load<u32>(at, 4);
    at += 8;
    for (const end = at + free; at < end; at += CONDITION) {
      const code = codes + <usize>load<u32>(at);
      const cut = v128.load_splat<u8>(at, 4);
      const stride = v128.load_splat<u8>(at, 5);
      s0 = i8x16.add(s0, v128.and(i8x16.gt_s(cut, v128.load(code)), stride));
      s1 = i8x16.add(s1, v128.and(i8x16.gt_s(cut, v128.load(code, 16)), stride));
      s2 = i8x16.add(s2, v128.and(i8x16.gt_s(cut, v128.load(code, 32)), stride));
      s3 = i8x16.add(s3, v128.and(i8x16.gt_s(cut, v128.load(code, 48)), stride));
    }
    for (; players > 0; players--) {
      const inner = <usize>load<u16>(at) * CONDITION;
      const path = <usize>load<u16>(at, 2) * CONDITION;
      let a0 = v128.load_splat<u8>(at, 4);
      let a1 = a0;
      let a2 = a0;
      let a3 = a0;
      at += CONDITION;
      for (const end = at + inner; at < end; at += CONDITION) {
        const code = codes + <usize>load<u32>(at);
        const cut = v128.load_splat<u8>(at, 4);
        const stride = v128.load_splat<u8>(at, 5);
        a0 = i8x16.add(a0, v128.and(i8x16.gt_s(cut, v128.load(code)), stride));
        a1 = i8x16.add(a1, v128.and(i8x16.gt_s(cut, v128.load(code, 16)), stride));
        a2 = i8x16.add(a2, v128.and(i8x16.gt_s(cut, v128.load(code, 32)), stride));
        a3 = i8x16.add(a3, v128.and(i8x16.gt_s(cut, v128.load(code, 48)), stride));
      }
      for (const end = at + path; at < end; at += CONDITION) {
        const code = codes + <usize>load<u32>(at);
        const cut = v128.load_splat<u8>(at, 4);
        const flip = v128.load_splat<u8>(at, 5);
        a0 = v128.and(a0, v128.xor(i8x16.gt_s(cut, v128.load(code)), flip));
        a1 = v128.and(a1, v128.xor(i8x16.gt_s(cut, v128.load(code, 16)), flip));
        a2 = v128.and(a2, v128.xor(i8x16.gt_s(cut, v128.load(code, 32)), flip));
        a3 = v128.and(a3, v128.xor(i8x16.gt_s(cut, v128.load(code, 48)), flip));
      }
      s0 = i8x16.add(s0, a0);
      s1 = i8x16.add(s1, a1);
      s2 = i8x16.add(s2, a2);
      s3 = i8x16.add(s3, a3);
    }
    v128.store(target, s0);
    v128.store(target, s1, 16);
    v128.store(target, s2, 32);
    v128.store(target, s3, 48);
  }
}

/** accumulate with a width that is known at compile time in every branch. */
function accumulateAll(width: i32, states: usize, vectors: usize, end: usize, tables: usize, sums: usize): void {
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

/** What codeColumn works on; addresses in bytes. */
@unmanaged
class Coding {
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
}

/**
 * Codes one column: -127 + the number of thresholds <= value; missing is 127, and -128 in `left`. Returns the number
 * of missing values.
 */
export function codeColumn(pointer: usize): u32 {
  const job = changetype<Coding>(pointer);
  let value = <usize>job.values;
  const cuts = <usize>job.cuts;
  let missing: u32 = 0;
  for (let row: u32 = 0; row < job.rows; row++) {
    const x = load<f32>(value);
    value += <usize>job.step;
    let below: u32 = 0;
    for (let step = job.size >> 1; step > 0; step >>= 1) {
      const next = below + step;
      below = select<u32>(next, below, load<f32>(cuts + 4 * <usize>(next - 1)) <= x);
    }
    const code = <i32>min<u32>(below, job.count) - 127;
    store<u8>(<usize>job.right + <usize>row, select<i32>(127, code, x != x));
    if (job.left != 0) store<u8>(<usize>job.left + <usize>row, select<i32>(-128, code, x != x));
    missing += u32(x != x);
  }
  return missing;
}
