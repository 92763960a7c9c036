import { costName, costOf, isPercentile, isShared, setCost } from '../../selection/costs.js';
import { type Frontier, type FrontierCost, frontierOf } from '../../selection/frontier.js';
import { frontierSets } from '../../selection/frontier-sets.js';
import type { SelectionRequest } from '../../selection/select.js';
import type { SelectionProblem } from '../../selection/strategy.js';
import { pooledRows, type QueryScorer } from '../../selection/subset-scorer.js';
import { candidatesOf, placed } from './select-scorer.js';
import type { SelectTask } from './select-task.js';

/** Rows that sets are scored on for the frontier, at most, where the strategy itself scores none: 4 times as quick. */
const FRONTIER_ROWS = 5000;

/** Fewer of many columns, as pools are fitted on. Slices are taken on the same rows, and share the sets. */
export function frontierRows({ model }: Pick<SelectTask, 'model'>): number {
  return Math.min(FRONTIER_ROWS, pooledRows(model.features));
}

/** The set that the frontier of the first cost that is limited calls the best, so that page and sentence name one set. */
export function bestOnFrontier(
  { budget }: Pick<SelectionRequest, 'budget'>,
  frontiers: readonly Frontier[],
): readonly string[] {
  const [first] = budget.models === null ? budget.costs : [];
  const own = frontiers.find(({ cost }) => first !== undefined && cost === costName(first.name));
  const { points } = own ?? frontiers[0];
  return points[points.length - 1].models;
}

/** Sets that a frontier shows whatever it finds, and models that it never spends on, by name. */
export interface FrontierNames {
  readonly chosen: readonly string[];
  readonly free: readonly string[];
  readonly useless: readonly string[];
}

/** What each budget would buy. Sets that the scorer knows are not scored again. */
export function frontiersOf(
  task: SelectTask,
  scorer: QueryScorer,
  names: FrontierNames,
  options: { readonly replicates: number; readonly seed: number },
): Frontier[] {
  const { problem, places } = placed(task, scorer);
  const nameOf = (candidate: number) => problem.candidates[candidate].name;
  // the order in which the scorer gives its sets back: by model
  const setOf = (models: readonly string[]) =>
    [...problem.candidates.keys()]
      .filter((at) => models.includes(nameOf(at)))
      .sort((a, b) => places[a] - places[b]);
  const chosen = setOf(names.chosen);
  const costs = frontierCosts(task, places);
  scoreSets(problem, costs);
  for (const set of [chosen, setOf(names.free)]) problem.score(set);
  const scored = candidatesOf(scorer.sets(), places);
  // what a useless model adds is luck; where every set has one, all are shown
  const useful = scored.filter((set) => !set.some((candidate) => names.useless.includes(nameOf(candidate))));
  const sets = useful.length > 0 ? useful : scored;
  const ranking = [...problem.candidates.keys()]
    .sort((a, b) => problem.candidates[b].shap - problem.candidates[a].shap || a - b)
    .map((model) => ({ name: problem.candidates[model].name, model }));
  const statistics = (set: readonly number[]) => scorer.statistics(set.map((candidate) => places[candidate]));
  const input = { metric: problem.metric, ranking, sets, score: problem.score, statistics, options, chosen };
  return costs.map((cost) => frontierOf(input, cost));
}

/** Scores the sets that a frontier compares, whatever is chosen. */
export function searchFrontier(task: SelectTask, scorer: QueryScorer): void {
  const { problem, places } = placed(task, scorer);
  scoreSets(problem, frontierCosts(task, places));
}

function scoreSets(problem: SelectionProblem, costs: readonly FrontierCost[]): void {
  const others = costs.slice(1).map(({ of }) => of);
  for (const set of frontierSets(problem, others)) problem.score(set);
}

/**
 * The number of models, and every cost that all candidates' cards have, in order of name. A percentile is another view of
 * a cost, so it has a frontier only where the budget limits it.
 */
function frontierCosts({ cards, request }: SelectTask, places: readonly number[]): FrontierCost[] {
  const own = places.map((place) => cards[place]);
  const names = [...new Set(own.flatMap((card) => Object.keys(card.costs).map(costName)))].sort();
  const combine = new Map(Object.entries(request.budget.combine ?? {}));
  const limited = request.budget.costs.map(({ name }) => costName(name));
  const known = names.filter(
    (name) =>
      !isShared(name) &&
      (!isPercentile(name) || limited.includes(name)) &&
      own.every((card) => costOf(card, name) !== undefined),
  );
  return [
    { name: 'models', unit: 'models', of: (set) => set.length },
    ...known.map((name) => ({
      name,
      unit: costOf(own[0], name)!.unit,
      of: setCost(own, name, combine.get(name)),
    })),
  ];
}
