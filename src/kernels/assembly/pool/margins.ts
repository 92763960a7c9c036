/** Margins of a pool: the bias of a class, then weight times evidence, model by model. */
import { Pool } from './job';

/** Four classes at a time, whose sums do not wait for each other; each sum in the order of the models. */
export function writeMargins(job: Pool): void {
  const models = <usize>job.models;
  const classes = <usize>job.classes;
  const biases: usize = <usize>job.at + 8 * models;
  const run: usize = 4 * models;
  let from = <usize>job.evidence;
  let to = <usize>job.shares;
  for (let row: u32 = 0; row < job.rows; row++) {
    let k: usize = 0;
    for (; k + 4 <= classes; k += 4, from += 4 * run, to += 32) fourMargins(job, from, run, biases + 8 * k, to);
    for (; k < classes; k++, from += run, to += 8) store<f64>(to, oneMargin(job, from, run, biases + 8 * k));
  }
}

/**
 * What two models say of two classes is multiplied at once; then their products are brought side by side by model, so
 * that each class's sum takes one model after the other.
 */
function fourMargins(job: Pool, from: usize, run: usize, bias: usize, to: usize): void {
  let a = v128.load(bias);
  let b = v128.load(bias, 16);
  let at = <usize>job.at;
  const second = from + run;
  const third = second + run;
  const fourth = third + run;
  const pairs = run & ~7;
  for (let m: usize = 0; m < pairs; m += 8, at += 16) {
    const weights = v128.load(at);
    const p = f64x2.mul(weights, f64x2.promote_low_f32x4(v128.load64_zero(from + m)));
    const q = f64x2.mul(weights, f64x2.promote_low_f32x4(v128.load64_zero(second + m)));
    a = f64x2.add(f64x2.add(a, v128.shuffle<f64>(p, q, 0, 2)), v128.shuffle<f64>(p, q, 1, 3));
    const r = f64x2.mul(weights, f64x2.promote_low_f32x4(v128.load64_zero(third + m)));
    const s = f64x2.mul(weights, f64x2.promote_low_f32x4(v128.load64_zero(fourth + m)));
    b = f64x2.add(f64x2.add(b, v128.shuffle<f64>(r, s, 0, 2)), v128.shuffle<f64>(r, s, 1, 3));
  }
  v128.store(to, a);
  v128.store(to, b, 16);
  if (pairs == run) return;
  const weight = load<f64>(at);
  store<f64>(to, load<f64>(to) + weight * <f64>load<f32>(from + pairs));
  store<f64>(to, load<f64>(to, 8) + weight * <f64>load<f32>(second + pairs), 8);
  store<f64>(to, load<f64>(to, 16) + weight * <f64>load<f32>(third + pairs), 16);
  store<f64>(to, load<f64>(to, 24) + weight * <f64>load<f32>(fourth + pairs), 24);
}

function oneMargin(job: Pool, from: usize, run: usize, bias: usize): f64 {
  let margin = load<f64>(bias);
  let at = <usize>job.at;
  for (let m: usize = 0; m < run; m += 4, at += 8) margin += load<f64>(at) * <f64>load<f32>(from + m);
  return margin;
}
