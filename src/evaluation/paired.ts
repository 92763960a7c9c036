import {
  bootstrap,
  type Interval,
  type Intervals,
  percentileInterval,
  type Replicates,
  weightedScores,
} from './bootstrap.js';
import { judgedClasses, SCORE_NAMES, type ScoreName, type Scores } from './metrics.js';
import { type EvaluationSet, type GroupStatistics, groupStatistics, type Predictor } from './statistics.js';

/** One predictor's results summed per query: everything that a bootstrap over queries needs (GroupStatistics). */
export interface PairedPredictor {
  readonly name: string;
  /** rows that it answers */
  readonly rows: number;
  /** hash of which rows it answers; equal hashes, equal rows; null for all */
  readonly covered: string | null;
  readonly starts: readonly number[];
  readonly cells: readonly number[];
  readonly counts: readonly number[];
  readonly losses: readonly number[];
}

/** What two runs must share, and each must have kept, so that their scores can be compared query by query. */
export interface PairedResults {
  readonly schema: 'esci-select/paired/1';
  readonly classes: readonly string[];
  /** the evaluation rows; the hash is over id, label and query of each, in order of id */
  readonly rows: { readonly count: number; readonly sha256: string };
  readonly queries: number;
  readonly predictors: readonly PairedPredictor[];
}

/** The results per query of each predictor; `coverage` gives the hash of the rows that one answers. */
export function pairedPredictors(
  set: EvaluationSet,
  predictors: readonly Predictor[],
  coverage: (covered: Uint8Array) => string,
): PairedPredictor[] {
  return predictors.map((predictor) => {
    const { rows, starts, cells, counts, losses } = groupStatistics(set, predictor);
    return {
      name: predictor.name,
      rows,
      covered: predictor.covered === null ? null : coverage(predictor.covered),
      starts: listOf(starts),
      cells: listOf(cells),
      counts: listOf(counts),
      losses: listOf(losses),
    };
  });
}

/** The numbers as a list, as JSON has them. A loop of our own: spreading makes an object of every number. */
function listOf(numbers: ArrayLike<number>): number[] {
  const list: number[] = [];
  for (let at = 0; at < numbers.length; at++) list.push(numbers[at]);
  return list;
}

/** Whether both were judged on the same rows, labels and queries. */
export function sameRows(base: PairedResults, next: PairedResults): boolean {
  return (
    base.rows.sha256 === next.rows.sha256 &&
    base.queries === next.queries &&
    base.classes.join('\n') === next.classes.join('\n')
  );
}

/** The scores that results per query add up to, by predictor. */
export function scoresOf(results: PairedResults): Map<string, Scores> {
  const once = new Float64Array(results.queries).fill(1);
  const statistics = pairedStatistics(results);
  return new Map(
    results.predictors.map((predictor) => [predictor.name, weightedScores(statistics(predictor), once)]),
  );
}

/** Queries below which a bootstrap over queries says nothing: one query drawn once is the same every time. */
const FEWEST_QUERIES = 2;

/**
 * 95% intervals of next - base for every predictor that both have on the same rows, by a bootstrap over queries that
 * draws the same queries for both. Empty where the rows are not the same or too few queries. O(replicates x entries).
 */
export function pairedIntervals(
  base: PairedResults,
  next: PairedResults,
  options: { replicates: number; seed: number },
): Map<string, Intervals> {
  const intervals = new Map<string, Intervals>();
  if (!sameRows(base, next) || base.queries < FEWEST_QUERIES) return intervals;
  const before = new Map(base.predictors.map((predictor) => [predictor.name, predictor]));
  const pairs = next.predictors.flatMap((after) => {
    const earlier = before.get(after.name);
    return earlier !== undefined && earlier.covered === after.covered && after.rows > 0
      ? [{ earlier, after }]
      : [];
  });
  const statistics = pairs.flatMap(({ earlier, after }) => [earlier, after]).map(pairedStatistics(base));
  const replicates = bootstrap(statistics, base.queries, options);
  pairs.forEach(({ after }, at) => {
    intervals.set(after.name, differenceIntervals(replicates[2 * at], replicates[2 * at + 1]));
  });
  return intervals;
}

/** Makes the statistics of a predictor of these results, which a bootstrap draws from. */
export function pairedStatistics({
  classes,
  predictors,
}: PairedResults): (predictor: PairedPredictor) => GroupStatistics {
  const judged = judgedClasses(
    predictors.flatMap(({ cells }) => cells.map((cell) => Math.floor(cell / classes.length))),
    classes.length,
  );
  return ({ rows, starts, cells, counts, losses }) => ({
    classes: classes.length,
    rows,
    starts: Int32Array.from(starts),
    cells: Uint16Array.from(cells),
    counts: Float64Array.from(counts),
    losses: Float64Array.from(losses),
    judged,
  });
}

function differenceIntervals(base: Replicates, next: Replicates): Intervals {
  const intervals = {} as Record<ScoreName, Interval>;
  for (const name of SCORE_NAMES) {
    intervals[name] = percentileInterval(next[name].map((value, at) => value - base[name][at]));
  }
  return intervals;
}
