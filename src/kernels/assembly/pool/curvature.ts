/** The gradient and the second derivatives of a pool's loss: every sum over rows and classes in their order. */
import { Pool } from './job';

/** A row's part of the gradient, and the mean over the classes of what each model says, for `readRow` of the same row. */
export function addSlopes(job: Pool, row: usize): void {
  const models = <usize>job.models;
  const classes = <usize>job.classes;
  const from: usize = <usize>job.evidence + row * classes * 4 * models;
  const shares: usize = <usize>job.shares + row * 8 * classes;
  const weight = load<f64>(<usize>job.weights + 8 * row) / job.total;
  const label = <usize>load<u32>(<usize>job.labels + 4 * row);
  const truth: usize = from + label * 4 * models;
  const pairs = models & ~1;
  for (let m: usize = 0; m < pairs; m += 2) {
    const mean = meanOfPair(job, from + 4 * m, shares);
    v128.store(<usize>job.mean + 8 * m, mean);
    const slope: usize = <usize>job.gradient + 8 * m;
    const away = f64x2.sub(mean, twoAt(truth + 4 * m));
    v128.store(slope, f64x2.add(v128.load(slope), f64x2.mul(f64x2.splat(weight), away)));
  }
  if (pairs < models) addLastSlope(job, from, shares, truth, weight);
  for (let k: usize = 0; k < classes; k++) {
    const share = weight * load<f64>(shares + 8 * k);
    const slope: usize = <usize>job.gradient + 8 * (models + k);
    store<f64>(slope, load<f64>(slope) + (share - (k == label ? weight : 0)));
  }
}

/** What two models say of a class. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function twoAt(from: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(from));
}

/** What each of two models says on average over the classes, weighted by their probabilities. */
function meanOfPair(job: Pool, from: usize, shares: usize): v128 {
  const run: usize = 4 * <usize>job.models;
  let mean = f64x2.splat(0);
  for (const end = shares + 8 * <usize>job.classes; shares < end; shares += 8, from += run) {
    mean = f64x2.add(mean, f64x2.mul(v128.load64_splat(shares), twoAt(from)));
  }
  return mean;
}

/** The same of the last model, where their number is odd. */
function addLastSlope(job: Pool, from: usize, shares: usize, truth: usize, weight: f64): void {
  const last = <usize>job.models - 1;
  let mean: f64 = 0;
  for (let k: usize = 0; k < <usize>job.classes; k++) {
    mean += load<f64>(shares + 8 * k) * <f64>load<f32>(from + 4 * (k * (last + 1) + last));
  }
  store<f64>(<usize>job.mean + 8 * last, mean);
  const slope: usize = <usize>job.gradient + 8 * last;
  store<f64>(slope, load<f64>(slope) + weight * (mean - <f64>load<f32>(truth + 4 * last)));
}

/** A row's part of the biases' derivatives; its centred evidence goes to the scratch at `slot`. After `addSlopes`. */
export function readRow(job: Pool, row: usize, slot: usize): void {
  const models = <usize>job.models;
  const classes = <usize>job.classes;
  const bytes: usize = 8 * <usize>job.width;
  const from: usize = <usize>job.evidence + row * classes * 4 * models;
  const shares: usize = <usize>job.shares + row * 8 * classes;
  const weight = load<f64>(<usize>job.weights + 8 * row) / job.total;
  for (let k: usize = 0; k < classes; k++) {
    const share = weight * load<f64>(shares + 8 * k);
    const scratch: usize = (slot * classes + k) * bytes;
    writeCentred(job, from + k * 4 * models, share, scratch, <usize>job.mixed + k * bytes);
    const biases: usize = <usize>job.biases + 8 * k * classes;
    for (let j: usize = 0; j <= k; j++) {
      const cell = biases + 8 * j;
      store<f64>(cell, load<f64>(cell) + share * ((j == k ? 1.0 : 0.0) - load<f64>(shares + 8 * j)));
    }
  }
}

