/** Probabilities of the classes from their margins, and the log-loss of the true class. */
import { Pool } from './job';

/**
 * Turns the margins of a block's rows into probabilities, and returns the sum over the rows of weight times log-loss in
 * nats. O(rows classes).
 */
export function writeShares(job: Pool): f64 {
  const bytes: usize = 8 * <usize>job.classes;
  let loss: f64 = 0;
  let from = <usize>job.shares;
  for (let row: usize = 0; row < <usize>job.rows; row++, from += bytes) {
    const truth = load<f64>(from + 8 * <usize>load<u32>(<usize>job.labels + 4 * row));
    const largest = largestOf(from, bytes);
    const sum = writeExponentials(from, bytes, largest);
    divide(from, bytes, sum);
    loss += load<f64>(<usize>job.weights + 8 * row) * (largest - truth + logarithm(sum));
  }
  return loss;
}

function largestOf(from: usize, bytes: usize): f64 {
  let largest = load<f64>(from);
  for (let at: usize = 8; at < bytes; at += 8) largest = max(largest, load<f64>(from + at));
  return largest;
}

/** Writes exp(margin - largest) of every class; their sum, in order. */
function writeExponentials(from: usize, bytes: usize, largest: f64): f64 {
  const shift = f64x2.splat(largest);
  let sum: f64 = 0;
  let at: usize = 0;
  for (; at + 16 <= bytes; at += 16) {
    const powers = exponentials(f64x2.sub(v128.load(from + at), shift));
    v128.store(from + at, powers);
    sum += f64x2.extract_lane(powers, 0);
    sum += f64x2.extract_lane(powers, 1);
  }
  if (at < bytes) {
    const power = f64x2.extract_lane(exponentials(f64x2.splat(load<f64>(from + at) - largest)), 0);
    store<f64>(from + at, power);
    sum += power;
  }
  return sum;
}

function divide(from: usize, bytes: usize, sum: f64): void {
  const divisor = f64x2.splat(sum);
  let at: usize = 0;
  for (; at + 16 <= bytes; at += 16) v128.store(from + at, f64x2.div(v128.load(from + at), divisor));
  if (at < bytes) store<f64>(from + at, load<f64>(from + at) / sum);
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

/** log(x) of a number from 1 on, within two units of the last place of 1: 2 artanh((m - 1) / (m + 1)), and the exponent. */
function logarithm(x: f64): f64 {
  let exponent = <i32>((reinterpret<u64>(x) >> 52) & 2047) - 1023;
  let mantissa = reinterpret<f64>((reinterpret<u64>(x) & 0x000fffffffffffff) | 0x3ff0000000000000);
  if (mantissa > ROOT_OF_2) {
    mantissa *= 0.5;
    exponent++;
  }
  const s = (mantissa - 1.0) / (mantissa + 1.0);
  const t = s * s;
  let series: f64 = 1.0 / 21.0;
  series = series * t + 1.0 / 19.0;
  series = series * t + 1.0 / 17.0;
  series = series * t + 1.0 / 15.0;
  series = series * t + 1.0 / 13.0;
  series = series * t + 1.0 / 11.0;
  series = series * t + 1.0 / 9.0;
  series = series * t + 1.0 / 7.0;
  series = series * t + 1.0 / 5.0;
  series = series * t + 1.0 / 3.0;
  series = series * t + 1.0;
  return <f64>exponent * LN2 + 2.0 * s * series;
}
