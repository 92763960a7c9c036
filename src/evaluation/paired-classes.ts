import { type Interval, percentileInterval } from './bootstrap.js';
import { forEachDraw } from './draws.js';
import { indexCells, laneTallies } from './lane-tallies.js';
import { type ClassMetrics, classMetrics } from './metrics.js';
import { type PairedResults, pairedStatistics, sameRows } from './paired.js';

/** A score of one class of one predictor. */
export interface ClassScoreOf {
  readonly predictor: string;
  /** its place among the classes */
  readonly class: number;
  readonly score: keyof Omit<ClassMetrics, 'support'>;
}

/**
 * 95% interval of next - base of a score of one class, by a bootstrap over queries that draws the same queries for both.
 * Null where the rows are not the same, or one lacks the predictor or answers other rows. O(replicates x entries).
 */
export function pairedClassInterval(
  base: PairedResults,
  next: PairedResults,
  of: ClassScoreOf,
  options: { replicates: number; seed: number },
): Interval | null {
  if (!sameRows(base, next) || base.queries < 2) return null;
  const pair = [base, next].map(({ predictors }) => predictors.find(({ name }) => name === of.predictor));
  const [earlier, after] = pair;
  if (earlier === undefined || after === undefined || after.rows === 0) return null;
  if (earlier.covered !== after.covered) return null;
  const indexed = [earlier, after].map((one) => indexCells(pairedStatistics(base)(one)));
  const width = base.classes.length * base.classes.length;
  const differences = new Float64Array(options.replicates);
  forEachDraw(base.queries, options, ({ first, lanes, weights }) => {
    const [before, now] = indexed.map((index) => laneTallies(index, weights).confusion);
    for (let lane = 0; lane < lanes; lane++) {
      const scoreIn = (confusion: Float64Array) =>
        classMetrics(confusion.subarray(lane * width, (lane + 1) * width), base.classes.length)[of.class][
          of.score
        ];
      differences[first + lane] = scoreIn(now) - scoreIn(before);
    }
  });
  return percentileInterval(differences);
}
