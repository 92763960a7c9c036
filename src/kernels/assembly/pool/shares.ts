/** Probabilities of the classes from their margins, and the log-loss of the true class. */
import { Pool } from './job';

/** Rows that are worked on together: what does not depend on their order is then done to many numbers at a time. */
const RUN: usize = 64;
/**
 * Of each of these rows, and one more that is looked at with the last: how far its class's margin lies below the largest,
 * and the sum of its exponentials.
 */
const away: usize = memory.data(8 * 65, 16);
const sums: usize = memory.data(8 * 65, 16);

/**
 * Turns the margins of a block's rows into probabilities, and returns the sum over the rows of weight times log-loss in
 * nats. O(rows classes).
 */
export function writeShares(job: Pool): f64 {
  const bytes: usize = 8 * <usize>job.classes;
  const rows = <usize>job.rows;
  let loss: f64 = 0;
  for (let first: usize = 0; first < rows; first += RUN) {
    const count = min(RUN, rows - first);
    const from: usize = <usize>job.shares + first * bytes;
    for (let row: usize = 0; row < count; row++) {
      const truth = <usize>load<u32>(<usize>job.labels + 4 * (first + row));
      store<f64>(away + 8 * row, subtractLargest(from + row * bytes, bytes, truth));
    }
    writeExponentials(from, count * bytes);
    for (let row: usize = 0; row < count; row++) {
      store<f64>(sums + 8 * row, divideBySum(from + row * bytes, bytes));
    }
    loss = addLosses(loss, <usize>job.weights + 8 * first, count);
  }
  return loss;
}

/** Takes the largest margin off all of a row's; what the class of the row lay below it. */
function subtractLargest(from: usize, bytes: usize, truth: usize): f64 {
  let largest = load<f64>(from);
  for (let at: usize = 8; at < bytes; at += 8) largest = max(largest, load<f64>(from + at));
  const below = largest - load<f64>(from + 8 * truth);
  const shift = f64x2.splat(largest);
  let at: usize = 0;
  for (; at + 16 <= bytes; at += 16) v128.store(from + at, f64x2.sub(v128.load(from + at), shift));
  if (at < bytes) store<f64>(from + at, load<f64>(from + at) - largest);
  return below;
}

/** Writes the exponentials of numbers over them. */
function writeExponentials(from: usize, bytes: usize): void {
  let at: usize = 0;
  for (; at + 32 <= bytes; at += 32) {
    const first = exponentials(v128.load(from + at));
    const second = exponentials(v128.load(from + at, 16));
    v128.store(from + at, first);
    v128.store(from + at, second, 16);
  }
  for (; at < bytes; at += 8) {
    store<f64>(from + at, f64x2.extract_lane(exponentials(f64x2.splat(load<f64>(from + at))), 0));
  }
}

/** Divides a row by its sum, in the order of the classes, which it returns. */
function divideBySum(from: usize, bytes: usize): f64 {
  let sum: f64 = 0;
  for (let at: usize = 0; at < bytes; at += 8) sum += load<f64>(from + at);
  const divisor = f64x2.splat(sum);
  let at: usize = 0;
  for (; at + 16 <= bytes; at += 16) v128.store(from + at, f64x2.div(v128.load(from + at), divisor));
  if (at < bytes) store<f64>(from + at, load<f64>(from + at) / sum);
  return sum;
}

/** The loss and that of the rows at hand, one after the other; logarithms are taken of two at a time. */
function addLosses(loss: f64, weights: usize, count: usize): f64 {
  if (count & 1) store<f64>(sums + 8 * count, 1);
  for (let row: usize = 0; row < count; row += 2) {
    const lost = f64x2.add(v128.load(away + 8 * row), logarithms(v128.load(sums + 8 * row)));
    loss += load<f64>(weights + 8 * row) * f64x2.extract_lane(lost, 0);
    if (row + 1 < count) loss += load<f64>(weights + 8 * row, 8) * f64x2.extract_lane(lost, 1);
  }
  return loss;
}

/** 1.5 x 2^52: a number below 2^51 that is added to it is rounded to a whole one, which the low bits then hold. */
const ROUNDING: f64 = 6755399441055744.0;
const LOG2_E: f64 = 1.4426950408889634;
/** The logarithm of 2, first with so few digits that its product with an exponent is exact, then the rest. */
const LN2_HIGH: f64 = 0.6931471803691238;
const LN2_LOW: f64 = 1.9082149292705877e-10;
/** Exponentials of less are near enough to 0, and their exponents fit a float64. */
const LEAST: f64 = -700.0;

