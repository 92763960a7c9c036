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

function fourMargins(job: Pool, from: usize, run: usize, bias: usize, to: usize): void {
  let a = load<f64>(bias);
  let b = load<f64>(bias, 8);
  let c = load<f64>(bias, 16);
  let d = load<f64>(bias, 24);
  let at = <usize>job.at;
  const second = from + run;
  const third = second + run;
  const fourth = third + run;
  for (let m: usize = 0; m < run; m += 4, at += 8) {
    const weight = load<f64>(at);
    a += weight * <f64>load<f32>(from + m);
    b += weight * <f64>load<f32>(second + m);
    c += weight * <f64>load<f32>(third + m);
    d += weight * <f64>load<f32>(fourth + m);
  }
  store<f64>(to, a);
  store<f64>(to, b, 8);
  store<f64>(to, c, 16);
  store<f64>(to, d, 24);
}

function oneMargin(job: Pool, from: usize, run: usize, bias: usize): f64 {
  let margin = load<f64>(bias);
  let at = <usize>job.at;
  for (let m: usize = 0; m < run; m += 4, at += 8) margin += load<f64>(at) * <f64>load<f32>(from + m);
  return margin;
}
