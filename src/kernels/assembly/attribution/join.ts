/**
 * Units whose game is a product of factors, each with a table of its own. A factor's table holds for each of its states,
 * at every point of a quadrature rule, the factor (`value`) and the derivatives with respect to its players (`slopes`,
 * four players to a register); a player's attribution is the sum over the points of its slope times the values of all
 * other factors. src/attribution/lookup/factor-table.ts builds the
 * tables, joints.ts the descriptions.
 */
import { Job, LANES } from './job';

/** Bytes of a factor's description: u32 bytes from `tables` to its table, u32 bytes of a state, u32 registers of slopes. */
const FACTOR: usize = 12;

/** What is the same for all registers of a factor. */
let product: usize = 0;
let span: usize = 0;
let table: usize = 0;
let bytes: usize = 0;
let state: usize = 0;
let sums: usize = 0;
let rowBytes: usize = 0;

/**
 * Adds the attributions of a pass's rows in a tree's factored units, by the pass's states, to their sums. A unit's
 * description: u32 count of factors, u32 count of points, the factors' descriptions, then for each register of each factor
 * where its four players' sums lie, u32 bytes each.
 */
export function joinFactors(job: Job, states: usize, to: usize): void {
  state = states + <usize>(job.units + job.paired) * LANES;
  sums = to;
  rowBytes = <usize>job.rowBytes;
  const end = <usize>job.jointsEnd;
  for (let unit = <usize>job.joints; unit < end; ) {
    const factors = <usize>load<u32>(unit);
    const points = load<u32>(unit, 4);
    span = 16 * ((<usize>points + 3) >> 2);
    product = <usize>job.products;
    let factor = unit + 8;
    multiplyOthers(factor, factors, <usize>job.tables);
    unit = factor + factors * FACTOR;
    for (const last = unit; factor < last; factor += FACTOR) {
      bytes = <usize>load<u32>(factor, 4);
      table = <usize>job.tables + <usize>load<u32>(factor) + span;
      for (let registers = load<u32>(factor, 8); registers > 0; registers--) {
        joinAll(<i32>points, unit);
        table += 16 * points;
        unit += 16;
      }
      state += LANES;
      product += LANES * span;
    }
  }
}

/** Writes for every factor, row and point the product of the values of all other factors. */
function multiplyOthers(factor: usize, factors: usize, tables: usize): void {
  if (factors == 2) multiplyOfTwo(factor, tables);
  else if (factors == 3) multiplyOfThree(factor, tables);
  else multiplyOfMany(factor, factors, tables);
}

/** multiplyOthers of two factors. */
function multiplyOfTwo(factor: usize, tables: usize): void {
  const step = LANES * span;
  const tableA = tables + <usize>load<u32>(factor);
  const tableB = tables + <usize>load<u32>(factor, FACTOR);
  const bytesA = <usize>load<u32>(factor, 4);
  const bytesB = <usize>load<u32>(factor, FACTOR + 4);
  let target = product;
  for (let lane = state, end = state + LANES; lane < end; lane++) {
    let a = tableA + <usize>load<u8>(lane) * bytesA;
    let b = tableB + <usize>load<u8>(lane, LANES) * bytesB;
    for (const next = target + span; target < next; target += 16) {
      v128.store(target, v128.load(b));
      v128.store(target + step, v128.load(a));
      a += 16;
      b += 16;
    }
  }
}

/** multiplyOthers of three factors, the usual number. */
function multiplyOfThree(factor: usize, tables: usize): void {
  const step = LANES * span;
  const tableA = tables + <usize>load<u32>(factor);
  const tableB = tables + <usize>load<u32>(factor, FACTOR);
  const tableC = tables + <usize>load<u32>(factor, 2 * FACTOR);
  const bytesA = <usize>load<u32>(factor, 4);
  const bytesB = <usize>load<u32>(factor, FACTOR + 4);
  const bytesC = <usize>load<u32>(factor, 2 * FACTOR + 4);
  let target = product;
  for (let lane = state, end = state + LANES; lane < end; lane++) {
    let a = tableA + <usize>load<u8>(lane) * bytesA;
    let b = tableB + <usize>load<u8>(lane, LANES) * bytesB;
    let c = tableC + <usize>load<u8>(lane, 2 * LANES) * bytesC;
    for (const next = target + span; target < next; target += 16) {
      const valueA = v128.load(a);
      const valueB = v128.load(b);
      const valueC = v128.load(c);
      v128.store(target, f32x4.mul(valueB, valueC));
      v128.store(target + step, f32x4.mul(valueA, valueC));
      v128.store(target + 2 * step, f32x4.mul(valueA, valueB));
      a += 16;
      b += 16;
      c += 16;
    }
  }
}

