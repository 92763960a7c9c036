import { bitsOf } from './program.js';

/**
 * Where in a column's cuts to look for a value: values are put in buckets by the leading bits of their float32 (so
 * that buckets are finer near 0, as probabilities' cuts are), and a bucket knows how many cuts lie below it.
 */
export interface Buckets {
  /** a value's bucket is ((its bits, in the order of the values) >> shift) - first, kept within 0 and last */
  readonly shift: number;
  readonly first: number;
  readonly last: number;
  /** [bucket] cuts in lower buckets */
  readonly starts: Uint16Array;
  /** most cuts in a bucket */
  readonly window: number;
}

/** Few enough for their starts to lie in the first-level cache. */
const MOST_BUCKETS = 2048;

/** The buckets of ascending, distinct cuts, at least one. O(cuts + buckets). */
export function createBuckets(cuts: Float32Array): Buckets {
  const lowest = ordered(cuts[0]);
  const highest = ordered(cuts[cuts.length - 1]);
  let shift = 1; // so that differences of buckets fit into 32 bits
  while ((highest >> shift) - (lowest >> shift) + 3 > MOST_BUCKETS) shift++;
  const first = (lowest >> shift) - 1;
  const last = (highest >> shift) - first + 1;
  const counts = new Uint16Array(last + 1);
  for (const cut of cuts) counts[(ordered(cut) >> shift) - first]++;
  const starts = new Uint16Array(last + 1);
  let most = 0;
  for (let bucket = 1; bucket <= last; bucket++) {
    starts[bucket] = starts[bucket - 1] + counts[bucket - 1];
    most = Math.max(most, counts[bucket]);
  }
  return { shift, first, last, starts, window: most };
}

/** A float32's bits as a signed integer in the order of the values. */
function ordered(value: number): number {
  const bits = bitsOf(value);
  return bits ^ ((bits >> 31) & 0x7fffffff);
}
