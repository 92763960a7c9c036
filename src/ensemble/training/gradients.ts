/** Bits of a packed sum's half beside its sign: see src/kernels/assembly/training/packed.ts. */
const HALF_BITS = 31;
/** Bits of a derivative where rows are many: as good as more, and sums of so many rows as 2^15 hold them. */
const LEAST_BITS = 16;

/** How derivatives become whole numbers, whose sums are exact and so independent of their order. */
export interface FixedPoint {
  /** units per unit of gradient, a power of two */
  readonly scale: number;
  /** rows that a packed sum of 32 bits for the gradient holds at most */
  readonly mostPacked: number;
}

/**
 * As many bits as the sum over all rows leaves to each derivative, from 16 to 30; where rows are so many that it would be
 * fewer, sums are taken of some rows at a time. Derivatives are at most the largest weight, hessians half of it.
 */
export function fixedPoint(rows: number, largestWeight: number): FixedPoint {
  const fitting = HALF_BITS - Math.ceil(Math.log2(rows + 1));
  const bits = Math.max(LEAST_BITS, Math.min(30, fitting));
  return {
    scale: 2 ** (bits - Math.ceil(Math.log2(largestWeight))),
    mostPacked: 2 ** (HALF_BITS - bits) - 1,
  };
}
