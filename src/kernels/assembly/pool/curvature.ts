/** The gradient and the second derivatives of a pool's loss: every sum over rows and classes in their order. */
import { Pool } from './job';

/** A row's part of the gradient and of the biases' derivatives; its centred evidence goes to the scratch at `slot`. */
export function readRow(job: Pool, row: usize, slot: usize): void {
  const models = <usize>job.models;
  const classes = <usize>job.classes;
  const bytes: usize = 8 * <usize>job.width;
  const from: usize = <usize>job.evidence + row * classes * 4 * models;
  const shares: usize = <usize>job.shares + row * 8 * classes;
  const weight = load<f64>(<usize>job.weights + 8 * row) / job.total;
  const label = <usize>load<u32>(<usize>job.labels + 4 * row);
  writeMean(job, from, shares);
  addTruth(job, from + label * 4 * models, weight);
  for (let k: usize = 0; k < classes; k++) {
    const share = weight * load<f64>(shares + 8 * k);
    const scratch: usize = (slot * classes + k) * bytes;
    writeCentred(job, from + k * 4 * models, share, scratch, <usize>job.mixed + k * bytes);
    const slope: usize = <usize>job.gradient + 8 * (models + k);
    store<f64>(slope, load<f64>(slope) + (share - (k == label ? weight : 0)));
    const biases: usize = <usize>job.biases + 8 * k * classes;
    for (let j: usize = 0; j <= k; j++) {
      const cell = biases + 8 * j;
      store<f64>(cell, load<f64>(cell) + share * ((j == k ? 1.0 : 0.0) - load<f64>(shares + 8 * j)));
    }
  }
}

/** What each model says on average over the classes, weighted by their probabilities. */
function writeMean(job: Pool, from: usize, shares: usize): void {
  const models = <usize>job.models;
  const mean = <usize>job.mean;
  memory.fill(mean, 0, 8 * models);
  for (let k: usize = 0; k < <usize>job.classes; k++) {
    const share = load<f64>(shares + 8 * k);
    for (let m: usize = 0; m < models; m++, from += 4) {
      const cell = mean + 8 * m;
      store<f64>(cell, load<f64>(cell) + share * <f64>load<f32>(from));
    }
  }
}

/** The weights' gradient: what is said on average, less what is said of the row's class. */
function addTruth(job: Pool, from: usize, weight: f64): void {
  for (let m: usize = 0; m < <usize>job.models; m++) {
    const cell: usize = <usize>job.gradient + 8 * m;
    const away = load<f64>(<usize>job.mean + 8 * m) - <f64>load<f32>(from + 4 * m);
    store<f64>(cell, load<f64>(cell) + weight * away);
  }
}

/** Evidence less its mean, and the same times the share, which is added to the derivatives by bias and weight too. */
function writeCentred(job: Pool, from: usize, share: f64, scratch: usize, mixed: usize): void {
  const centred: usize = <usize>job.centred + scratch;
  const parts: usize = <usize>job.parts + scratch;
  for (let m: usize = 0; m < <usize>job.models; m++) {
    const away = <f64>load<f32>(from + 4 * m) - load<f64>(<usize>job.mean + 8 * m);
    const part = share * away;
    store<f64>(centred + 8 * m, away);
    store<f64>(parts + 8 * m, part);
    store<f64>(mixed + 8 * m, load<f64>(mixed + 8 * m) + part);
  }
}

/** Adds so many products of parts and centred evidence to the lower triangle (and some of the upper, which nobody reads). */
export function addProducts(job: Pool, products: usize): void {
  const bytes: usize = 8 * <usize>job.width;
  for (let m: usize = 0; m < bytes; m += 32) {
    for (let n: usize = 0; n <= m; n += 32) addTile(job, products * bytes, m, n);
  }
}

/** A tile of four by four. */
function addTile(job: Pool, length: usize, m: usize, n: usize): void {
  const bytes: usize = 8 * <usize>job.width;
  const first: usize = <usize>job.curvature + (m >> 3) * bytes + n;
  const second = first + bytes;
  const third = second + bytes;
  const fourth = third + bytes;
  let a = v128.load(first);
  let b = v128.load(first, 16);
  let c = v128.load(second);
  let d = v128.load(second, 16);
  let e = v128.load(third);
  let f = v128.load(third, 16);
  let g = v128.load(fourth);
  let h = v128.load(fourth, 16);
  let left: usize = <usize>job.parts + m;
  let right: usize = <usize>job.centred + n;
  for (const end = left + length; left < end; left += bytes, right += bytes) {
    const x = v128.load(right);
    const y = v128.load(right, 16);
    const p = v128.load64_splat(left);
    a = f64x2.add(a, f64x2.mul(p, x));
    b = f64x2.add(b, f64x2.mul(p, y));
    const q = v128.load64_splat(left, 8);
    c = f64x2.add(c, f64x2.mul(q, x));
    d = f64x2.add(d, f64x2.mul(q, y));
    const r = v128.load64_splat(left, 16);
    e = f64x2.add(e, f64x2.mul(r, x));
    f = f64x2.add(f, f64x2.mul(r, y));
    const s = v128.load64_splat(left, 24);
    g = f64x2.add(g, f64x2.mul(s, x));
    h = f64x2.add(h, f64x2.mul(s, y));
  }
  v128.store(first, a);
  v128.store(first, b, 16);
  v128.store(second, c);
  v128.store(second, d, 16);
  v128.store(third, e);
  v128.store(third, f, 16);
  v128.store(fourth, g);
  v128.store(fourth, h, 16);
}
