import { problemOf } from '../../selection/select.js';
import { STRATEGIES } from '../../selection/strategies/registry.js';
import type { SelectionProblem } from '../../selection/strategy.js';
import {
  createSubsetScorer,
  type QueryScorer,
  type ScorerInput,
  type SharingScorer,
} from '../../selection/subset-scorer.js';
import type { SelectTask } from './select-task.js';

/** A scorer of the task's rows. */
export function scorerOf(
  task: SelectTask,
  queries: Int32Array | undefined,
  onScore: (scored: number) => void,
  { mostRows, known }: Pick<ScorerInput, 'mostRows' | 'known'> = {},
): SharingScorer {
  // an exact search says the best of all rows, so it looks at all of them
  const most = mostRows ?? (task.request.strategy === 'exact' ? task.rows.length : undefined);
  return createSubsetScorer({
    ...scorerInput(task),
    mostRows: most,
    known,
    perQuery: queries !== undefined,
    onScore,
  });
}

/** What a task's sets are scored on. */
export function scorerInput(task: SelectTask): ScorerInput {
  const { model, labels, classes, rows, foldOf, queries, locales, request } = task;
  return {
    features: model.features,
    classes,
    labels,
    rows,
    foldOf,
    queries,
    locales,
    seed: request.seed,
    ...(STRATEGIES[request.strategy].pools === true ? { pools: request.metric } : {}),
  };
}

/** What a strategy chooses from, and the model of each candidate. */
export function placed(
  task: SelectTask,
  scorer: QueryScorer,
): { problem: SelectionProblem; places: number[] } {
  const { contributions, cards, request } = task;
  const problem = problemOf({ contributions, cards, request, scorer });
  const places = problem.candidates.map(({ name }) => cards.findIndex((card) => card.name === name));
  return { problem, places };
}

/** Sets of models as sets of candidates. */
export function candidatesOf(sets: readonly (readonly number[])[], places: readonly number[]): number[][] {
  return sets.map((set) => set.map((model) => places.indexOf(model)));
}
