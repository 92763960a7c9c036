import { argmaxAt } from '../math/softmax.js';
import { LOG_LOSS_FLOOR, type Scores, scoresOfConfusion } from './metrics.js';
import { rowLoss } from './statistics.js';

/** One model's answers on labelled rows, and what its labels may be exchanged among. */
export interface ScreenInput {
  /** class probabilities; row r's begin at `offset + r * stride`, NaN where the model is silent */
  readonly values: ArrayLike<number>;
  readonly offset: number;
  readonly stride: number;
  readonly classes: number;
  /** [row] true class */
  readonly labels: ArrayLike<number>;
  /** [row] number of the stratum (locale) within which labels are exchangeable if the model knows nothing */
  readonly strata: ArrayLike<number>;
  /** [row] number of the query */
  readonly queries: ArrayLike<number>;
}

/** Whether a model's answers have anything to do with the labels. */
export interface ScreenResult {
  /** the smaller of the two below: what counts */
  readonly z: number;
  /** standard deviations of the permutation distribution by which the model is above its mean */
  readonly permutationZ: number;
  /** the same excess over a standard error that sums the rows of a query first */
  readonly clusterZ: number;
  /** labelled rows that the model covers, and their queries */
  readonly rows: number;
  readonly queries: number;
  readonly passed: boolean;
  /** what the model's own answers would score, in expectation, if they were dealt to other rows of the locale */
  readonly floor: Scores;
}

/**
 * Standard deviations above chance from which a model counts as knowing something. The better of two statistics passes 0.9%
 * of useless models at 2.6 and 0.6% at 2.8, of 2,560 drawn on the tasks of reports/bench-selection.md; of useful ones both
 * let 98% pass.
 */
export const PASS_Z = 2.8;

/** Queries below which no model can pass: the cluster-robust z is at most the root of their number. */
export const FEWEST_SCREENED_QUERIES = 7;

/**
 * Tests a model against chance: the mean centred log-probability of the true class, plain and with every class weighing
 * the same, against labels permuted within strata. Mean and variance of the permutation distribution are exact (Hoeffding
 * 1951, "A combinatorial central limit theorem", theorem 2), so nothing is drawn. Rows of a query are not independent,
 * so a second variance sums their residuals first (Liang & Zeger 1986); of the two z the smaller counts, and of the two
 * weightings the one with the larger. A model whose answers never vary within a stratum has z 0. O(rows classes).
 *
 * @example
 * import { screenModel } from 'esci-select';
 *
 * // two rows a query; the model's first class probability is higher where the first class is true, in nine rows of ten
 * const rows = Array.from({ length: 200 }, (_, row) => row);
 * const labels = rows.map((row) => row % 2);
 * const values = rows.flatMap((row) => ((row % 10 === 0) === (labels[row] === 0) ? [0.2, 0.8] : [0.8, 0.2]));
 * const strata = rows.map(() => 0);
 * const queries = rows.map((row) => row >> 1);
 * const { passed, floor } = screenModel({ values, offset: 0, stride: 2, classes: 2, labels, strata, queries });
 * [passed, floor.accuracy]; // => [ true, 0.5 ]
 */
export function screenModel(input: ScreenInput): ScreenResult {
  const table = coveredTable(input);
  const scored = [unitWeights(table), balancedWeights(table)].map((weights) => standardised(table, weights));
  const best = scored[scored[1].z > scored[0].z ? 1 : 0];
  return {
    ...best,
    rows: table.rows.length,
    queries: table.queryCount,
    passed: best.z > PASS_Z,
    floor: chanceFloor(input, table),
  };
}

/** The rows that a model covers, with the counts that permuting labels leaves as they are. */
interface CoveredTable {
  readonly classes: number;
  readonly rows: readonly number[];
  /** [covered row], numbered densely */
  readonly strata: Int32Array;
  readonly stratumCount: number;
  readonly queries: Int32Array;
  readonly queryCount: number;
  readonly labels: Int32Array;
  /** [covered row][class] log-probability less its mean over the classes */
  readonly centred: Float64Array;
  /** [stratum][class] rows of each class */
  readonly counts: Float64Array;
  /** [stratum] rows */
  readonly sizes: Float64Array;
}

function coveredTable(input: ScreenInput): CoveredTable {
  const { values, offset, stride, classes, labels } = input;
  const rows: number[] = [];
  for (let row = 0; row < labels.length; row++) {
    if (!Number.isNaN(values[offset + row * stride])) rows.push(row);
  }
  const [strata, stratumCount] = denselyNumbered(rows, input.strata);
  const [queries, queryCount] = denselyNumbered(rows, input.queries);
  const own = Int32Array.from(rows, (row) => labels[row]);
  const centred = new Float64Array(rows.length * classes);
  const counts = new Float64Array(stratumCount * classes);
  const sizes = new Float64Array(stratumCount);
  rows.forEach((row, at) => {
    centreLogs(values, offset + row * stride, centred.subarray(at * classes, (at + 1) * classes));
    counts[strata[at] * classes + own[at]]++;
    sizes[strata[at]]++;
  });
  return { classes, rows, strata, stratumCount, queries, queryCount, labels: own, centred, counts, sizes };
}

function denselyNumbered(rows: readonly number[], numbers: ArrayLike<number>): [Int32Array, number] {
  const places = new Map<number, number>();
  const dense = Int32Array.from(rows, (row) => {
    const known = places.get(numbers[row]);
    if (known !== undefined) return known;
    places.set(numbers[row], places.size);
    return places.size - 1;
  });
  return [dense, places.size];
}

