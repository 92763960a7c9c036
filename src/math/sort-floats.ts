const DIGIT_BITS = 11;
const DIGITS = 2 ** DIGIT_BITS;

/**
 * Sorts float32 values, none of them NaN, ascending, in place; -0 comes before 0. Radix sort by three digits of 11 bits
 * (Knuth, TAOCP volume 3, 5.2.5): several times faster than comparing. O(values), and two arrays as long.
 */
export function sortFloats(values: Float32Array): Float32Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  let from = new Uint32Array(values.length);
  let to = new Uint32Array(values.length);
  for (let at = 0; at < values.length; at++) from[at] = orderedBits(bits[at]);
  for (let shift = 0; shift < 32; shift += DIGIT_BITS) {
    distribute(from, to, shift);
    [from, to] = [to, from];
  }
  for (let at = 0; at < values.length; at++) bits[at] = floatBits(from[at]);
  return values;
}

/** Bits that are ordered as unsigned numbers the way the floats are: all flipped of negative ones, else the sign set. */
function orderedBits(bits: number): number {
  return (bits | 0) < 0 ? ~bits : bits ^ 0x80000000;
}

function floatBits(ordered: number): number {
  return (ordered | 0) < 0 ? ordered ^ 0x80000000 : ~ordered;
}

function distribute(from: Uint32Array, to: Uint32Array, shift: number): void {
  const starts = new Uint32Array(DIGITS);
  for (let at = 0; at < from.length; at++) starts[(from[at] >>> shift) & (DIGITS - 1)]++;
  let sum = 0;
  for (let digit = 0; digit < DIGITS; digit++) {
    const count = starts[digit];
    starts[digit] = sum;
    sum += count;
  }
  for (let at = 0; at < from.length; at++) {
    const value = from[at];
    to[starts[(value >>> shift) & (DIGITS - 1)]++] = value;
  }
}
