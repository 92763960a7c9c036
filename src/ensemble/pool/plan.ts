import { EsciSelectError } from '../../errors.js';
import type { FeatureMatrix } from '../tree.js';
import { type QuantizedColumn, quantizeColumn } from './quantize.js';

/** How a model's columns enter the pool. */
type PoolSource =
  /** class probabilities: the logarithm of each, in bins [class] */
  | { readonly kind: 'probabilities'; readonly columns: readonly QuantizedColumn[] }
  /** one answer a row: what is known of the class given that answer, learned with the pool */
  | { readonly kind: 'answers' };

/** What a pool makes of a table's columns before it sees a label, shared by the pools of all folds. Plain data. */
export interface PoolPlan {
  readonly classes: number;
  /** in the order of the columns, [model][class] */
  readonly sources: readonly PoolSource[];
  /** [model * classes + class] mean of the binned logarithms, 0 for models that give answers */
  readonly centres: Float64Array;
}

/** Probabilities below this count as this: its logarithm bounds what one sure model can do. */
const LEAST_PROBABILITY = 1e-3;
/** Bins of a column at most, a full binary tree of six levels. */
export const MOST_BINS = 64;
/** A model's answer is the class it gives at least so much; a model that gives all classes alike has none. */
export const ANSWER_THRESHOLD = 0.75;

/**
 * Bins of every model's log-probabilities over some rows. A model whose rows are all one-hot, or undecided between all
 * classes, gives answers instead. Throws 'internal' unless the columns are whole models. O(columns rows log rows).
 */
export function planPool(
  features: FeatureMatrix,
  rows: Int32Array,
  classes: number,
  mostBins = MOST_BINS,
): PoolPlan {
  const models = features.columns / classes;
  if (!Number.isInteger(models)) {
    throw new EsciSelectError(
      'internal',
      `the table has ${features.columns} columns, expected a multiple of ${classes} classes`,
    );
  }
  const sources = Array.from({ length: models }, (_, model): PoolSource => {
    if (givesAnswers(features, rows, classes, model)) return { kind: 'answers' };
    const columns = Array.from({ length: classes }, (_, k) =>
      quantizeColumn(presentValues(features, rows, model * classes + k), mostBins, logOf),
    );
    return { kind: 'probabilities', columns };
  });
  const centres = sources.flatMap((source) =>
    source.kind === 'answers' ? new Array<number>(classes).fill(0) : source.columns.map(meanOf),
  );
  return { classes, sources, centres: Float64Array.from(centres) };
}

function logOf(probability: number): number {
  return Math.log(Math.max(probability, LEAST_PROBABILITY));
}

function presentValues({ values, columns }: FeatureMatrix, rows: Int32Array, column: number): Float32Array {
  const present = new Float32Array(rows.length);
  let count = 0;
  for (const row of rows) {
    const value = values[row * columns + column];
    if (!Number.isNaN(value)) present[count++] = value;
  }
  return present.subarray(0, count);
}

function meanOf({ values, counts }: QuantizedColumn): number {
  let sum = 0;
  let rows = 0;
  for (let bin = 0; bin < values.length; bin++) {
    sum += values[bin] * counts[bin];
    rows += counts[bin];
  }
  return rows === 0 ? 0 : sum / rows;
}

/** Whether every row the model speaks in is one-hot or undecided, and some are one-hot. */
function givesAnswers(
  { values, columns }: FeatureMatrix,
  rows: Int32Array,
  classes: number,
  model: number,
): boolean {
  let answers = 0;
  for (const row of rows) {
    const start = row * columns + model * classes;
    let ones = 0;
    let zeros = 0;
    let alike = 1;
    for (let k = 0; k < classes; k++) {
      const value = values[start + k];
      if (value === 1) ones++;
      if (value === 0) zeros++;
      if (k > 0 && value === values[start]) alike++;
    }
    if (Number.isNaN(values[start]) || alike === classes) continue;
    if (ones !== 1 || zeros !== classes - 1) return false;
    answers++;
  }
  return answers > 0;
}
