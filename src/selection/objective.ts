import type { ScoreName } from '../evaluation/metrics.js';
import { shortfall } from './floors.js';
import type { SelectionProblem } from './strategy.js';
import type { SubsetScore } from './tally.js';

/**
 * What one more model must add to a cross-validated score to be worth running: a tenth of a point, far below what a
 * score is known to, yet above what a copy of a model already kept adds.
 */
export const LEAST_GAIN = 0.001;

/** What a problem asks of a score. */
export type Objective = Pick<SelectionProblem, 'metric' | 'floors'>;

/** A score so that more is better. */
export function merit(metric: ScoreName, score: SubsetScore): number {
  return metric === 'logLoss' ? -score.logLoss : score[metric];
}

/**
 * Above 0 when `a` is better than `b`: it lacks less to the floors, else it has more of the metric by over `gain`, and at
 * no gain demanded and equal scores, less log-loss. `bonus` counts as that much more of the metric of `a`.
 */
export function compareScores(
  objective: Objective,
  a: SubsetScore,
  b: SubsetScore,
  { gain = 0, bonus = 0 }: { readonly gain?: number; readonly bonus?: number } = {},
): number {
  const lacking = shortfall(objective.floors, b) - shortfall(objective.floors, a);
  if (lacking !== 0) return lacking;
  const more = merit(objective.metric, a) - merit(objective.metric, b) + bonus;
  if (gain > 0) return more - gain;
  return more !== 0 ? more : b.logLoss - a.logLoss;
}

/** The best of some non-empty subsets, the first of equals; `bonus` is added to the metric of each, 0 unless given. */
export function bestSubset(
  problem: SelectionProblem,
  subsets: readonly (readonly number[])[],
  bonus: (subset: readonly number[]) => number = () => 0,
): readonly number[] {
  return subsets.reduce((best, subset) => {
    const more = bonus(subset) - bonus(best);
    return compareScores(problem, problem.score(subset), problem.score(best), { bonus: more }) > 0
      ? subset
      : best;
  });
}
