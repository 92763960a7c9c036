import { confusionMatrix } from '../../evaluation/statistics.js';
import { coalitionShares } from '../../selection/coalitions.js';
import { merit } from '../../selection/objective.js';
import { permutationImportance } from '../../selection/permutation.js';
import type { QueryScorer } from '../../selection/subset-scorer.js';
import { frontierRows } from './select-frontier.js';
import { scorerInput } from './select-scorer.js';
import type { ScoredMeasures, SelectTask } from './select-task.js';

/** The measures of contribution that need ensembles fitted or single answers scored. */
export function measuresOf(task: SelectTask, scorer: QueryScorer): ScoredMeasures {
  const models = [...task.cards.keys()];
  const { seed, metric } = task.request;
  const none = priorLoss(scorer);
  const worth = (set: readonly number[]) => (set.length === 0 ? -none : -scorer.score(set).logLoss);
  return {
    refit: coalitionShares(models.length, worth, seed),
    permutation: permutationImportance({ ...scorerInput(task), mostRows: frontierRows(task) }),
    solo: models.map((model) => merit(metric, scorer.single(model))),
  };
}

/** The log-loss of answering with the shares of the classes, nats per row. */
function priorLoss(scorer: QueryScorer): number {
  const statistics = scorer.statistics([0]);
  const confusion = confusionMatrix(statistics);
  const { classes, rows } = statistics;
  const counts = Array.from({ length: classes }, (_, k) =>
    confusion.subarray(k * classes, (k + 1) * classes).reduce((a, b) => a + b, 0),
  );
  return counts.reduce(
    (sum, count) => (count === 0 ? sum : sum - (count / rows) * Math.log(count / rows)),
    0,
  );
}
