import { addScaled } from './wide';

/**
 * out[r] += sum over the entries (r, c) of value x dense[c], for compressed sparse rows: entries of row r are at
 * offsets[r] until offsets[r + 1]. dense [columns][width], out [rows][width], which the caller has set to zeros.
 */
export function multiply(
  rows: i32,
  width: i32,
  offsets: usize,
  indices: usize,
  values: usize,
  dense: usize,
  out: usize,
): void {
  const bytes = <usize>width << 2;
  for (let row = 0; row < rows; row++) {
    const end = load<i32>(offsets + 4);
    for (let at = load<i32>(offsets); at < end; at++) {
      const entry = <usize>at << 2;
      const source = dense + <usize>load<i32>(indices + entry) * bytes;
      addScaled(out, source, <f64>f32.load(values + entry), width);
    }
    offsets += 4;
    out += bytes;
  }
}

/** out[c] += sum over the entries (r, c) of value x dense[r]: as `multiply`, with the matrix turned. */
export function multiplyTransposed(
  rows: i32,
  width: i32,
  offsets: usize,
  indices: usize,
  values: usize,
  dense: usize,
  out: usize,
): void {
  const bytes = <usize>width << 2;
  for (let row = 0; row < rows; row++) {
    const end = load<i32>(offsets + 4);
    for (let at = load<i32>(offsets); at < end; at++) {
      const entry = <usize>at << 2;
      const target = out + <usize>load<i32>(indices + entry) * bytes;
      addScaled(target, dense, <f64>f32.load(values + entry), width);
    }
    offsets += 4;
    dense += bytes;
  }
}
