import type { FeatureMatrix } from '../tree.js';
import type { DerivedColumn } from './columns.js';
import type { ForeignEnsemble } from './foreign-ensemble.js';
import { nextFloat32 } from './next-float.js';

/** A table as its model's trees test it, and what rounding to float32 did. */
export interface EncodedTable {
  readonly features: FeatureMatrix;
  /** values of doubles that the nearest float32 would have put on the other side of a threshold; they were kept on theirs */
  readonly crossed: number;
  /** values that no float32 has the sides of, since thresholds below and above them are nearer than float32 can tell */
  readonly unresolved: number;
}

/** What of an ensemble says how its table is encoded. */
export interface Encoding extends Pick<ForeignEnsemble, 'derived' | 'thresholds'> {
  readonly ensemble: Pick<ForeignEnsemble['ensemble'], 'featureNames'>;
}

/** LightGBM's kZeroThreshold: what is as near to 0 counts as 0. */
const ZERO = Math.fround(1e-35);

/**
 * The derived columns of a table, given as doubles [column of the model][row], NaN where missing, and codes where a column
 * is categorical. A double that is no float32 is rounded to the neighbour that is on its side of every threshold. A row's
 * values do not depend on other rows. O(rows derived log thresholds).
 *
 * @example
 * import { boostingOptions, encodeTable, parseEnsemble, toXgboostJson, trainBoosting } from 'esci-select';
 *
 * const features = { rows: 4, columns: 2, names: ['a', 'b'], values: Float32Array.of(0, 1, 0, 2, 1, 1, 1, 2) };
 * const { ensemble } = trainBoosting({
 *   features,
 *   labels: Int16Array.of(0, 0, 1, 1),
 *   classes: 2,
 *   rows: Int32Array.of(0, 1, 2, 3),
 *   options: boostingOptions({ rounds: 4, minDataInLeaf: 1, minChildWeight: 0, baggingFraction: 1, featureFraction: 1 }),
 * });
 * const foreign = parseEnsemble(Buffer.from(toXgboostJson(ensemble)));
 * const { features: encoded } = encodeTable(foreign, [Float64Array.of(0, 1), Float64Array.of(1, NaN)]);
 * encoded.values; // => Float32Array(4) [ 0, 1, 1, NaN ]
 */
export function encodeTable(foreign: Encoding, sources: readonly Float64Array[]): EncodedTable {
  const { derived, ensemble, thresholds } = foreign;
  const rows = sources[0]?.length ?? 0;
  const columns = derived.length;
  const values = new Float32Array(rows * columns);
  const counts = { crossed: 0, unresolved: 0 };
  derived.forEach((column, at) => {
    const encode = encoderOf(column, thresholds[at], counts);
    const source = sources[column.source];
    for (let row = 0; row < rows; row++) values[row * columns + at] = encode(source[row]);
  });
  return { features: { rows, columns, names: ensemble.featureNames, values }, ...counts };
}

interface Counts {
  crossed: number;
  unresolved: number;
}

function encoderOf(column: DerivedColumn, thresholds: Float64Array | null, counts: Counts) {
  if (column.kind === 'category') {
    const { codes, inside } = column;
    const missing = column.missing === 'missing' ? Number.NaN : column.missing;
    const members = new Set(codes);
    return (value: number) =>
      Number.isNaN(value) ? missing : members.has(Math.trunc(value)) && value >= 0 ? inside : 1 - inside;
  }
  const round = thresholds === null ? Math.fround : (value: number) => roundToSide(value, thresholds, counts);
  if (column.missing === 'missing') return round;
  if (column.missing === 'zero') return (value: number) => (Number.isNaN(value) ? 0 : round(value));
  return (value: number) => (Math.abs(value) <= ZERO ? Number.NaN : round(value));
}

/** The float32 nearest to a double, or its other neighbour where a threshold is between the double and the nearest. */
function roundToSide(value: number, thresholds: Float64Array, counts: Counts): number {
  const near = Math.fround(value);
  if (near === value || Number.isNaN(value)) return near;
  const high = near > value ? near : nextFloat32(near);
  const low = near > value ? -nextFloat32(-near) : near;
  let isAbove = false;
  let isBelow = false;
  for (let at = firstFrom(thresholds, low); at < thresholds.length && thresholds[at] < high; at++) {
    if (thresholds[at] < value) isAbove = true;
    else isBelow = true;
  }
  if (isAbove && isBelow) {
    counts.unresolved++;
    return near;
  }
  const side = isAbove ? high : isBelow ? low : near;
  if (side !== near) counts.crossed++;
  return side;
}

/** The place of the first of ascending numbers that is at least `value`. */
function firstFrom(ascending: Float64Array, value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
