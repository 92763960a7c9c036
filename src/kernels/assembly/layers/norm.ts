import { addScaled, high, low, narrow } from './wide';

const EPSILON: f64 = 1e-5;

/**
 * Each row of x [rows][width] shifted to mean 0 and scaled to deviation 1 (`normal`), the factor that scaled it
 * (`inverse`, [row]), and normal x (1 + gain) + bias (`out`). Rows are summed four at a time, side by side: each by
 * itself, in order. There must be room for rows up to the next multiple of 4.
 */
export function normalise(
  rows: i32,
  width: i32,
  x: usize,
  gain: usize,
  bias: usize,
  normal: usize,
  inverse: usize,
  out: usize,
): void {
  const bytes = <usize>width << 2;
  const count = <f64>width;
  for (let row = 0; row < rows; row += 4) {
    let a: f64 = 0;
    let b: f64 = 0;
    let c: f64 = 0;
    let d: f64 = 0;
    for (let j: usize = 0; j < bytes; j += 4) {
      const at = x + j;
      a += <f64>f32.load(at);
      b += <f64>f32.load(at + bytes);
      c += <f64>f32.load(at + 2 * bytes);
      d += <f64>f32.load(at + 3 * bytes);
    }
    a /= count;
    b /= count;
    c /= count;
    d /= count;
    let aa: f64 = 0;
    let bb: f64 = 0;
    let cc: f64 = 0;
    let dd: f64 = 0;
    for (let j: usize = 0; j < bytes; j += 4) {
      const at = x + j;
      aa += squared(<f64>f32.load(at) - a);
      bb += squared(<f64>f32.load(at + bytes) - b);
      cc += squared(<f64>f32.load(at + 2 * bytes) - c);
      dd += squared(<f64>f32.load(at + 3 * bytes) - d);
    }
    f32.store(inverse, factorOf(aa, count));
    f32.store(inverse + 4, factorOf(bb, count));
    f32.store(inverse + 8, factorOf(cc, count));
    f32.store(inverse + 12, factorOf(dd, count));
    scaleRow(width, x, a, f32.load(inverse), gain, bias, normal, out);
    scaleRow(width, x + bytes, b, f32.load(inverse + 4), gain, bias, normal + bytes, out + bytes);
    scaleRow(width, x + 2 * bytes, c, f32.load(inverse + 8), gain, bias, normal + 2 * bytes, out + 2 * bytes);
    scaleRow(width, x + 3 * bytes, d, f32.load(inverse + 12), gain, bias, normal + 3 * bytes, out + 3 * bytes);
    x += 4 * bytes;
    normal += 4 * bytes;
    out += 4 * bytes;
    inverse += 16;
  }
}

// @ts-expect-error AssemblyScript
@inline
function squared(x: f64): f64 {
  return x * x;
}

// @ts-expect-error AssemblyScript
@inline
function factorOf(squares: f64, count: f64): f32 {
  return <f32>(1 / Math.sqrt(squares / count + EPSILON));
}

function scaleRow(
  width: i32,
  x: usize,
  mean: f64,
  inverse: f32,
  gain: usize,
  bias: usize,
  normal: usize,
  out: usize,
): void {
  const shift = f64x2.splat(mean);
  const scale = f64x2.splat(<f64>inverse);
  const one = f64x2.splat(1);
  const end = x + (<usize>width << 2);
  const four = x + (<usize>(width & ~3) << 2);
  while (x < four) {
    const from = v128.load(x);
    const scaled = narrow(
      f64x2.mul(f64x2.sub(low(from), shift), scale),
      f64x2.mul(f64x2.sub(high(from), shift), scale),
    );
    v128.store(normal, scaled);
    const g = v128.load(gain);
    const plus = v128.load(bias);
    const first = f64x2.add(f64x2.mul(low(scaled), f64x2.add(one, low(g))), low(plus));
    const last = f64x2.add(f64x2.mul(high(scaled), f64x2.add(one, high(g))), high(plus));
    v128.store(out, narrow(first, last));
    x += 16;
    gain += 16;
    bias += 16;
    normal += 16;
    out += 16;
  }
  while (x < end) {
    const scaled = <f32>((<f64>f32.load(x) - mean) * <f64>inverse);
    f32.store(normal, scaled);
    f32.store(out, <f32>(<f64>scaled * (1 + <f64>f32.load(gain)) + <f64>f32.load(bias)));
    x += 4;
    gain += 4;
    bias += 4;
    normal += 4;
    out += 4;
  }
}