/** Logarithms of the values of a row, which begin at `from`, less their mean. */
function centreLogs(values: ArrayLike<number>, from: number, target: Float64Array): void {
  const classes = target.length;
  let sum = 0;
  for (let k = 0; k < classes; k++) {
    target[k] = Math.log(Math.max(values[from + k], LOG_LOSS_FLOOR));
    sum += target[k];
  }
  for (let k = 0; k < classes; k++) target[k] -= sum / classes;
}

function unitWeights({ classes }: CoveredTable): Float64Array {
  return new Float64Array(classes).fill(1);
}

/** [class] so that every class that has rows weighs the same. */
function balancedWeights({ classes, stratumCount, counts }: CoveredTable): Float64Array {
  const weights = new Float64Array(classes);
  for (let k = 0; k < classes; k++) {
    let rows = 0;
    for (let stratum = 0; stratum < stratumCount; stratum++) rows += counts[stratum * classes + k];
    weights[k] = rows === 0 ? 0 : 1 / rows;
  }
  return weights;
}

/**
 * With a(i, k) the weighted centred log-probability of class k in row i, the statistic is the sum of a(i, label of i). Its
 * excess over the permutation mean is the sum of the doubly centred d(i, label of i), d = a - row mean - label mean + mean
 * of the stratum, and its variance the sum of all d(i, label of j)^2 over (rows - 1).
 */
function standardised(
  table: CoveredTable,
  weights: Float64Array,
): Pick<ScreenResult, 'z' | 'permutationZ' | 'clusterZ'> {
  const { classes, strata, labels, centred, counts, sizes, queries, queryCount } = table;
  const means = stratumMeans(table, weights);
  const squares = new Float64Array(sizes.length);
  const sums = new Float64Array(queryCount);
  let alone = 0;
  for (let at = 0; at < labels.length; at++) {
    const stratum = strata[at];
    const size = sizes[stratum];
    const start = stratum * classes;
    let rowMean = 0;
    for (let k = 0; k < classes; k++) rowMean += counts[start + k] * weights[k] * centred[at * classes + k];
    rowMean /= size;
    for (let k = 0; k < classes; k++) {
      if (counts[start + k] === 0) continue;
      const deviation =
        weights[k] * centred[at * classes + k] - rowMean - means.byClass[start + k] + means.all[stratum];
      squares[stratum] += counts[start + k] * deviation * deviation;
      if (k !== labels[at]) continue;
      sums[queries[at]] += deviation;
      alone += deviation * deviation;
    }
  }
  const variance = squares.reduce((sum, each, at) => (sizes[at] < 2 ? sum : sum + each / (sizes[at] - 1)), 0);
  const excess = sums.reduce((sum, each) => sum + each, 0);
  const design = alone === 0 ? 1 : sums.reduce((sum, each) => sum + each * each, 0) / alone;
  const permutationZ = variance <= roundingOf(table, weights) ? 0 : excess / Math.sqrt(variance);
  const clusterZ = permutationZ / Math.sqrt(design);
  return { z: Math.min(permutationZ, clusterZ), permutationZ, clusterZ };
}

/** The mean of a(i, k) over the rows of a stratum, [stratum][class], and over its rows and labels, [stratum]. */
function stratumMeans(
  { classes, strata, stratumCount, centred, counts, sizes }: CoveredTable,
  weights: Float64Array,
) {
  const byClass = new Float64Array(stratumCount * classes);
  const all = new Float64Array(stratumCount);
  strata.forEach((stratum, at) => {
    for (let k = 0; k < classes; k++) {
      byClass[stratum * classes + k] += (weights[k] * centred[at * classes + k]) / sizes[stratum];
    }
  });
  for (let stratum = 0; stratum < stratumCount; stratum++) {
    for (let k = 0; k < classes; k++) {
      all[stratum] += (counts[stratum * classes + k] / sizes[stratum]) * byClass[stratum * classes + k];
    }
  }
  return { byClass, all };
}

/** A sum of squares that rounding alone could leave where the answers do not vary. */
function roundingOf({ labels, classes, centred }: CoveredTable, weights: Float64Array): number {
  let squares = 0;
  labels.forEach((_, at) => {
    for (let k = 0; k < classes; k++) {
      const value = weights[k] * centred[at * classes + k];
      squares += value * value;
    }
  });
  return squares * 1e-20;
}

/**
 * The scores of the model's own answers dealt anew within strata, in expectation. Permuting changes neither how often a
 * class is true nor how often it is answered, so F1 is linear in the hits, and the scores of the expected confusion
 * matrix are the expected scores, exactly; so is the log-loss, the mean over the labels of a row's stratum.
 */
function chanceFloor({ values, offset, stride }: ScreenInput, table: CoveredTable): Scores {
  const { classes, rows, strata, counts, sizes } = table;
  const confusion = new Float64Array(classes * classes);
  let loss = 0;
  rows.forEach((row, at) => {
    const start = offset + row * stride;
    const answer = argmaxAt(values, start, classes);
    for (let k = 0; k < classes; k++) {
      const share = counts[strata[at] * classes + k] / sizes[strata[at]];
      if (share === 0) continue;
      confusion[k * classes + answer] += share;
      loss += share * rowLoss(values, start, classes, k);
    }
  });
  return scoresOfConfusion(confusion, classes, loss);
}
