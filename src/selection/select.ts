import { EsciSelectError, quote, suggest } from '../errors.js';
import type { ScoreName } from '../evaluation/metrics.js';
import type { ModelCard } from '../predictions/matrix.js';
import type { Budget } from './budget.js';
import { type Floor, floorValue, shortfall } from './floors.js';
import type { Keep } from './keep.js';
import { checkFeasible, limitsOf } from './limits.js';
import { type Contribution, rankModels } from './rank.js';
import { repairFloors } from './repair.js';
import { STRATEGIES, type StrategyName } from './strategies/registry.js';
import type { Advantage, Screen, SearchReport, SelectionProblem, TraceStep } from './strategy.js';
import type { SubsetScorer } from './subset-scorer.js';
import type { SubsetScore } from './tally.js';

/** What is asked of a selection. Plain data. */
export interface SelectionRequest {
  readonly budget: Budget;
  readonly strategy: StrategyName;
  readonly metric: ScoreName;
  /** models kept whatever happens, and models never kept */
  readonly require: readonly string[];
  readonly forbid: readonly string[];
  readonly floors: readonly Floor[];
  /** the smallest set that cannot be told from the best, which is kept unless given, or the best */
  readonly keep?: Keep;
  readonly seed: number;
}

export interface SelectionInput {
  /** of every model */
  readonly contributions: readonly Contribution[];
  /** in the order of the scorer's models */
  readonly cards: readonly ModelCard[];
  readonly request: SelectionRequest;
  readonly scorer: SubsetScorer;
  /** floors that cannot be met are an error, or left to the set that comes nearest */
  readonly strict: boolean;
}

/** What is kept and how that came about. */
export interface Selection {
  /** in order of rank by summed SHAP */
  readonly kept: readonly string[];
  readonly trace: readonly TraceStep[];
  /** the cross-validated scores by which floors were judged; null without floors */
  readonly score: SubsetScore | null;
  /** how the search went; absent of strategies that do not search */
  readonly search?: SearchReport;
  /** the best set within the budget beside the one kept; absent of strategies that know no better one */
  readonly ceiling?: { readonly best: readonly string[]; readonly advantage: Advantage };
}

/**
 * Chooses models by the strategy asked for, within budget, required and forbidden models; where its choice misses a
 * floor, moves to the nearest set that does not.
 *
 * @throws EsciSelectError('infeasible') naming the constraint that cannot be met and the nearest feasible set
 * @throws EsciSelectError('usage') for unknown models or costs
 */
export function selectModels(input: SelectionInput): Selection {
  const { request, contributions } = input;
  const problem = problemOf(input);
  const choice = STRATEGIES[request.strategy].choose(problem);
  const chosen = request.keep === 'best' ? (choice.ceiling?.best ?? choice.kept) : choice.kept;
  const kept = request.floors.length === 0 ? chosen : repairFloors(problem, chosen);
  const score = request.floors.length === 0 ? null : problem.score(kept);
  if (input.strict && score !== null && shortfall(request.floors, score) > 0)
    throw floorMissed(problem, kept);
  const ranking = rankModels(contributions).map(({ model }) => model);
  const ranked = (subset: readonly number[]) => {
    const names = new Set(subset.map((candidate) => problem.candidates[candidate].name));
    return ranking.filter((name) => names.has(name));
  };
  const { ceiling } = choice;
  return {
    kept: ranked(kept),
    trace: [...choice.trace, ...repairs(problem, choice.kept, kept)],
    score,
    ...(choice.search === undefined ? {} : { search: choice.search }),
    ...(ceiling === undefined
      ? {}
      : { ceiling: { best: ranked(ceiling.best), advantage: ceiling.advantage } }),
  };
}

