import { sortFloats } from '../../math/sort-floats.js';

/** A column's values in bins, each bin one number. */
export interface QuantizedColumn {
  /** ascending float32: bin b holds cuts[b-1] <= x < cuts[b]; one fewer than there are bins */
  readonly cuts: Float32Array;
  /** [bin] mean of the transformed values in it */
  readonly values: Float64Array;
  /** [bin] rows in it, all above 0 */
  readonly counts: Float64Array;
}

/**
 * Bins of least squared error, grown greedily as a regression tree of the transformed value on itself: always the split
 * that takes away most error, until there are `most` bins (best-first CART; optimal bins lie denser where values lie
 * denser, but not in proportion: Panter & Dite 1951). `values` hold no NaN and are sorted in place; `transform` never
 * falls. One empty-handed bin of value 0 where there are no values. O(values x depth).
 */
export function quantizeColumn(
  values: Float32Array,
  most: number,
  transform: (value: number) => number,
): QuantizedColumn {
  sortFloats(values);
  const sums = new Float64Array(values.length + 1);
  for (let at = 0; at < values.length; at++) sums[at + 1] = sums[at] + transform(values[at]);
  const parts = values.length === 0 ? [] : [widestSplit(values, sums, { from: 0, to: values.length })];
  while (parts.length < most) {
    const best = parts.reduce((a, part, at) => (part.gain > (parts[a]?.gain ?? 0) ? at : a), -1);
    if (best < 0) break;
    const { from, split, to } = parts[best];
    const left = widestSplit(values, sums, { from, to: split });
    parts.splice(best, 1, left, widestSplit(values, sums, { from: split, to }));
  }
  return {
    cuts: Float32Array.from(parts.slice(1), ({ from }) => between(values[from - 1], values[from])),
    values: Float64Array.from(parts, ({ from, to }) => (sums[to] - sums[from]) / (to - from)),
    counts: Float64Array.from(parts, ({ from, to }) => to - from),
  };
}

/** Sorted values from..to-1, and where to split them; a gain of 0 where all are alike. */
interface Part {
  readonly from: number;
  readonly to: number;
  readonly split: number;
  readonly gain: number;
}

/** Errors smaller than this, of sums of logarithms, are rounding. */
const LEAST_GAIN = 1e-9;

function widestSplit(
  values: Float32Array,
  sums: Float64Array,
  { from, to }: { readonly from: number; readonly to: number },
): Part {
  const mean = (sums[to] - sums[from]) / (to - from);
  let split = from;
  let gain = LEAST_GAIN;
  for (let at = from + 1; at < to; at++) {
    if (values[at] === values[at - 1]) continue;
    // between-part squares: n1 n2 / n (mean1 - mean2)^2
    const left = sums[at] - sums[from] - (at - from) * mean;
    const more = (left * left * (to - from)) / ((at - from) * (to - at));
    if (more > gain) {
      gain = more;
      split = at;
    }
  }
  return { from, to, split, gain: split === from ? 0 : gain };
}

/** A float32 t with low < t <= high. */
function between(low: number, high: number): number {
  const middle = Math.fround((low + high) / 2);
  return middle > low ? middle : high;
}
