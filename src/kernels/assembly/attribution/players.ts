/**
 * ENGINE's accumulate kernel where a row has too many players for registers: a unit's vectors are of its own players, which
 * are few, and sums lie player by player, so that four rows' vectors, turned round, are added to four players' sums.
 */
import { Job, LANES } from './job';
import { findVectors, UNIT } from './vectors';

/** Bytes of a player's sums of a pass. */
const PLAYER: usize = 4 * LANES;
/** Bytes from a unit's description to its players. */
const PLAYERS: usize = UNIT + 4;

/**
 * Adds some passes' vectors of all units to their sums, [pass][player][row]; a pass's states begin `step` bytes after those of
 * the one before. A unit's table is read for all passes before the next one's. After what
 * findVectors reads, a unit's description has u32 count of players, then u32 bytes to each player's sums.
 */
export function accumulatePlayers(job: Job, sums: usize, passes: usize, step: usize): void {
  let unit = <usize>job.vectors;
  let states = <usize>job.states;
  for (let left = job.units; left > 0; left--) {
    let state = states;
    let to = sums;
    for (const end = state + passes * step; state < end; state += step, to += <usize>job.passBytes) {
      findVectors(unit, state, <usize>job.tables, <usize>job.offsets);
      addUnit(unit, <usize>job.offsets, to);
    }
    states += load<u32>(unit, 4) == 0 ? LANES : 2 * LANES;
    unit += PLAYERS + 4 * <usize>load<u32>(unit, UNIT);
  }
}

/** Adds a pass's vectors to the sums of the unit's players. */
function addUnit(unit: usize, addresses: usize, sums: usize): void {
  let register: usize = 0;
  let place = unit + PLAYERS;
  let players = load<u32>(unit, UNIT);
  for (; players >= 4; players -= 4, place += 16, register += 16) {
    const a = sums + <usize>load<u32>(place);
    const b = sums + <usize>load<u32>(place, 4);
    const c = sums + <usize>load<u32>(place, 8);
    addFour(register, addresses, a, b, c, sums + <usize>load<u32>(place, 12));
  }
  if (players == 0) return;
  const a = sums + <usize>load<u32>(place);
  if (players == 1) addOne(register, addresses, a);
  else if (players == 2) addTwo(register, addresses, a, sums + <usize>load<u32>(place, 4));
  else addThree(register, addresses, a, sums + <usize>load<u32>(place, 4), sums + <usize>load<u32>(place, 8));
}

/** Adds a register of all rows' vectors to four players' sums. */
function addFour(register: usize, addresses: usize, a: usize, b: usize, c: usize, d: usize): void {
  for (const end = a + PLAYER; a < end; a += 64, b += 64, c += 64, d += 64, addresses += 64) {
    addTurned(4, 0, register, addresses, a, b, c, d);
    addTurned(4, 16, register, addresses, a, b, c, d);
    addTurned(4, 32, register, addresses, a, b, c, d);
    addTurned(4, 48, register, addresses, a, b, c, d);
  }
}

/** The same of three. */
function addThree(register: usize, addresses: usize, a: usize, b: usize, c: usize): void {
  for (const end = a + PLAYER; a < end; a += 32, b += 32, c += 32, addresses += 32) {
    addTurned(3, 0, register, addresses, a, b, c, c);
    addTurned(3, 16, register, addresses, a, b, c, c);
  }
}

/** The same of two. */
function addTwo(register: usize, addresses: usize, a: usize, b: usize): void {
  for (const end = a + PLAYER; a < end; a += 32, b += 32, addresses += 32) {
    addTurned(2, 0, register, addresses, a, b, b, b);
    addTurned(2, 16, register, addresses, a, b, b, b);
  }
}

/** The same of one. */
function addOne(register: usize, addresses: usize, a: usize): void {
  for (const end = a + PLAYER; a < end; a += 32, addresses += 32) {
    addTurned(1, 0, register, addresses, a, a, a, a);
    addTurned(1, 16, register, addresses, a, a, a, a);
  }
}

/** Turns a register of the four rows `step` bytes on round, and adds it to so many players' sums. */
// @ts-ignore: decorator
@inline
function addTurned(
  players: i32,
  step: usize,
  register: usize,
  addresses: usize,
  a: usize,
  b: usize,
  c: usize,
  d: usize,
): void {
  const first = v128.load(<usize>load<u32>(addresses + step) + register);
  const second = v128.load(<usize>load<u32>(addresses + step + 4) + register);
  const third = v128.load(<usize>load<u32>(addresses + step + 8) + register);
  const fourth = v128.load(<usize>load<u32>(addresses + step + 12) + register);
  const low = v128.shuffle<i32>(first, second, 0, 4, 1, 5);
  const low2 = v128.shuffle<i32>(third, fourth, 0, 4, 1, 5);
  addTo(a + step, v128.shuffle<i64>(low, low2, 0, 2));
  if (players > 1) addTo(b + step, v128.shuffle<i64>(low, low2, 1, 3));
  const high = v128.shuffle<i32>(first, second, 2, 6, 3, 7);
  const high2 = v128.shuffle<i32>(third, fourth, 2, 6, 3, 7);
  if (players > 2) addTo(c + step, v128.shuffle<i64>(high, high2, 0, 2));
  if (players > 3) addTo(d + step, v128.shuffle<i64>(high, high2, 1, 3));
}

// @ts-ignore: decorator
@inline
function addTo(sums: usize, values: v128): void {
  v128.store(sums, f32x4.add(v128.load(sums), values));
}
