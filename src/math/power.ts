/**
 * Powers that are the same bits on every version of Node. `**` is not: V8 has changed how it computes it. A power of 2 to
 * a whole number is exact everywhere, and may be written `2 ** n` (test/style.test.ts).
 */

/** x times x. */
export function square(x: number): number {
  return x * x;
}

/** `base` to any power, both at least 0: by square roots for halves and quarters, else as exp(exponent * log(base)). */
export function power(base: number, exponent: number): number {
  if (exponent === 0) return 1;
  if (exponent === 1) return base;
  if (exponent === 0.5) return Math.sqrt(base);
  if (exponent === 0.25) return Math.sqrt(Math.sqrt(base));
  return Math.exp(exponent * Math.log(base));
}
