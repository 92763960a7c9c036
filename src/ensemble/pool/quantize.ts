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
  const column = sumsOf(values, transform);
  const { sums } = column;
  const all = { from: 0, to: values.length, first: 0, last: column.count };
  const parts = values.length === 0 ? [] : [widestSplit(column, all)];
  while (parts.length < most) {
    const best = widestOf(parts);
    if (best < 0) break;
    const { from, split, to, first, at, last } = parts[best];
    const left = widestSplit(column, { from, to: split, first, last: at });
    parts.splice(best, 1, left, widestSplit(column, { from: split, to, first: at + 1, last }));
  }
  return {
    cuts: Float32Array.from(parts.slice(1), ({ from }) => between(values[from - 1], values[from])),
    values: Float64Array.from(parts, ({ from, to }) => (sums[to] - sums[from]) / (to - from)),
    counts: Float64Array.from(parts, ({ from, to }) => to - from),
  };
}

/** Sorted values, as what is looked for in them takes them. */
interface SortedColumn {
  /** [place] sum of the transformed values before it */
  readonly sums: Float64Array;
  /** places whose value differs from the one before, of which there are `count`: a branch for each place takes longer */
  readonly edges: Int32Array;
  readonly count: number;
}

function sumsOf(values: Float32Array, transform: (value: number) => number): SortedColumn {
  const sums = new Float64Array(values.length + 1);
  const edges = new Int32Array(values.length);
  let count = 0;
  let transformed = values.length === 0 ? 0 : transform(values[0]);
  for (let at = 0; at < values.length; at++) {
    if (at > 0 && values[at] !== values[at - 1]) {
      edges[count++] = at;
      transformed = transform(values[at]);
    }
    sums[at + 1] = sums[at] + transformed;
  }
  return { sums, edges, count };
}

/** Sorted values from..to-1, and the edges within them, first..last-1. */
interface Range {
  readonly from: number;
  readonly to: number;
  readonly first: number;
  readonly last: number;
}

/** A range, and where to split it: a place and the edge that it is; a gain of 0 where all are alike. */
interface Part extends Range {
  readonly split: number;
  readonly at: number;
  readonly gain: number;
}

/** Errors smaller than this, of sums of logarithms, are rounding. */
const LEAST_GAIN = 1e-9;

function widestSplit({ sums, edges }: SortedColumn, range: Range): Part {
  const { from, to, first, last } = range;
  const mean = (sums[to] - sums[from]) / (to - from);
  let best = -1;
  let gain = LEAST_GAIN;
  for (let edge = first; edge < last; edge++) {
    // between-part squares: n1 n2 / n (mean1 - mean2)^2
    const place = edges[edge];
    const left = sums[place] - sums[from] - (place - from) * mean;
    const more = (left * left * (to - from)) / ((place - from) * (to - place));
    if (more > gain) {
      gain = more;
      best = edge;
    }
  }
  return best < 0
    ? { ...range, split: from, at: first, gain: 0 }
    : { ...range, split: edges[best], at: best, gain };
}

/** The first of the parts whose split gains most; -1 where none gains anything. */
function widestOf(parts: readonly Part[]): number {
  let best = -1;
  let most = 0;
  for (let at = 0; at < parts.length; at++) {
    if (parts[at].gain <= most) continue;
    most = parts[at].gain;
    best = at;
  }
  return best;
}

/** A float32 t with low < t <= high. */
function between(low: number, high: number): number {
  const middle = Math.fround((low + high) / 2);
  return middle > low ? middle : high;
}
