/**
 * Sums of gradient and hessian in one 64-bit integer, hessian 2^32 + gradient, so that one addition serves both. The
 * gradient's half is signed and borrows from the other: it is read first, and taken off. The host limits the rows of a sum
 * so that both halves fit (src/ensemble/training/gradients.ts).
 */

/** Bytes between the packed sums of columns: 256 slots, and a cache line so that equal codes do not share a set. */
export const PACKED_COLUMN: usize = 2112;

/** Gradient and hessian of a packed sum, as f64. */
// @ts-ignore: decorator
@inline
export function unpack(packed: i64): v128 {
  const gradient = <i64>(<i32>packed);
  return f64x2.replace_lane(f64x2.splat(<f64>gradient), 1, <f64>((packed - gradient) >> 32));
}

/** Sets the packed sums of some columns, codes 0 to `lastCode`, to 0. */
export function clearPacked(packed: usize, columns: u32, lastCode: u32): void {
  for (let place: u32 = 0; place < columns; place++) {
    memory.fill(packed + <usize>place * PACKED_COLUMN, 0, (<usize>lastCode + 1) << 3);
  }
}

/** Adds a column's packed sums, `step` bytes apart, to its sums in float64, or puts them there if they are the first. */
export function flushPacked(packed: usize, step: usize, lastCode: u32, target: usize, isFirst: bool): void {
  for (const end = target + ((<usize>lastCode + 1) << 4); target < end; target += 16, packed += step) {
    const pair = unpack(load<i64>(packed));
    v128.store(target, isFirst ? pair : f64x2.add(v128.load(target), pair));
  }
}
