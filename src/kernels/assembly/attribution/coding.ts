/** Codes of values: how many thresholds of the column lie below. */

/** What codeColumn works on; addresses in bytes. */
@unmanaged
export class Coding {
  /** the column's first value, and bytes from row to row */
  values: u32;
  step: u32;
  rows: u32;
  /** thresholds, ascending, filled up with infinity to one less than a power of two */
  cuts: u32;
  count: u32;
  /** that power of two */
  size: u32;
  /** codes with missing values above all cuts, and below all cuts (0: not wanted) */
  right: u32;
  left: u32;
}

/**
 * Codes one column: -127 + the number of thresholds <= value; missing is 127, and -128 in `left`. Returns the number
 * of missing values.
 */
export function codeColumn(pointer: usize): u32 {
  const job = changetype<Coding>(pointer);
  let value = <usize>job.values;
  const cuts = <usize>job.cuts;
  let missing: u32 = 0;
  for (let row: u32 = 0; row < job.rows; row++) {
    const x = load<f32>(value);
    value += <usize>job.step;
    let below: u32 = 0;
    for (let step = job.size >> 1; step > 0; step >>= 1) {
      const next = below + step;
      below = select<u32>(next, below, load<f32>(cuts + 4 * <usize>(next - 1)) <= x);
    }
    const code = <i32>min<u32>(below, job.count) - 127;
    store<u8>(<usize>job.right + <usize>row, select<i32>(127, code, x != x));
    if (job.left != 0) store<u8>(<usize>job.left + <usize>row, select<i32>(-128, code, x != x));
    missing += u32(x != x);
  }
  return missing;
}
