import type { Bins } from './binning.js';
import type { GrowingRows } from './growing-rows.js';

/**
 * Sums over the rows of a node, for the columns that its tree may test: slot = (place of the column << slotBits) + code.
 * All are exact integers.
 */
export interface Histogram {
  /** [slot][gradient, hessian] in fixed point */
  readonly sums: Float64Array;
  /** rows [slot]; empty where no limit on rows per leaf needs them */
  readonly counts: Int32Array;
}

/** The rows of a tree and what its histograms are about. */
export interface HistogramInput {
  readonly rows: GrowingRows;
  /** the columns that the tree may test, in the order of the histogram */
  readonly rules: { readonly features: Int32Array; readonly bins: Bins };
}

/** An empty histogram. */
export function createHistogram(slots: number, withCounts: boolean): Histogram {
  return { sums: new Float64Array(2 * slots), counts: new Int32Array(withCounts ? slots : 0) };
}

/** Fills `target` with the sums over order[start..end). O((end - start) columns + slots). */
export function buildHistogram(
  input: HistogramInput,
  range: { readonly start: number; readonly end: number },
  target: Histogram,
): void {
  target.sums.fill(0);
  addRows(input, range.start, range.end, target.sums);
  if (target.counts.length === 0) return;
  target.counts.fill(0);
  countRows(input, range.start, range.end, target.counts);
}

/** The hot loop of training, four columns at a time: nearly twice as fast as one by one. */
function addRows({ rows, rules }: HistogramInput, start: number, end: number, sums: Float64Array): void {
  const { codes, stride, rowOf, order, gradient, hessian } = rows;
  const { features } = rules;
  const shift = rules.bins.slotBits + 1;
  const columns = features.length;
  for (let at = start; at < end; at++) {
    const position = order[at];
    const base = rowOf[position] * stride;
    const g = gradient[position];
    const h = hessian[position];
    let place = 0;
    for (; place + 3 < columns; place += 4) {
      let slot = (place << shift) + 2 * codes[base + features[place]];
      sums[slot] += g;
      sums[slot + 1] += h;
      slot = ((place + 1) << shift) + 2 * codes[base + features[place + 1]];
      sums[slot] += g;
      sums[slot + 1] += h;
      slot = ((place + 2) << shift) + 2 * codes[base + features[place + 2]];
      sums[slot] += g;
      sums[slot + 1] += h;
      slot = ((place + 3) << shift) + 2 * codes[base + features[place + 3]];
      sums[slot] += g;
      sums[slot + 1] += h;
    }
    for (; place < columns; place++) {
      const slot = (place << shift) + 2 * codes[base + features[place]];
      sums[slot] += g;
      sums[slot + 1] += h;
    }
  }
}

/** parent - child, in the parent's place: the sibling's histogram, exactly. O(slots). */
export function subtractHistogram(parent: Histogram, child: Histogram): void {
  subtract(parent.sums, child.sums);
  subtract(parent.counts, child.counts);
}

function subtract(from: Float64Array | Int32Array, values: Float64Array | Int32Array): void {
  for (let at = 0; at < from.length; at++) from[at] -= values[at];
}

function countRows({ rows, rules }: HistogramInput, start: number, end: number, counts: Int32Array): void {
  const { codes, stride, rowOf, order } = rows;
  const { features, bins } = rules;
  for (let at = start; at < end; at++) {
    const base = rowOf[order[at]] * stride;
    for (let place = 0; place < features.length; place++) {
      counts[(place << bins.slotBits) + codes[base + features[place]]]++;
    }
  }
}
