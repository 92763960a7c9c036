import type { Difference } from '../evaluation/evaluate.js';
import type { ScoreName } from '../evaluation/metrics.js';
import {
  type BestSingle,
  type Decision,
  differenceOf,
  type FULL,
  type PRUNED,
} from '../selection/decision.js';

/** The best single model by a score as it would have been chosen; undefined in decisions of earlier versions. */
export function bestSingleBy({ bestSingles = [] }: Decision, name: ScoreName): BestSingle | undefined {
  return bestSingles.find((single) => single.score === name);
}

/** The single model that an ensemble is compared with by a score, and the paired difference where it is known. */
export interface Rival {
  readonly model: string;
  readonly difference: Difference | undefined;
}

/** The best single model chosen on training folds, or in decisions of earlier versions the best in hindsight. */
export function rivalOf(decision: Decision, name: ScoreName, ensemble: typeof FULL | typeof PRUNED): Rival {
  const chosen = bestSingleBy(decision, name);
  if (chosen !== undefined) {
    return { model: chosen.models[0], difference: chosen.differences.find(({ to }) => to === ensemble) };
  }
  const model = decision.best[name];
  return { model, difference: differenceOf(decision, model, ensemble) };
}
