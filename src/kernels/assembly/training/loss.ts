import { GradientJob, LossJob, Scratch } from './job';

/**
 * First and second derivative of the weighted softmax cross-entropy by each margin: w (p - [k = label]) and, as in
 * XGBoost's multi:softprob, w 2p(1-p), which is twice the diagonal of the true Hessian; times the scale and rounded. Four
 * positions a pass. O((to - from) classes).
 */
export function derive(job: GradientJob, scratch: Scratch): void {
  const one = f32x4.splat(1);
  for (let position = <usize>job.from; position < <usize>job.to; position += 4) {
    const sum = exponentials(job, position, scratch.exponentials);
    const inverse = f32x4.div(one, sum);
    const label = v128.load(<usize>job.labels + (position << 2));
    const weight = v128.load(<usize>job.weights + (position << 2));
    let powers = <usize>scratch.exponentials;
    let target = <usize>job.derivatives + (position << 3);
    for (let k: u32 = 0; k < job.classes; k++) {
      const p = f32x4.mul(v128.load(powers), inverse);
      const isLabel = v128.and(i32x4.eq(label, i32x4.splat(k)), one);
      const gradient = f32x4.mul(weight, f32x4.sub(p, isLabel));
      const hessian = f32x4.mul(f32x4.mul(weight, f32x4.add(p, p)), f32x4.sub(one, p));
      const g = i32x4.trunc_sat_f32x4_s(f32x4.nearest(gradient));
      const h = i32x4.trunc_sat_f32x4_s(f32x4.nearest(hessian));
      // the half of a negative gradient borrows from the hessian's
      const high = i32x4.add(h, i32x4.shr_s(g, 31));
      v128.store(target, v128.shuffle<i32>(g, high, 0, 4, 1, 5));
      v128.store(target, v128.shuffle<i32>(g, high, 2, 6, 3, 7), 16);
      powers += 16;
      target += <usize>job.positions << 3;
    }
  }
}

/** Writes exp(margin - largest) of four positions into the target [class][lane] and returns their sums. */
function exponentials(job: GradientJob, position: usize, target: usize): v128 {
  const step = <usize>job.positions << 2;
  const margins = <usize>job.margins + (position << 2);
  const end = margins + <usize>job.classes * step;
  let largest = v128.load(margins);
  for (let at = margins + step; at < end; at += step) largest = f32x4.max(largest, v128.load(at));
  let sum = f32x4.splat(0);
  for (let at = margins; at < end; at += step) {
    const e = exponential(f32x4.sub(v128.load(at), largest));
    v128.store(target, e);
    sum = f32x4.add(sum, e);
    target += 16;
  }
  return sum;
}

/**
 * exp(x) for x <= 0, about a unit in the last place off: x = n ln 2 + r, a polynomial for r (Moshier, Cephes expf), and
 * n into the exponent. Below -87 it is about 2^-126.
 */
// @ts-ignore: decorator
@inline
function exponential(given: v128): v128 {
  const x = f32x4.max(given, f32x4.splat(-87.0));
  const n = f32x4.nearest(f32x4.mul(x, f32x4.splat(1.44269504)));
  // ln 2 in two parts, the first of few bits, so that n times it is exact
  let r = f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693359375)));
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(-2.12194440e-4)));
  let y = f32x4.splat(1.9875691500e-4);
  y = f32x4.add(f32x4.mul(y, r), f32x4.splat(1.3981999507e-3));
  y = f32x4.add(f32x4.mul(y, r), f32x4.splat(8.3334519073e-3));
  y = f32x4.add(f32x4.mul(y, r), f32x4.splat(4.1665795894e-2));
  y = f32x4.add(f32x4.mul(y, r), f32x4.splat(1.6666665459e-1));
  y = f32x4.add(f32x4.mul(y, r), f32x4.splat(5.0000001201e-1));
  y = f32x4.add(f32x4.add(f32x4.mul(f32x4.mul(y, r), r), r), f32x4.splat(1));
  const exponent = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return f32x4.mul(y, exponent);
}

/** Weighted cross-entropy of the listed positions in nats, in their order. O((to - from) classes). */
export function sumLoss(job: LossJob): void {
  const step = <usize>job.positions << 2;
  let total: f64 = 0;
  for (let at = job.from; at < job.to; at++) {
    const position = <usize>load<u32>(<usize>job.list + (<usize>at << 2)) << 2;
    const margins = <usize>job.margins + position;
    const end = margins + <usize>job.classes * step;
    let largest = load<f32>(margins);
    for (let k = margins + step; k < end; k += step) largest = max(largest, load<f32>(k));
    let sum: f64 = 0;
    for (let k = margins; k < end; k += step) sum += NativeMath.exp(<f64>load<f32>(k) - <f64>largest);
    const label = <usize>load<u32>(<usize>job.labels + position);
    const own = <f64>load<f32>(margins + label * step);
    const weight = load<f64>(<usize>job.classWeights + (label << 3));
    total += weight * (NativeMath.log(sum) + <f64>largest - own);
  }
  job.loss = total;
}
