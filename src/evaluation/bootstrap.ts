import { square } from '../math/power.js';
import { quantileSorted } from '../math/quantiles.js';
import { type BootstrapOptions, forEachDraw } from './draws.js';
import { indexCells, laneTallies } from './lane-tallies.js';
import { SCORE_NAMES, type ScoreName, type Scores, scoresOfConfusion } from './metrics.js';
import type { GroupStatistics } from './statistics.js';

/** A 95% interval, low end first. */
export type Interval = readonly [low: number, high: number];

export type Intervals = Readonly<Record<ScoreName, Interval>>;

/** Each score of one predictor over the replicates, [replicate]. */
export type Replicates = Readonly<Record<ScoreName, Float64Array>>;

/**
 * Bootstrap over queries: each replicate draws as many groups as there are, with replacement, and every predictor is
 * scored on the same draw, so that differences between predictors are paired. Groups, not rows, are drawn because the
 * rows of a query are not independent (Field & Welsh 2007, cluster bootstrap). O(replicates x entries).
 */
export function bootstrap(
  predictors: readonly GroupStatistics[],
  groups: number,
  options: BootstrapOptions,
): Replicates[] {
  const results = predictors.map(() => emptyReplicates(options.replicates));
  const indexed = predictors.map(indexCells);
  forEachDraw(groups, options, ({ first, lanes, weights }) => {
    indexed.forEach((index, at) => {
      const { confusion, losses } = laneTallies(index, weights);
      const width = square(index.classes);
      for (let lane = 0; lane < lanes; lane++) {
        const own = confusion.subarray(lane * width, (lane + 1) * width);
        const scores = scoresOfConfusion(own, index.classes, losses[lane], predictors[at].judged);
        for (const name of SCORE_NAMES) results[at][name][first + lane] = scores[name];
      }
    });
  });
  return results;
}

function emptyReplicates(count: number): Record<ScoreName, Float64Array> {
  return {
    accuracy: new Float64Array(count),
    macroF1: new Float64Array(count),
    weightedF1: new Float64Array(count),
    logLoss: new Float64Array(count),
  };
}

/** Scores with group g counted weights[g] times; with all weights 1, the scores themselves. */
export function weightedScores(statistics: GroupStatistics, weights: Float64Array): Scores {
  const { classes, starts, cells, counts, losses, judged } = statistics;
  const confusion = new Float64Array(classes * classes);
  let loss = 0;
  for (let group = 0; group < weights.length; group++) {
    const weight = weights[group];
    if (weight === 0) continue;
    loss += weight * losses[group];
    for (let at = starts[group]; at < starts[group + 1]; at++) confusion[cells[at]] += weight * counts[at];
  }
  return scoresOfConfusion(confusion, classes, loss, judged);
}

/** The central 95% of replicate values (percentile interval); replicates without any row are left out. */
export function percentileInterval(values: Float64Array): Interval {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  return [quantileSorted(sorted, 0.025), quantileSorted(sorted, 0.975)];
}

/** The 95% interval of every score. */
export function intervalsOf(replicates: Replicates): Intervals {
  return {
    accuracy: percentileInterval(replicates.accuracy),
    macroF1: percentileInterval(replicates.macroF1),
    weightedF1: percentileInterval(replicates.weightedF1),
    logLoss: percentileInterval(replicates.logLoss),
  };
}
