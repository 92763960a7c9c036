import { bestSubset, compareScores, LEAST_GAIN } from './objective.js';
import type { SelectionProblem } from './strategy.js';

/** Steps of the greedy path, at most. */
const MOST_STEPS = 8;

/**
 * Sets worth comparing whatever the budget: every candidate alone, the ranking's prefixes, prefixes of the most summed
 * SHAP per unit of each cost, and a greedy path forward until a step gains less than LEAST_GAIN. At most
 * candidates x (2 + costs + MOST_STEPS) sets.
 */
export function frontierSets(
  problem: SelectionProblem,
  costs: readonly ((set: readonly number[]) => number)[],
): (readonly number[])[] {
  const places = [...problem.candidates.keys()];
  const byValue = (value: (candidate: number) => number) =>
    [...places].sort((a, b) => value(b) - value(a) || a - b);
  const shap = (candidate: number) => problem.candidates[candidate].shap;
  const orders = [
    byValue(shap),
    ...costs.map((cost) =>
      byValue((candidate) => shap(candidate) / Math.max(cost([candidate]), Number.MIN_VALUE)),
    ),
  ];
  return [
    ...places.map((candidate) => [candidate]),
    ...orders.flatMap((order) => places.map((last) => order.slice(0, last + 1))),
    ...forwardPath(problem, places),
  ];
}

/** Each step's best set, without regard to limits. */
function forwardPath(problem: SelectionProblem, places: readonly number[]): (readonly number[])[] {
  const path: (readonly number[])[] = [];
  while (path.length < Math.min(MOST_STEPS, places.length)) {
    const last = path[path.length - 1] ?? [];
    const next = bestSubset(
      problem,
      places.filter((candidate) => !last.includes(candidate)).map((candidate) => [...last, candidate]),
    );
    if (
      last.length > 0 &&
      compareScores(problem, problem.score(next), problem.score(last), { gain: LEAST_GAIN }) <= 0
    )
      break;
    path.push(next);
  }
  return path;
}