/** A selection's problem, checked to have an answer apart from its floors. */
export function problemOf({
  contributions,
  cards,
  request,
  scorer,
}: Omit<SelectionInput, 'strict'>): SelectionProblem {
  const { require, forbid, budget } = request;
  checkNames(cards, require, forbid);
  const places = [...cards.keys()].filter((at) => !forbid.includes(cards[at].name));
  const byModel = new Map(contributions.map((contribution) => [contribution.model, contribution]));
  const candidates = places.map((at) => {
    const { shap, groupShap } = byModel.get(cards[at].name)!;
    return { name: cards[at].name, shap, groupShap };
  });
  const names = candidates.map(({ name }) => name);
  const required = [...names.keys()].filter((candidate) => require.includes(names[candidate]));
  const limits = limitsOf(
    budget,
    places.map((at) => cards[at]),
  );
  checkFeasible(limits, names, required);
  return {
    candidates,
    limits,
    required,
    metric: request.metric,
    floors: request.floors,
    seed: request.seed,
    score: (subset) => scorer.score(subset.map((candidate) => places[candidate])),
    single: (candidate) => scorer.single(places[candidate]),
    ...(scorer.screen === undefined ? {} : { screen: screenOf(scorer.screen, places) }),
    ...poolsOf(scorer, places),
  };
}

/** Pools and screens of models as those of candidates. */
function poolsOf(
  { pool, screens }: SubsetScorer,
  places: readonly number[],
): Pick<SelectionProblem, 'pool' | 'knows'> {
  if (pool === undefined || screens === undefined) return {};
  const screened = screens();
  return {
    pool: (subset) => pool(subset.map((candidate) => places[candidate])),
    knows: places.map((place) => screened[place].passed),
  };
}

/** A screen of models as one of candidates. */
function screenOf(screen: Screen, places: readonly number[]): Screen {
  return { ...screen, score: (subset) => screen.score(subset.map((candidate) => places[candidate])) };
}

function checkNames(
  cards: readonly ModelCard[],
  require: readonly string[],
  forbid: readonly string[],
): void {
  const known = cards.map(({ name }) => name);
  for (const [flag, names] of [
    ['--require', require],
    ['--forbid', forbid],
  ] as const) {
    const unknown = names.find((name) => !known.includes(name));
    if (unknown === undefined) continue;
    throw new EsciSelectError('usage', `${flag} names ${quote(unknown)}, which is no model of the run`, {
      hint: suggest(unknown, known, 'models'),
    });
  }
  const both = require.find((name) => forbid.includes(name));
  if (both !== undefined) {
    throw new EsciSelectError('usage', `model ${quote(both)} is both required and forbidden`, {
      hint: 'give it with --require or with --forbid',
    });
  }
  if (known.every((name) => forbid.includes(name))) {
    throw new EsciSelectError(
      'infeasible',
      'every model is forbidden, expected at least one that may be kept',
      {
        hint: 'forbid fewer models',
      },
    );
  }
}

function repairs(
  problem: SelectionProblem,
  before: readonly number[],
  after: readonly number[],
): TraceStep[] {
  const step = (action: 'keep' | 'drop') => (candidate: number) => ({
    action,
    model: problem.candidates[candidate].name,
    value: null,
  });
  return [
    ...before.filter((candidate) => !after.includes(candidate)).map(step('drop')),
    ...after.filter((candidate) => !before.includes(candidate)).map(step('keep')),
  ];
}

function floorMissed(problem: SelectionProblem, best: readonly number[]): EsciSelectError {
  const reached = (floor: Floor, subset: readonly number[]) => floorValue(floor, problem.score(subset));
  const everyone = [...problem.candidates.keys()];
  const missed = problem.floors.filter((floor) => reached(floor, best) < floor.least);
  const parts = missed.map(
    (floor) =>
      `${floor.name}=${floor.least}: the nearest set reaches ${reached(floor, best).toFixed(3)}, all ${everyone.length} models ${reached(floor, everyone).toFixed(3)}`,
  );
  const nearestSet = best.map((candidate) => quote(problem.candidates[candidate].name)).join(', ');
  return new EsciSelectError('infeasible', `no set found within the budget meets floor ${parts.join('; ')}`, {
    hint: `nearest set: ${nearestSet}; lower the floor or raise the budget`,
  });
}
