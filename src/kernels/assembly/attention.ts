/**
 * AssemblyScript, compiled to dist/kernels/attention.wasm: self-attention of one sequence, all heads, forward and back
 * (see src/models/tfjs/attention.ts). All numbers are float32; rows of `qkv` are [3 x heads x side], `side` a multiple
 * of 4. Scratch holds, with n rounded up to whole vectors of 4: keys turned [side][n], values turned [side][n], and
 * two rows [n].
 */

/** The output [token][heads x side] of a sequence of n tokens; adds to what `output` holds. */
export function attend(n: i32, heads: i32, side: i32, qkv: usize, output: usize, scratch: usize): void {
  const width = heads * side;
  const stride = <usize>(3 * width) << 2;
  const bytes = <usize>side << 2;
  const padded = <usize>((n + 3) & ~3) << 2;
  const keys = scratch;
  const shares = scratch + 2 * padded * <usize>side;
  for (let head = 0; head < heads; head++) {
    const q = qkv + <usize>(head * side << 2);
    const v = q + (<usize>(2 * width) << 2);
    turn(n, side, q + (<usize>width << 2), stride, keys, padded);
    for (let from = 0; from < n; from++) {
      attentionShares(n, side, q + <usize>from * stride, keys, padded, shares);
      const target = output + (<usize>(from * width + head * side) << 2);
      for (let to = 0; to < n; to++) {
        const share = v128.load32_splat(shares + (<usize>to << 2));
        addScaled(target, v + <usize>to * stride, share, bytes);
      }
    }
  }
}

/** The gradient of qkv from that of the output, `dy` [token][heads x side]; adds to what `gradient` holds. */
export function attendBack(
  n: i32,
  heads: i32,
  side: i32,
  qkv: usize,
  dy: usize,
  gradient: usize,
  scratch: usize,
): void {
  const width = heads * side;
  const stride = <usize>(3 * width) << 2;
  const bytes = <usize>side << 2;
  const padded = <usize>((n + 3) & ~3) << 2;
  const keys = scratch;
  const values = keys + padded * <usize>side;
  const shares = values + padded * <usize>side;
  const scores = shares + padded;
  for (let head = 0; head < heads; head++) {
    const offset = <usize>(head * side << 2);
    const q = qkv + offset;
    const k = q + (<usize>width << 2);
    const dq = gradient + offset;
    const dk = dq + (<usize>width << 2);
    const dv = dk + (<usize>width << 2);
    turn(n, side, k, stride, keys, padded);
    turn(n, side, k + (<usize>width << 2), stride, values, padded);
    for (let from = 0; from < n; from++) {
      const row = <usize>from * stride;
      const dOut = dy + (<usize>(from * width) << 2) + offset;
      attentionShares(n, side, q + row, keys, padded, shares);
      dots(side, dOut, values, padded, scores, f32x4.splat(1));
      scoreGradient(shares, scores, padded, side);
      for (let to = 0; to < n; to++) {
        const at = <usize>to << 2;
        const place = <usize>to * stride;
        addScaled(dv + place, dOut, v128.load32_splat(shares + at), bytes);
        const d = v128.load32_splat(scores + at);
        addScaled(dk + place, q + row, d, bytes);
        addScaled(dq + row, k + place, d, bytes);
      }
    }
  }
}

/** source [n] rows of `side`, `stride` bytes apart, to target [side][n], zero where n ends before `padded` bytes do. */
function turn(n: i32, side: i32, source: usize, stride: usize, target: usize, padded: usize): void {
  for (let j = 0; j < side; j++) {
    let to = target + <usize>j * padded;
    const end = to + padded;
    let from = source + (<usize>j << 2);
    for (let at = 0; at < n; at++) {
      f32.store(to, f32.load(from));
      to += 4;
      from += stride;
    }
    for (; to < end; to += 4) f32.store(to, 0);
  }
}

/** out[to] = scale x the dot product of x [side] with column `to` of turned rows. */
// @ts-expect-error AssemblyScript
@inline
function dots(side: i32, x: usize, turned: usize, padded: usize, out: usize, scale: v128): void {
  for (let at: usize = 0; at < padded; at += 16) {
    let sum = f32x4.splat(0);
    let column = turned + at;
    for (let j = 0; j < side; j++) {
      sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(x + (<usize>j << 2)), v128.load(column)));
      column += padded;
    }
    v128.store(out + at, f32x4.mul(sum, scale));
  }
}

