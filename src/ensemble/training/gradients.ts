/**
 * Fixed-point units per unit of gradient: the largest power of two for which every derivative fits 31 bits and the sum
 * over all rows 53 bits. Sums in float64 are then exact, and so independent of their order.
 */
export function fixedPointScale(rows: number, largestWeight: number): number {
  const bits = Math.min(30, 52 - Math.ceil(Math.log2(rows)));
  return 2 ** (bits - Math.ceil(Math.log2(largestWeight)));
}
