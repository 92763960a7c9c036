/**
 * ENGINE's accumulate kernel where a row has too many players for registers: a unit's vectors are of its own players, four to a
 * register, and units have registers of the same four (`quads`, src/attribution/lookup/quads.ts). What they hold for a row is
 * added up; sums lie player by player, so that four rows' totals, turned round, are added to four players' sums.
 */
import { Job } from './job';

/** Bytes of what a quad's description has of a unit, and from its beginning to the first. */
const REF: usize = 8;
const REFS: usize = 20;
/** Where the sums of an unused lane would be. */
const UNUSED: u32 = u32.MAX_VALUE;

/**
 * Adds a block's vectors to its sums, [player][row]. The description of units has for each u32 bytes between states of its
 * second byte (findPlaces), then for each quad u32 bytes to the sums of its four players (UNUSED: none), u32 count of units, one
 * to four, and for each of these u32 bytes from `places` to its places, u32 bytes from `tables` to the register's table.
 */
export function accumulateQuads(job: Job, sums: usize, rows: usize): void {
  let quad = <usize>job.vectors + 4 * <usize>job.units;
  const tables = <usize>job.tables;
  const places = <usize>job.places;
  const spare = <usize>job.spare;
  const end: usize = 2 * rows;
  for (let left = job.quads; left > 0; left--) {
    const refs = load<u32>(quad, 16);
    const a = sumsOf(load<u32>(quad), sums, spare);
    const b = sumsOf(load<u32>(quad, 4), sums, spare);
    const c = sumsOf(load<u32>(quad, 8), sums, spare);
    const d = sumsOf(load<u32>(quad, 12), sums, spare);
    const p = places + <usize>load<u32>(quad, REFS);
    const t = tables + <usize>load<u32>(quad, REFS + 4);
    quad += REFS + REF;
    if (refs == 1) {
      addOne(end, a, b, c, d, p, t);
      continue;
    }
    const q = places + <usize>load<u32>(quad);
    const u = tables + <usize>load<u32>(quad, 4);
    quad += REF;
    if (refs == 2) {
      addTwo(end, a, b, c, d, p, t, q, u);
      continue;
    }
    const r = places + <usize>load<u32>(quad);
    const v = tables + <usize>load<u32>(quad, 4);
    quad += REF;
    if (refs == 3) {
      addThree(end, a, b, c, d, p, t, q, u, r, v);
      continue;
    }
    const s = places + <usize>load<u32>(quad);
    addFour(end, a, b, c, d, p, t, q, u, r, v, s, tables + <usize>load<u32>(quad, 4));
    quad += REF;
  }
}

/** Where a lane's sums are; those of an unused lane are zeros to which zeros are added. */
// @ts-ignore: decorator
@inline
function sumsOf(lane: u32, sums: usize, spare: usize): usize {
  return lane == UNUSED ? spare : sums + <usize>lane;
}

// addRefs with a number of units that is known at compile time. Addresses are parameters: what can be computed again in the loop,
// the compiler does compute again, because it has few registers.

/** Adds a register of one unit, whose places lie at p and whose table lies at t, to the sums at a, b, c, d. */
function addOne(
  end: usize, a: usize, b: usize, c: usize, d: usize, p: usize, t: usize,
): void {
  addRefs(1, end, a, b, c, d, p, t, p, t, p, t, p, t);
}

/** The same of two units. */
function addTwo(
  end: usize, a: usize, b: usize, c: usize, d: usize, p: usize, t: usize, q: usize, u: usize,
): void {
  addRefs(2, end, a, b, c, d, p, t, q, u, p, t, p, t);
}

/** The same of three. */
function addThree(
  end: usize, a: usize, b: usize, c: usize, d: usize, p: usize, t: usize, q: usize, u: usize, r: usize, v: usize,
): void {
  addRefs(3, end, a, b, c, d, p, t, q, u, r, v, p, t);
}

/** The same of four. */
function addFour(
  end: usize, a: usize, b: usize, c: usize, d: usize,
  p: usize, t: usize, q: usize, u: usize, r: usize, v: usize, s: usize, w: usize,
): void {
  addRefs(4, end, a, b, c, d, p, t, q, u, r, v, s, w);
}

