import type { Audit } from '../../selection/audit.js';
import type { Decision } from '../../selection/decision.js';
import { count, listed, SCORE_TITLES, score } from '../format.js';
import type { TextTable } from '../tables.js';

/** Every strategy against the best set in hindsight. */
export function auditTable({ metric, subsets, strategies }: Audit): TextTable {
  return {
    caption: `What each way of choosing loses against the best of ${count(subsets)} sets`,
    head: ['strategy', SCORE_TITLES[metric], 'regret', `place of ${count(subsets)}`],
    rows: strategies.map((line) => [
      line.strategy,
      score(line.score),
      score(line.regret),
      String(line.place),
    ]),
  };
}

/** Models that say the same: the credit of each cluster beside its members'. */
export function clusterTable({ redundancy, kept }: Decision): TextTable {
  return {
    caption: 'Clusters of models that say the same: what they are credited with together and alone',
    head: ['say the same', 'kept', 'credit together', 'credits alone', 'least correlation'],
    rows: redundancy.clusters.map(({ models, similarity, credit, memberCredits }) => [
      listed(models),
      listed(models.filter((name) => kept.includes(name))) || 'none',
      score(credit),
      memberCredits.map(score).join(', '),
      score(similarity),
    ]),
  };
}

/** The pairs of models that are most alike, at most so many. */
export function pairTable({ redundancy: { pairs } }: Decision, most: number): TextTable {
  const shown = pairs.slice(0, most);
  return {
    caption: `The ${count(shown.length)} most alike of ${count(pairs.length)} pairs of models`,
    head: ['model', 'model', 'correlation of probabilities', 'correlation of errors'],
    rows: shown.map(({ a, b, probabilities, errors }) => [a, b, score(probabilities), score(errors)]),
  };
}