/**
 * exp(x) of two numbers of at most 0, within two units of the last place: x = n ln 2 + r with |r| <= ln(2) / 2, then the
 * series of exp(r) up to r^13 / 13!, which lacks less than 1e-17, then n is added to the exponent.
 */
// @ts-ignore: decorators are AssemblyScript's
@inline
function exponentials(x: v128): v128 {
  const limited = f64x2.max(x, f64x2.splat(LEAST));
  const shifted = f64x2.add(f64x2.mul(limited, f64x2.splat(LOG2_E)), f64x2.splat(ROUNDING));
  const n = f64x2.sub(shifted, f64x2.splat(ROUNDING));
  const high = f64x2.sub(limited, f64x2.mul(n, f64x2.splat(LN2_HIGH)));
  const r = f64x2.sub(high, f64x2.mul(n, f64x2.splat(LN2_LOW)));
  const square = f64x2.mul(r, r);
  const fourth = f64x2.mul(square, square);
  // pairs of terms, joined by powers of r: few steps wait for each other
  const a = pair(1.0, 1.0, r);
  const b = pair(1.0 / 2.0, 1.0 / 6.0, r);
  const c = pair(1.0 / 24.0, 1.0 / 120.0, r);
  const d = pair(1.0 / 720.0, 1.0 / 5040.0, r);
  const e = pair(1.0 / 40320.0, 1.0 / 362880.0, r);
  const f = pair(1.0 / 3628800.0, 1.0 / 39916800.0, r);
  const g = pair(1.0 / 479001600.0, 1.0 / 6227020800.0, r);
  const low = f64x2.add(a, f64x2.mul(square, b));
  const middle = f64x2.add(c, f64x2.mul(square, d));
  const upper = f64x2.add(f64x2.add(e, f64x2.mul(square, f)), f64x2.mul(fourth, g));
  const series = f64x2.add(low, f64x2.mul(fourth, f64x2.add(middle, f64x2.mul(fourth, upper))));
  return i64x2.add(series, i64x2.shl(shifted, 52));
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function pair(constant: f64, slope: f64, r: v128): v128 {
  return f64x2.add(f64x2.splat(constant), f64x2.mul(f64x2.splat(slope), r));
}

const LN2: f64 = 0.6931471805599453;
const ROOT_OF_2: f64 = 1.4142135623730951;

/**
 * log(x) of two numbers from 1 on, within two units of the last place of 1: 2 artanh((m - 1) / (m + 1)), and the exponent.
 */
function logarithms(x: v128): v128 {
  const whole = v128.or(v128.and(x, i64x2.splat(0x000fffffffffffff)), i64x2.splat(0x3ff0000000000000));
  const isLarge = f64x2.gt(whole, f64x2.splat(ROOT_OF_2));
  const mantissa = v128.bitselect(f64x2.mul(whole, f64x2.splat(0.5)), whole, isLarge);
  // all bits of a number that is large are set, which is -1
  const biased = i64x2.sub(i64x2.shr_u(x, 52), isLarge);
  const exponent = f64x2.sub(
    i64x2.add(i64x2.sub(biased, i64x2.splat(1023)), f64x2.splat(ROUNDING)),
    f64x2.splat(ROUNDING),
  );
  const one = f64x2.splat(1);
  const s = f64x2.div(f64x2.sub(mantissa, one), f64x2.add(mantissa, one));
  const t = f64x2.mul(s, s);
  let series = f64x2.splat(1.0 / 21.0);
  series = term(series, t, 1.0 / 19.0);
  series = term(series, t, 1.0 / 17.0);
  series = term(series, t, 1.0 / 15.0);
  series = term(series, t, 1.0 / 13.0);
  series = term(series, t, 1.0 / 11.0);
  series = term(series, t, 1.0 / 9.0);
  series = term(series, t, 1.0 / 7.0);
  series = term(series, t, 1.0 / 5.0);
  series = term(series, t, 1.0 / 3.0);
  series = term(series, t, 1.0);
  const double = f64x2.mul(f64x2.splat(2), s);
  return f64x2.add(f64x2.mul(exponent, f64x2.splat(LN2)), f64x2.mul(double, series));
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function term(series: v128, t: v128, constant: f64): v128 {
  return f64x2.add(f64x2.mul(series, t), f64x2.splat(constant));
}