/** Evidence less its mean, and the same times the share, which is added to the derivatives by bias and weight too. */
function writeCentred(job: Pool, from: usize, share: f64, scratch: usize, mixed: usize): void {
  const centred: usize = <usize>job.centred + scratch;
  const parts: usize = <usize>job.parts + scratch;
  const models = <usize>job.models;
  const pairs = models & ~1;
  for (let m: usize = 0; m < pairs; m += 2) {
    const away = f64x2.sub(twoAt(from + 4 * m), v128.load(<usize>job.mean + 8 * m));
    const part = f64x2.mul(f64x2.splat(share), away);
    v128.store(centred + 8 * m, away);
    v128.store(parts + 8 * m, part);
    v128.store(mixed + 8 * m, f64x2.add(v128.load(mixed + 8 * m), part));
  }
  if (pairs == models) return;
  const away = <f64>load<f32>(from + 4 * pairs) - load<f64>(<usize>job.mean + 8 * pairs);
  const part = share * away;
  store<f64>(centred + 8 * pairs, away);
  store<f64>(parts + 8 * pairs, part);
  store<f64>(mixed + 8 * pairs, load<f64>(mixed + 8 * pairs) + part);
}

/**
 * Adds so many products of parts and centred evidence to the lower triangle (and some of the upper, which nobody reads).
 * Models are taken four at a time; of the last four there may be fewer, whose tiles are then half as high.
 */
export function addProducts(job: Pool, products: usize): void {
  const bytes: usize = 8 * <usize>job.width;
  const length = products * bytes;
  const models = <usize>job.models;
  for (let first: usize = 0; first < models; first += 4) {
    const m: usize = 8 * first;
    if (models - first > 2) {
      for (let n: usize = 0; n < m; n += 32) addTile(job, length, m, n);
      addCorner(job, length, m);
    } else {
      for (let n: usize = 0; n < m; n += 32) addHalfTile(job, length, m, n);
      addSmallCorner(job, length, m);
    }
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

/** A tile of two by four. */
function addHalfTile(job: Pool, length: usize, m: usize, n: usize): void {
  const bytes: usize = 8 * <usize>job.width;
  const first: usize = <usize>job.curvature + (m >> 3) * bytes + n;
  const second = first + bytes;
  let a = v128.load(first);
  let b = v128.load(first, 16);
  let c = v128.load(second);
  let d = v128.load(second, 16);
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
  }
  v128.store(first, a);
  v128.store(first, b, 16);
  v128.store(second, c);
  v128.store(second, d, 16);
}

/** A tile of four by four on the diagonal, but for the two by two right of it. */
function addCorner(job: Pool, length: usize, m: usize): void {
  const bytes: usize = 8 * <usize>job.width;
  const first: usize = <usize>job.curvature + (m >> 3) * bytes + m;
  const second = first + bytes;
  const third = second + bytes;
  const fourth = third + bytes;
  let a = v128.load(first);
  let c = v128.load(second);
  let e = v128.load(third);
  let f = v128.load(third, 16);
  let g = v128.load(fourth);
  let h = v128.load(fourth, 16);
  let left: usize = <usize>job.parts + m;
  let right: usize = <usize>job.centred + m;
  for (const end = left + length; left < end; left += bytes, right += bytes) {
    const x = v128.load(right);
    a = f64x2.add(a, f64x2.mul(v128.load64_splat(left), x));
    c = f64x2.add(c, f64x2.mul(v128.load64_splat(left, 8), x));
    const y = v128.load(right, 16);
    const r = v128.load64_splat(left, 16);
    e = f64x2.add(e, f64x2.mul(r, x));
    f = f64x2.add(f, f64x2.mul(r, y));
    const s = v128.load64_splat(left, 24);
    g = f64x2.add(g, f64x2.mul(s, x));
    h = f64x2.add(h, f64x2.mul(s, y));
  }
  v128.store(first, a);
  v128.store(second, c);
  v128.store(third, e);
  v128.store(third, f, 16);
  v128.store(fourth, g);
  v128.store(fourth, h, 16);
}

/** A tile of two by two on the diagonal. */
function addSmallCorner(job: Pool, length: usize, m: usize): void {
  const bytes: usize = 8 * <usize>job.width;
  const first: usize = <usize>job.curvature + (m >> 3) * bytes + m;
  const second = first + bytes;
  let a = v128.load(first);
  let b = v128.load(second);
  let left: usize = <usize>job.parts + m;
  let right: usize = <usize>job.centred + m;
  for (const end = left + length; left < end; left += bytes, right += bytes) {
    const x = v128.load(right);
    a = f64x2.add(a, f64x2.mul(v128.load64_splat(left), x));
    b = f64x2.add(b, f64x2.mul(v128.load64_splat(left, 8), x));
  }
  v128.store(first, a);
  v128.store(second, b);
}
