/** AssemblyScript: rows of bits from bytes, and bytes from rows of bits. */

/**
 * Bit j of byte c of register i becomes bit i of byte c of register j: from the bytes of 128 rows (row 16 i + c) to the
 * planes of their bits, and back. Registers are `step` and `targetStep` bytes apart.
 */
@inline
export function transpose(from: usize, step: usize, to: usize, targetStep: usize): void {
  let a0 = v128.load(from);
  let a1 = v128.load(from + step);
  let a2 = v128.load(from + 2 * step);
  let a3 = v128.load(from + 3 * step);
  let a4 = v128.load(from + 4 * step);
  let a5 = v128.load(from + 5 * step);
  let a6 = v128.load(from + 6 * step);
  let a7 = v128.load(from + 7 * step);
  const nibbles = i8x16.splat(0x0f);
  const pairs = i8x16.splat(0x33);
  const bits = i8x16.splat(0x55);
  let t = unequal(a0, a4, 4, nibbles);
  a4 = v128.xor(a4, t);
  a0 = v128.xor(a0, i64x2.shl(t, 4));
  t = unequal(a1, a5, 4, nibbles);
  a5 = v128.xor(a5, t);
  a1 = v128.xor(a1, i64x2.shl(t, 4));
  t = unequal(a2, a6, 4, nibbles);
  a6 = v128.xor(a6, t);
  a2 = v128.xor(a2, i64x2.shl(t, 4));
  t = unequal(a3, a7, 4, nibbles);
  a7 = v128.xor(a7, t);
  a3 = v128.xor(a3, i64x2.shl(t, 4));
  t = unequal(a0, a2, 2, pairs);
  a2 = v128.xor(a2, t);
  a0 = v128.xor(a0, i64x2.shl(t, 2));
  t = unequal(a1, a3, 2, pairs);
  a3 = v128.xor(a3, t);
  a1 = v128.xor(a1, i64x2.shl(t, 2));
  t = unequal(a4, a6, 2, pairs);
  a6 = v128.xor(a6, t);
  a4 = v128.xor(a4, i64x2.shl(t, 2));
  t = unequal(a5, a7, 2, pairs);
  a7 = v128.xor(a7, t);
  a5 = v128.xor(a5, i64x2.shl(t, 2));
  t = unequal(a0, a1, 1, bits);
  a1 = v128.xor(a1, t);
  a0 = v128.xor(a0, i64x2.shl(t, 1));
  t = unequal(a2, a3, 1, bits);
  a3 = v128.xor(a3, t);
  a2 = v128.xor(a2, i64x2.shl(t, 1));
  t = unequal(a4, a5, 1, bits);
  a5 = v128.xor(a5, t);
  a4 = v128.xor(a4, i64x2.shl(t, 1));
  t = unequal(a6, a7, 1, bits);
  a7 = v128.xor(a7, t);
  a6 = v128.xor(a6, i64x2.shl(t, 1));
  v128.store(to, a0);
  v128.store(to + targetStep, a1);
  v128.store(to + 2 * targetStep, a2);
  v128.store(to + 3 * targetStep, a3);
  v128.store(to + 4 * targetStep, a4);
  v128.store(to + 5 * targetStep, a5);
  v128.store(to + 6 * targetStep, a6);
  v128.store(to + 7 * targetStep, a7);
}

/** Where the upper bits of `a`, moved down, differ from the lower bits of `b`. */
@inline
function unequal(a: v128, b: v128, shift: i32, mask: v128): v128 {
  return v128.and(v128.xor(i64x2.shr_u(a, shift), b), mask);
}
