const EXPONENT_BIAS = 15;
const FRACTION_BITS = 10;

/** IEEE 754 half floats, as their bits, to single precision (exact). O(values) with a table of all 65,536. */
export function float16Values(bits: Uint16Array): Float32Array {
  const table = new Float32Array(1 << 16);
  for (let half = 0; half < table.length; half++) table[half] = float16Value(half);
  return Float32Array.from(bits, (half) => table[half]);
}

function float16Value(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> FRACTION_BITS) & 0x1f;
  const fraction = (half & 0x3ff) / 2 ** FRACTION_BITS;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** (1 - EXPONENT_BIAS);
  return sign * (1 + fraction) * 2 ** (exponent - EXPONENT_BIAS);
}