/** multiplyOthers of any number: the product of those before a factor, times that of those after it, without division. */
function multiplyOfMany(factor: usize, factors: usize, tables: usize): void {
  const step = LANES * span;
  const last = factor + (factors - 1) * FACTOR;
  for (let row: usize = 0; row < LANES; row++) {
    for (let at: usize = 0; at < span; at += 16) {
      let target = product + row * span + at;
      let lane = state + row;
      let others = f32x4.splat(1);
      for (let next = factor; next < last; next += FACTOR) {
        v128.store(target, others);
        others = f32x4.mul(others, valueAt(next, lane, tables + at));
        target += step;
        lane += LANES;
      }
      v128.store(target, others);
      others = f32x4.splat(1);
      for (let next = last; next > factor; next -= FACTOR) {
        others = f32x4.mul(others, valueAt(next, lane, tables + at));
        target -= step;
        lane -= LANES;
        v128.store(target, f32x4.mul(v128.load(target), others));
      }
    }
  }
}

/** Four points of a factor's value in a row's state. */
@inline
function valueAt(factor: usize, lane: usize, tables: usize): v128 {
  return v128.load(tables + <usize>load<u32>(factor) + <usize>load<u8>(lane) * <usize>load<u32>(factor, 4));
}

/** joinRegister with a number of points that is known at compile time, where it is usual. */
function joinAll(points: i32, places: usize): void {
  if (points == 2) joinRegister(2, places);
  else if (points == 3) joinRegister(3, places);
  else if (points == 4) joinRegister(4, places);
  else if (points == 5) joinRegister(5, places);
  else if (points == 6) joinRegister(6, places);
  else if (points == 7) joinRegister(7, places);
  else if (points == 8) joinRegister(8, places);
  else if (points == 9) joinRegister(9, places);
  else if (points == 10) joinRegister(10, places);
  else if (points == 11) joinRegister(11, places);
  else if (points == 12) joinRegister(12, places);
  else joinMany(points, places);
}

/** Adds up one register of slopes times products over the points, for all rows of a pass. */
@inline
function joinRegister(points: i32, places: usize): void {
  const first = <usize>load<u32>(places);
  const second = <usize>load<u32>(places, 4);
  const third = <usize>load<u32>(places, 8);
  const fourth = <usize>load<u32>(places, 12);
  let others = product;
  let to = sums;
  for (let lane = state, end = state + LANES; lane < end; lane++) {
    const from = table + <usize>load<u8>(lane) * bytes;
    let sum = f32x4.mul(v128.load(from), v128.load32_splat(others));
    if (points > 1) sum = f32x4.add(sum, f32x4.mul(v128.load(from, 16), v128.load32_splat(others, 4)));
    if (points > 2) sum = f32x4.add(sum, f32x4.mul(v128.load(from, 32), v128.load32_splat(others, 8)));
    if (points > 3) sum = f32x4.add(sum, f32x4.mul(v128.load(from, 48), v128.load32_splat(others, 12)));
    if (points > 4) sum = f32x4.add(sum, f32x4.mul(v128.load(from, 64), v128.load32_splat(others, 16)));
    if (points > 5) sum = f32x4.add(sum, f32x4.mul(v128.load(from, 80), v128.load32_splat(others, 20)));
    if (points > 6) sum = f32x4.add(sum, f32x4.mul(v128.load(from, 96), v128.load32_splat(others, 24)));
    if (points > 7) sum = f32x4.add(sum, f32x4.mul(v128.load(from, 112), v128.load32_splat(others, 28)));
    if (points > 8) sum = f32x4.add(sum, f32x4.mul(v128.load(from, 128), v128.load32_splat(others, 32)));
    if (points > 9) sum = f32x4.add(sum, f32x4.mul(v128.load(from, 144), v128.load32_splat(others, 36)));
    if (points > 10) sum = f32x4.add(sum, f32x4.mul(v128.load(from, 160), v128.load32_splat(others, 40)));
    if (points > 11) sum = f32x4.add(sum, f32x4.mul(v128.load(from, 176), v128.load32_splat(others, 44)));
    addLane(to + first, f32x4.extract_lane(sum, 0));
    addLane(to + second, f32x4.extract_lane(sum, 1));
    addLane(to + third, f32x4.extract_lane(sum, 2));
    addLane(to + fourth, f32x4.extract_lane(sum, 3));
    others += span;
    to += rowBytes;
  }
}

/** As joinRegister, for any number of points. */
function joinMany(points: i32, places: usize): void {
  let others = product;
  let to = sums;
  for (let lane = state, end = state + LANES; lane < end; lane++) {
    const from = table + <usize>load<u8>(lane) * bytes;
    let sum = f32x4.splat(0);
    for (let point: usize = 0; point < <usize>points; point++) {
      const slopes = v128.load(from + 16 * point);
      sum = f32x4.add(sum, f32x4.mul(slopes, v128.load32_splat(others + 4 * point)));
    }
    addLane(to + <usize>load<u32>(places), f32x4.extract_lane(sum, 0));
    addLane(to + <usize>load<u32>(places, 4), f32x4.extract_lane(sum, 1));
    addLane(to + <usize>load<u32>(places, 8), f32x4.extract_lane(sum, 2));
    addLane(to + <usize>load<u32>(places, 12), f32x4.extract_lane(sum, 3));
    others += span;
    to += rowBytes;
  }
}

@inline
function addLane(to: usize, value: f32): void {
  store<f32>(to, load<f32>(to) + value);
}
