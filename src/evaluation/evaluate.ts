import {
  bootstrap,
  type Interval,
  type Intervals,
  intervalsOf,
  percentileInterval,
  type Replicates,
  weightedScores,
} from './bootstrap.js';
import { calibrationError, type ReliabilityBin, reliability } from './calibration.js';
import { type ClassMetrics, classMetrics, SCORE_NAMES, type ScoreName, type Scores } from './metrics.js';
import {
  confusionMatrix,
  type EvaluationSet,
  type GroupStatistics,
  groupStatistics,
  type Predictor,
} from './statistics.js';

/** What is known about one predictor on one evaluation set. */
export interface Evaluation extends Scores {
  /** labelled rows that the predictor covers */
  readonly rows: number;
  readonly calibrationError: number;
  /** how often answers of each confidence are right; absent from decisions of earlier versions */
  readonly reliability?: readonly ReliabilityBin[];
  readonly intervals: Intervals;
  readonly perClass: readonly ClassMetrics[];
  /** [true][predicted] row counts */
  readonly confusion: readonly (readonly number[])[];
}

/** A paired difference b - a on the rows that both cover, with its 95% interval. */
export interface Difference {
  readonly from: string;
  readonly to: string;
  readonly rows: number;
  readonly difference: Scores;
  readonly intervals: Intervals;
}

export interface EvaluateOptions {
  readonly replicates: number;
  readonly seed: number;
  /** indices into the predictors: differences to - from wanted */
  readonly pairs?: readonly (readonly [from: number, to: number])[];
}

export interface EvaluationResult {
  /** in the order of the predictors */
  readonly evaluations: readonly Evaluation[];
  /** in the order of the pairs */
  readonly differences: readonly Difference[];
}

/**
 * Scores predictors on one set of labelled rows with 95% intervals from a bootstrap over queries, and the paired
 * differences asked for. A predictor is judged on the rows it covers; a pair on the rows that both cover.
 *
 * @example
 * import { evaluate, evaluationSet } from 'esci-select';
 *
 * const set = evaluationSet(2, Int16Array.of(0, 1, 1), Int32Array.of(5, 5, 9), Int32Array.of(0, 1, 2));
 * const probabilities = Float32Array.of(0.9, 0.1, 0.2, 0.8, 0.6, 0.4);
 * const model = { name: 'model', probabilities, covered: null };
 * const { evaluations } = evaluate(set, [model], { replicates: 100, seed: 7 });
 * evaluations[0].accuracy.toFixed(3); // => '0.667'
 */
export function evaluate(
  set: EvaluationSet,
  predictors: readonly Predictor[],
  options: EvaluateOptions,
): EvaluationResult {
  const pairs = options.pairs ?? [];
  const own = predictors.map((predictor) => groupStatistics(set, predictor));
  const paired = pairs.map(([from, to]) => [
    restricted(set, predictors[from], predictors[to], own[from]),
    restricted(set, predictors[to], predictors[from], own[to]),
  ]);
  const all = [...new Set([...own, ...paired.flat()])];
  const replicates = bootstrap(all, set.groupCount, options);
  const replicatesOf = (statistics: GroupStatistics) => replicates[all.indexOf(statistics)];
  return {
    evaluations: predictors.map((predictor, at) => describe(set, predictor, own[at], replicatesOf(own[at]))),
    differences: pairs.map(([from, to], at) => ({
      from: predictors[from].name,
      to: predictors[to].name,
      ...compare(paired[at][0], paired[at][1], replicatesOf(paired[at][0]), replicatesOf(paired[at][1])),
    })),
  };
}

/** The statistics of a predictor on the rows that another covers too; its own where nothing is lost. */
function restricted(
  set: EvaluationSet,
  predictor: Predictor,
  other: Predictor,
  own: GroupStatistics,
): GroupStatistics {
  return other.covered === null || other.covered === predictor.covered
    ? own
    : groupStatistics(set, predictor, other.covered);
}

function pointScores(statistics: GroupStatistics): Scores {
  return weightedScores(statistics, new Float64Array(statistics.starts.length - 1).fill(1));
}

function describe(
  set: EvaluationSet,
  predictor: Predictor,
  statistics: GroupStatistics,
  replicates: Replicates,
): Evaluation {
  const confusion = confusionMatrix(statistics);
  const { classes } = set;
  const bins = reliability(set, predictor);
  return {
    ...pointScores(statistics),
    rows: statistics.rows,
    calibrationError: calibrationError(bins),
    reliability: bins,
    intervals: intervalsOf(replicates),
    perClass: classMetrics(confusion, classes),
    confusion: Array.from({ length: classes }, (_, k) => [
      ...confusion.subarray(k * classes, (k + 1) * classes),
    ]),
  };
}

function compare(a: GroupStatistics, b: GroupStatistics, replicatesA: Replicates, replicatesB: Replicates) {
  const scoresA = pointScores(a);
  const scoresB = pointScores(b);
  const difference = {} as Record<ScoreName, number>;
  const intervals = {} as Record<ScoreName, Interval>;
  for (const name of SCORE_NAMES) {
    difference[name] = scoresB[name] - scoresA[name];
    intervals[name] = percentileInterval(replicatesB[name].map((value, at) => value - replicatesA[name][at]));
  }
  return { rows: a.rows, difference, intervals };
}

/**
 * Builds an evaluation set from rows of larger arrays; groups are renumbered densely in order of first appearance.
 *
 * @example
 * import { evaluationSet } from 'esci-select';
 *
 * // rows 1 and 2 of three, whose queries are numbered 5, 9 and 9
 * const set = evaluationSet(2, Int16Array.of(0, 1, 1), Int32Array.of(5, 9, 9), Int32Array.of(1, 2));
 * [set.groups, set.groupCount]; // => [ Int32Array(2) [ 0, 0 ], 1 ]
 */
export function evaluationSet(
  classes: number,
  labels: Int16Array,
  groups: Int32Array,
  rows: Int32Array,
): EvaluationSet {
  const dense = new Map<number, number>();
  const setGroups = Int32Array.from(rows, (row) => {
    const known = dense.get(groups[row]);
    if (known !== undefined) return known;
    dense.set(groups[row], dense.size);
    return dense.size - 1;
  });
  return {
    classes,
    labels: Int16Array.from(rows, (row) => labels[row]),
    groups: setGroups,
    groupCount: dense.size,
  };
}
