import type { Evaluation } from '../../evaluation/evaluate.js';
import { type Decision, FULL, PRUNED } from '../../selection/decision.js';

/** The predictors whose calibration is shown: both ensembles and the best single model by the decision's metric. */
export function calibrated({
  metrics,
  best,
  constraints,
}: Decision): [name: string, evaluation: Evaluation][] {
  const name = best[constraints.metric];
  return [
    [PRUNED, metrics.pruned],
    [FULL, metrics.full],
    [name, metrics.models[name]],
  ];
}

/** Names with the members of each cluster side by side, clusters and lone models by their best rank. */
export function clusterOrder({ ranking, redundancy }: Decision): string[] {
  const order: string[] = [];
  for (const { model } of ranking) {
    if (order.includes(model)) continue;
    const cluster = redundancy.clusters.find(({ models }) => models.includes(model));
    const members = cluster?.models ?? [model];
    order.push(...ranking.map((line) => line.model).filter((name) => members.includes(name)));
  }
  return order;
}

/** The correlation of the probabilities of two models by name; 1 with itself, null where there is none. */
export function similarityTable({ redundancy }: Decision): (a: string, b: string) => number | null {
  const known = new Map<string, Map<string, number | null>>();
  const put = (a: string, b: string, value: number | null) => {
    if (!known.has(a)) known.set(a, new Map());
    known.get(a)!.set(b, value);
  };
  for (const { a, b, probabilities } of redundancy.pairs) {
    put(a, b, probabilities);
    put(b, a, probabilities);
  }
  return (a, b) => (a === b ? 1 : (known.get(a)?.get(b) ?? null));
}
