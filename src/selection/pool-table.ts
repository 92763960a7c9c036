import type { WeightedPositions } from '../ensemble/pool/answers.js';
import { encodePool, type PoolRows } from '../ensemble/pool/encode.js';
import { countPositions, fitPool, type Pool, poolMargins } from '../ensemble/pool/fit.js';
import { type PoolPlan, planPool } from '../ensemble/pool/plan.js';
import { putRows } from '../math/rows.js';
import type { SubsetTable } from './subset-fit.js';

/** Rows with their classes, read once for the pools of any of their models. */
export interface PoolTable {
  readonly plan: PoolPlan;
  readonly rows: PoolRows;
  readonly labels: Int16Array;
  readonly classes: number;
}

/** Bins use no label, so folds may share them. O(columns rows log rows). */
export function poolTable({ features, labels, classes }: SubsetTable): PoolTable {
  const all = Int32Array.from(labels.keys());
  const plan = planPool(features, all, classes);
  return { plan, rows: encodePool(plan, features, all), labels, classes };
}

/** The pool of some models on some rows; a row that is listed twice counts twice. */
export function poolOf(
  { plan, rows, labels }: PoolTable,
  models: readonly number[],
  training: Int32Array,
): Pool {
  return fitPool({ plan, rows, labels, training, models });
}

/** A fold, and what pools of the other folds learn from. */
export interface PoolFold {
  readonly fold: number;
  readonly held: Int32Array;
  readonly training: Int32Array;
  readonly counted: WeightedPositions;
}

/** The folds of a table's rows, in order of first appearance. O(folds x rows). */
export function poolFolds({ labels }: PoolTable, foldOf: Int16Array): PoolFold[] {
  const all = Int32Array.from(labels.keys());
  return [...new Set(foldOf)].map((fold) => {
    const training = all.filter((row) => foldOf[row] !== fold);
    const held = all.filter((row) => foldOf[row] === fold);
    return { fold, held, training, counted: countPositions(training, labels) };
  });
}

/** The pools of some models by fold, and their margins of the rows they were not fitted on. */
export interface OutOfFold {
  /** [row][class] */
  readonly margins: Float64Array;
  readonly pools: ReadonlyMap<number, Pool>;
}

/** Pools fitted on all folds but one each; `near` are those of almost the same models on the same folds. */
export function poolsOutOfFold(
  table: PoolTable,
  models: readonly number[],
  folds: readonly PoolFold[],
  near?: ReadonlyMap<number, Pool>,
): OutOfFold {
  const { plan, labels, rows, classes } = table;
  const margins = new Float64Array(labels.length * classes);
  const pools = new Map<number, Pool>();
  for (const { fold, held, training, counted } of folds) {
    const pool = fitPool({ plan, rows, labels, training, counted, models, near: near?.get(fold) });
    pools.set(fold, pool);
    const own = poolMargins(pool, rows, held);
    putRows(own, classes, held, margins);
  }
  return { margins, pools };
}

/**
 * What models contribute to a pool, [model]: the weight times the mean over rows and classes of |evidence for the class
 * less its mean over the classes|, margins (log-odds). O(rows columns).
 */
export function poolSpreads({ rows, classes }: PoolTable, { weights, answers }: Pool): Float64Array {
  const models = weights.length;
  const spreads = new Float64Array(models);
  for (let model = 0; model < models; model++) {
    if (weights[model] === 0) continue;
    const learned = answers[model]?.evidence;
    let sum = 0;
    for (let row = 0; row < rows.count; row++) {
      const place = row * models + model;
      if (learned === undefined) sum += spreadAt(rows.evidence, place * classes, classes);
      else if (rows.answers[place] >= 0) sum += spreadAt(learned, rows.answers[place] * classes, classes);
    }
    spreads[model] = (weights[model] * sum) / (rows.count * classes);
  }
  return spreads;
}

/** The sum of distances from their mean of the values of one row. */
function spreadAt(values: ArrayLike<number>, from: number, classes: number): number {
  let mean = 0;
  for (let k = 0; k < classes; k++) mean += values[from + k] / classes;
  let sum = 0;
  for (let k = 0; k < classes; k++) sum += Math.abs(values[from + k] - mean);
  return sum;
}
