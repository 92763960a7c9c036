import { EsciSelectError } from '../../errors.js';
import { sortFloats } from '../../math/sort-floats.js';
import type { FeatureMatrix } from '../tree.js';

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
  const lists = Array.from({ length: Math.min(COLUMNS_AT_ONCE, features.columns) }, () => {
    return new Float32Array(looked.length);
  });
  const cuts: Float32Array[] = [];
  for (let first = 0; first < features.columns; first += COLUMNS_AT_ONCE) {
    const some = lists.slice(0, features.columns - first);
    const present = gatherPresent(features, looked, first, some);
    some.forEach((list, at) => {
      cuts.push(quantileCuts(sortFloats(list.subarray(0, present[at])), maxBins));
    });
  }
  const most = cuts.reduce((largest, { length }) => Math.max(largest, length), 1);
  const slotBits = Math.ceil(Math.log2(most + 1));
  return { cuts, slotBits, missing: 2 ** slotBits - 1 };
}

/** Codes [row][column]. Values beyond those the bins were made from fall into the outer bins. Throws 'data'. */
export function encodeFeatures(features: FeatureMatrix, bins: Bins): Uint8Array {
  const { rows, columns } = features;
  const codes = new Uint8Array(rows * columns);
  const steps = bins.cuts.map(divideEvenly);
  for (let from = 0; from < rows; from += NEAR_ROWS) {
    const to = Math.min(rows, from + NEAR_ROWS);
    for (let column = 0; column < columns; column++) {
      encodeColumn(features, { column, from, to }, { cuts: bins.cuts[column], ...steps[column] }, codes);
    }
  }
  // a column's missing values are marked by the largest code a byte holds, which no bin has
  if (bins.missing < MISSING)
    for (let at = 0; at < codes.length; at++) codes[at] = Math.min(codes[at], bins.missing);
  return codes;
}

/** Rows whose values and codes stay in the cache from one column to the next. */
const NEAR_ROWS = 512;
const MISSING = 255;

/** Writes a column's codes of some rows. Equal steps of the value lead near the bin; the rest is found by halving. */
function encodeColumn(
  { columns, values, names }: FeatureMatrix,
  { column, from, to }: { readonly column: number; readonly from: number; readonly to: number },
  { cuts, first, scale, below }: Steps & { readonly cuts: Float32Array },
  codes: Uint8Array,
): void {
  for (let at = from * columns + column; at < to * columns; at += columns) {
    const value = values[at];
    if (!(Math.abs(value) < LARGEST)) {
      if (!Number.isNaN(value)) throw infinite(names[column], Math.floor(at / columns), value);
      codes[at] = MISSING;
      continue;
    }
    const step = stepOf(value, first, scale);
    let low = below[step];
    let high = below[step + 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (cuts[middle] <= value) low = middle + 1;
      else high = middle;
    }
    codes[at] = low;
  }
}

/** Steps that the range of the cuts is divided into. */
const STEPS = 4096;

/** Equal steps of a column's range. */
interface Steps {
  /** of the first step */
  readonly first: number;
  /** steps per unit */
  readonly scale: number;
  /** [step] cuts in lower steps; the last cut, above all values, counts in none */
  readonly below: Int16Array;
}

/** Divides the range of the cuts, but for the last. */
function divideEvenly(cuts: Float32Array): Steps {
  const inner = Math.max(0, cuts.length - 1);
  const first = inner === 0 ? 0 : cuts[0];
  const range = inner === 0 ? 0 : cuts[inner - 1] - first;
  const scale = range > 0 ? STEPS / range : 0;
  const below = new Int16Array(STEPS + 1);
  for (let cut = 0; cut < inner; cut++) below[stepOf(cuts[cut], first, scale) + 1]++;
  for (let step = 0; step < STEPS; step++) below[step + 1] += below[step];
  return { first, scale, below };
}

/** Never falls as the value rises: cuts in lower steps are at or below it, and cuts in higher steps above. */
function stepOf(value: number, first: number, scale: number): number {
  const step = (value - first) * scale;
  return step <= 0 ? 0 : step >= STEPS - 1 ? STEPS - 1 : step | 0;
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

/** Columns whose values are brought together in one pass over the rows, whose cache lines they share. */
const COLUMNS_AT_ONCE = 8;

/** Copies the present values of consecutive columns to the fronts of as many lists; returns the number of each. */
function gatherPresent(
  { columns, values, names }: FeatureMatrix,
  rows: Int32Array,
  first: number,
  lists: readonly Float32Array[],
): Int32Array {
  const present = new Int32Array(lists.length);
  for (let at = 0; at < rows.length; at++) {
    const from = rows[at] * columns + first;
    for (let column = 0; column < lists.length; column++) {
      const value = values[from + column];
      if (Math.abs(value) >= LARGEST) throw infinite(names[first + column], rows[at], value);
      if (!Number.isNaN(value)) lists[column][present[column]++] = value;
    }
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
  for (let at = 0; at < ascending.length; at++) {
    const value = ascending[at];
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
