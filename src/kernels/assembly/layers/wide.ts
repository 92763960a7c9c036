/** Four float32 as two pairs of float64, and back. */

/** The first two of four, as float64. */
// @ts-expect-error AssemblyScript
@inline
export function low(four: v128): v128 {
  return f64x2.promote_low_f32x4(four);
}

/** The last two of four, as float64. */
// @ts-expect-error AssemblyScript
@inline
export function high(four: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<i64>(four, four, 1, 1));
}

/** Two pairs of float64, rounded to four float32. */
// @ts-expect-error AssemblyScript
@inline
export function narrow(first: v128, last: v128): v128 {
  return v128.shuffle<i64>(f32x4.demote_f64x2_zero(first), f32x4.demote_f64x2_zero(last), 0, 2);
}

/** target[j] += scale x source[j], `count` float32; the product and the sum in float64, rounded once. */
// @ts-expect-error AssemblyScript
@inline
export function addScaled(target: usize, source: usize, scale: f64, count: i32): void {
  const factor = f64x2.splat(scale);
  const end = source + (<usize>count << 2);
  const four = source + (<usize>(count & ~3) << 2);
  while (source < four) {
    const x = v128.load(source);
    const y = v128.load(target);
    const first = f64x2.add(low(y), f64x2.mul(factor, low(x)));
    const last = f64x2.add(high(y), f64x2.mul(factor, high(x)));
    v128.store(target, narrow(first, last));
    source += 16;
    target += 16;
  }
  while (source < end) {
    f32.store(target, <f32>(<f64>f32.load(target) + scale * <f64>f32.load(source)));
    source += 4;
    target += 4;
  }
}