/**
 * The gradients of `normalise` from that of its output: of x in `dx`, of gain and bias added to what `dGain` and `dBias`
 * [width] hold.
 */
export function normaliseBack(
  rows: i32,
  width: i32,
  dy: usize,
  gain: usize,
  normal: usize,
  inverse: usize,
  dx: usize,
  dGain: usize,
  dBias: usize,
): void {
  const bytes = <usize>width << 2;
  for (let row = 0; row < rows; row++) {
    let mean: f64 = 0;
    let along: f64 = 0;
    for (let j: usize = 0; j < bytes; j += 4) {
      const d = <f64>f32.load(dy + j) * (1 + <f64>f32.load(gain + j));
      mean += d;
      along += d * <f64>f32.load(normal + j);
    }
    addProducts(width, dy, normal, dGain);
    addScaled(dBias, dy, 1, width);
    mean /= <f64>width;
    along /= <f64>width;
    backRow(width, dy, gain, normal, <f64>f32.load(inverse), mean, along, dx);
    dy += bytes;
    normal += bytes;
    dx += bytes;
    inverse += 4;
  }
}

/** target[j] += a[j] x b[j], the product and the sum in float64. */
// @ts-expect-error AssemblyScript
@inline
function addProducts(width: i32, a: usize, b: usize, target: usize): void {
  const end = a + (<usize>width << 2);
  const four = a + (<usize>(width & ~3) << 2);
  while (a < four) {
    const x = v128.load(a);
    const y = v128.load(b);
    const sum = v128.load(target);
    const first = f64x2.add(low(sum), f64x2.mul(low(x), low(y)));
    const last = f64x2.add(high(sum), f64x2.mul(high(x), high(y)));
    v128.store(target, narrow(first, last));
    a += 16;
    b += 16;
    target += 16;
  }
  while (a < end) {
    f32.store(target, <f32>(<f64>f32.load(target) + <f64>f32.load(a) * <f64>f32.load(b)));
    a += 4;
    b += 4;
    target += 4;
  }
}

/** dx = inverse x (dy x (1 + gain) - mean - normal x along). */
// @ts-expect-error AssemblyScript
@inline
function backRow(
  width: i32,
  dy: usize,
  gain: usize,
  normal: usize,
  inverse: f64,
  mean: f64,
  along: f64,
  dx: usize,
): void {
  const one = f64x2.splat(1);
  const scale = f64x2.splat(inverse);
  const shift = f64x2.splat(mean);
  const slope = f64x2.splat(along);
  const end = dy + (<usize>width << 2);
  const four = dy + (<usize>(width & ~3) << 2);
  while (dy < four) {
    const d = v128.load(dy);
    const g = v128.load(gain);
    const n = v128.load(normal);
    const first = f64x2.sub(f64x2.mul(low(d), f64x2.add(one, low(g))), shift);
    const last = f64x2.sub(f64x2.mul(high(d), f64x2.add(one, high(g))), shift);
    v128.store(
      dx,
      narrow(
        f64x2.mul(scale, f64x2.sub(first, f64x2.mul(low(n), slope))),
        f64x2.mul(scale, f64x2.sub(last, f64x2.mul(high(n), slope))),
      ),
    );
    dy += 16;
    gain += 16;
    normal += 16;
    dx += 16;
  }
  while (dy < end) {
    const d = <f64>f32.load(dy) * (1 + <f64>f32.load(gain));
    f32.store(dx, <f32>(inverse * (d - mean - <f64>f32.load(normal) * along)));
    dy += 4;
    gain += 4;
    normal += 4;
    dx += 4;
  }
}