/** Adds registers of so many units to four players' sums, until the places end; sixteen rows in turn. */
// @ts-ignore: decorator
@inline
function addRefs(
  refs: i32, end: usize, a: usize, b: usize, c: usize, d: usize,
  p: usize, t: usize, q: usize, u: usize, r: usize, v: usize, s: usize, w: usize,
): void {
  for (let at: usize = 0; at < end; at += 32) {
    const pp = p + at;
    const qq = refs > 1 ? q + at : pp;
    const rr = refs > 2 ? r + at : pp;
    const ss = refs > 3 ? s + at : pp;
    const aa = a + at + at;
    const bb = b + at + at;
    const cc = c + at + at;
    const dd = d + at + at;
    addRows(refs, 0, aa, bb, cc, dd, pp, t, qq, u, rr, v, ss, w);
    addRows(refs, 1, aa, bb, cc, dd, pp, t, qq, u, rr, v, ss, w);
    addRows(refs, 2, aa, bb, cc, dd, pp, t, qq, u, rr, v, ss, w);
    addRows(refs, 3, aa, bb, cc, dd, pp, t, qq, u, rr, v, ss, w);
  }
}

/** Adds up the units' registers of four rows, turns them round, and adds them; all sums are read before any is written. */
// @ts-ignore: decorator
@inline
function addRows(
  refs: i32, group: usize, a: usize, b: usize, c: usize, d: usize,
  p: usize, t: usize, q: usize, u: usize, r: usize, v: usize, s: usize, w: usize,
): void {
  const place: usize = 8 * group;
  const sum: usize = 16 * group;
  let first = v128.load(t + <usize>load<u16>(p + place));
  let second = v128.load(t + <usize>load<u16>(p + place + 2));
  let third = v128.load(t + <usize>load<u16>(p + place + 4));
  let fourth = v128.load(t + <usize>load<u16>(p + place + 6));
  if (refs > 1) {
    first = f32x4.add(first, v128.load(u + <usize>load<u16>(q + place)));
    second = f32x4.add(second, v128.load(u + <usize>load<u16>(q + place + 2)));
    third = f32x4.add(third, v128.load(u + <usize>load<u16>(q + place + 4)));
    fourth = f32x4.add(fourth, v128.load(u + <usize>load<u16>(q + place + 6)));
  }
  if (refs > 2) {
    first = f32x4.add(first, v128.load(v + <usize>load<u16>(r + place)));
    second = f32x4.add(second, v128.load(v + <usize>load<u16>(r + place + 2)));
    third = f32x4.add(third, v128.load(v + <usize>load<u16>(r + place + 4)));
    fourth = f32x4.add(fourth, v128.load(v + <usize>load<u16>(r + place + 6)));
  }
  if (refs > 3) {
    first = f32x4.add(first, v128.load(w + <usize>load<u16>(s + place)));
    second = f32x4.add(second, v128.load(w + <usize>load<u16>(s + place + 2)));
    third = f32x4.add(third, v128.load(w + <usize>load<u16>(s + place + 4)));
    fourth = f32x4.add(fourth, v128.load(w + <usize>load<u16>(s + place + 6)));
  }
  const low = v128.shuffle<i32>(first, second, 0, 4, 1, 5);
  const low2 = v128.shuffle<i32>(third, fourth, 0, 4, 1, 5);
  const high = v128.shuffle<i32>(first, second, 2, 6, 3, 7);
  const high2 = v128.shuffle<i32>(third, fourth, 2, 6, 3, 7);
  const sumA = f32x4.add(v128.load(a + sum), v128.shuffle<i64>(low, low2, 0, 2));
  const sumB = f32x4.add(v128.load(b + sum), v128.shuffle<i64>(low, low2, 1, 3));
  const sumC = f32x4.add(v128.load(c + sum), v128.shuffle<i64>(high, high2, 0, 2));
  const sumD = f32x4.add(v128.load(d + sum), v128.shuffle<i64>(high, high2, 1, 3));
  v128.store(a + sum, sumA);
  v128.store(b + sum, sumB);
  v128.store(c + sum, sumC);
  v128.store(d + sum, sumD);
}