/** Softmax over the n tokens of q . k / sqrt(side); zero beyond n. */
function attentionShares(n: i32, side: i32, q: usize, keys: usize, padded: usize, shares: usize): void {
  dots(side, q, keys, padded, shares, f32x4.splat(<f32>(1 / Math.sqrt(<f64>side))));
  let largest = f32.load(shares);
  for (let to = 1; to < n; to++) largest = max<f32>(largest, f32.load(shares + (<usize>to << 2)));
  const shift = f32x4.splat(largest);
  for (let at: usize = 0; at < padded; at += 16) {
    v128.store(shares + at, exponential(f32x4.sub(v128.load(shares + at), shift)));
  }
  let sum: f32 = 0;
  for (let to = 0; to < n; to++) sum += f32.load(shares + (<usize>to << 2));
  const inverse = f32x4.splat(1 / sum);
  for (let at: usize = 0; at < padded; at += 16) {
    v128.store(shares + at, f32x4.mul(v128.load(shares + at), inverse));
  }
  for (let at = <usize>n << 2; at < padded; at += 4) f32.store(shares + at, 0);
}

/** scores = shares x (scores - their mean by shares) / sqrt(side): the softmax's own gradient. */
// @ts-expect-error AssemblyScript
@inline
function scoreGradient(shares: usize, scores: usize, padded: usize, side: i32): void {
  let sums = f32x4.splat(0);
  for (let at: usize = 0; at < padded; at += 16) {
    sums = f32x4.add(sums, f32x4.mul(v128.load(shares + at), v128.load(scores + at)));
  }
  const mean = f32x4.splat(
    f32x4.extract_lane(sums, 0) +
      f32x4.extract_lane(sums, 1) +
      f32x4.extract_lane(sums, 2) +
      f32x4.extract_lane(sums, 3),
  );
  const scale = f32x4.splat(<f32>(1 / Math.sqrt(<f64>side)));
  for (let at: usize = 0; at < padded; at += 16) {
    const moved = f32x4.sub(v128.load(scores + at), mean);
    v128.store(scores + at, f32x4.mul(f32x4.mul(v128.load(shares + at), moved), scale));
  }
}

/** target += scale x source, `bytes` of float32. */
// @ts-expect-error AssemblyScript
@inline
function addScaled(target: usize, source: usize, scale: v128, bytes: usize): void {
  for (let j: usize = 0; j < bytes; j += 16) {
    const product = f32x4.mul(scale, v128.load(source + j));
    v128.store(target + j, f32x4.add(v128.load(target + j), product));
  }
}

/** e^x for x from -87 to 0 (less is taken as -87): 2^round times a Taylor polynomial of the rest, error below 3e-7. */
// @ts-expect-error AssemblyScript
@inline
function exponential(x: v128): v128 {
  const bounded = f32x4.max(x, f32x4.splat(-87));
  const whole = f32x4.nearest(f32x4.mul(bounded, f32x4.splat(1.4426950408889634)));
  // log 2 in two parts, the first exact in few bits
  let rest = f32x4.sub(bounded, f32x4.mul(whole, f32x4.splat(0.693359375)));
  rest = f32x4.add(rest, f32x4.mul(whole, f32x4.splat(2.1219444e-4)));
  let sum = f32x4.splat(1 / 720.0);
  sum = f32x4.add(f32x4.mul(sum, rest), f32x4.splat(1 / 120.0));
  sum = f32x4.add(f32x4.mul(sum, rest), f32x4.splat(1 / 24.0));
  sum = f32x4.add(f32x4.mul(sum, rest), f32x4.splat(1 / 6.0));
  sum = f32x4.add(f32x4.mul(sum, rest), f32x4.splat(0.5));
  sum = f32x4.add(f32x4.mul(sum, rest), f32x4.splat(1));
  sum = f32x4.add(f32x4.mul(sum, rest), f32x4.splat(1));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(whole), i32x4.splat(127)), 23);
  return f32x4.mul(sum, power);
}
