import { EsciSelectError } from '../errors.js';
import type { FeatureMatrix } from './tree.js';

/** Above every legal value: `x < LARGEST` holds for every present x, and for no missing one. */
const LARGEST = Math.fround(3.4028234663852886e38);

/** Rows that bins are made from at most: 255 bins then hold a thousand rows each, so that they are full to about 3%. */
const MOST_ROWS_LOOKED_AT = 2 ** 18;

/** How values become codes of one byte. */
export interface Bins {
  /**
   * Upper bounds of the bins of each column [column], ascending float32, at most 255. Code b of a column holds
   * cuts[b-1] <= x < cuts[b], so a row goes left of threshold cuts[b] exactly when its code is at most b. The last cut
   * lies above all values and so parts present from missing.
   */
  readonly cuts: readonly Float32Array[];
  /** codes of every column lie below 2^slotBits, which is no more than their number asks for */
  readonly slotBits: number;
  /** the code of a missing value: 2^slotBits - 1, above the codes of all bins */
  readonly missing: number;
}

/** A feature table in bins, shared by all ensembles that learn from it, whichever of its rows they take. */
export interface BinnedFeatures {
  readonly bins: Bins;
  /** [row][column] of the whole table */
  readonly codes: Uint8Array;
}

/**
 * Bins from the given rows, and every row of the table in them: cuts use no label, so the folds of a cross-validation
 * may share them. Throws 'data' on infinite values. O(columns rows log rows).
 */
export function binFeatures(features: FeatureMatrix, rows: Int32Array, maxBins: number): BinnedFeatures {
  const bins = planBins(features, rows, maxBins);
  return { bins, codes: encodeFeatures(features, bins) };
}

/**
 * Quantile bins of every column over the given rows: one per distinct value where there are at most maxBins (cuts half
 * way between), else about equally full ones. Of more than MOST_ROWS_LOOKED_AT rows, so many are looked at, evenly
 * spread. Throws 'data' on infinite values. O(columns rows log rows).
 */
export function planBins(features: FeatureMatrix, rows: Int32Array, maxBins: number): Bins {
  const looked = spread(rows);
  const values = new Float32Array(looked.length);
  const cuts = Array.from({ length: features.columns }, (_, column) => {
    const present = gatherPresent(features, looked, column, values);
    return quantileCuts(values.subarray(0, present).sort(), maxBins);
  });
  const most = cuts.reduce((largest, { length }) => Math.max(largest, length), 1);
  const slotBits = Math.ceil(Math.log2(most + 1));
  return { cuts, slotBits, missing: 2 ** slotBits - 1 };
}

/** Codes [row][column]. Values beyond those the bins were made from fall into the outer bins. Throws 'data'. */
export function encodeFeatures(features: FeatureMatrix, bins: Bins): Uint8Array {
  const { columns, values, rows } = features;
  const codes = new Uint8Array(rows * columns);
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, at++) {
      const value = values[at];
      if (Math.abs(value) >= LARGEST) throw infinite(features.names[column], row, value);
      codes[at] = Number.isNaN(value) ? bins.missing : codeOf(bins.cuts[column], value);
    }
  }
  return codes;
}

/** The number of cuts at or below a present value, at most the last bin. O(log cuts). */
export function codeOf(cuts: Float32Array, value: number): number {
  let low = 0;
  let high = Math.max(0, cuts.length - 1);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cuts[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** At most MOST_ROWS_LOOKED_AT of the rows, evenly spread. */
function spread(rows: Int32Array): Int32Array {
  if (rows.length <= MOST_ROWS_LOOKED_AT) return rows;
  const step = rows.length / MOST_ROWS_LOOKED_AT;
  return Int32Array.from({ length: MOST_ROWS_LOOKED_AT }, (_, at) => rows[Math.floor(at * step)]);
}

/** Copies the present values of a column to the front of `target` and returns their number. */
function gatherPresent(
  features: FeatureMatrix,
  rows: Int32Array,
  column: number,
  target: Float32Array,
): number {
  let present = 0;
  for (const row of rows) {
    const value = features.values[row * features.columns + column];
    if (Math.abs(value) >= LARGEST) throw infinite(features.names[column], row, value);
    if (!Number.isNaN(value)) target[present++] = value;
  }
  return present;
}

function infinite(name: string, row: number, value: number): EsciSelectError {
  return new EsciSelectError('data', `column ${name} is ${value} in row ${row}, expected a finite number`, {
    hint: 'a missing value is NaN',
  });
}

/** Upper bounds of the bins of ascending values; empty if there are none. */
function quantileCuts(ascending: Float32Array, maxBins: number): Float32Array {
  if (ascending.length === 0) return new Float32Array(0);
  const { values, counts } = distinct(ascending);
  const cuts: number[] = [];
  let rowsLeft = ascending.length;
  let filled = 0;
  for (let at = 0; at + 1 < values.length && cuts.length + 1 < maxBins; at++) {
    filled += counts[at];
    const binsLeft = maxBins - cuts.length;
    const target = rowsLeft / binsLeft;
    // close the bin here if taking the next value would overshoot by more than stopping now falls short
    const closes = values.length <= maxBins || filled + counts[at + 1] / 2 >= target;
    if (!closes) continue;
    cuts.push(between(values[at], values[at + 1]));
    rowsLeft -= filled;
    filled = 0;
  }
  return Float32Array.from([...cuts, LARGEST]);
}

function distinct(ascending: Float32Array): { values: Float32Array; counts: Int32Array } {
  const values = new Float32Array(ascending.length);
  const counts = new Int32Array(ascending.length);
  let number = 0;
  for (const value of ascending) {
    if (number === 0 || values[number - 1] !== value) values[number++] = value;
    counts[number - 1]++;
  }
  return { values: values.subarray(0, number), counts: counts.subarray(0, number) };
}

/** A float32 t with low < t <= high: the middle, unless rounding takes it down to low. */
function between(low: number, high: number): number {
  const middle = Math.fround((low + high) / 2);
  return middle > low ? middle : high;
}
