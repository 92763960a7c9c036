const float = new Float32Array(1);
const word = new Int32Array(float.buffer);

/**
 * The smallest float32 above a number: for every float32 x, x <= t iff x < nextFloat32(t). Infinity above the largest
 * float32; NaN stays NaN.
 *
 * @example
 * nextFloat32(0.5); // => 0.5000000596046448
 */
export function nextFloat32(value: number): number {
  float[0] = value;
  if (float[0] > value || Number.isNaN(value) || float[0] === Number.POSITIVE_INFINITY) return float[0];
  // of both zeros the next is the smallest positive number
  if (float[0] === 0) word[0] = 1;
  else word[0] += float[0] > 0 ? 1 : -1;
  return float[0];
}
