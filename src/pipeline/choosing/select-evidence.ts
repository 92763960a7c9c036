import { screenModels } from '../../evaluation/screen-models.js';
import { confusionMatrix } from '../../evaluation/statistics.js';
import { coalitionShares } from '../../selection/coalitions.js';
import { costName, costOf, isPercentile, isShared, setCost } from '../../selection/costs.js';
import { type Frontier, type FrontierCost, frontierOf } from '../../selection/frontier.js';
import { frontierSets } from '../../selection/frontier-sets.js';
import { keptShares } from '../../selection/kept-share.js';
import { merit } from '../../selection/objective.js';
import { permutationImportance } from '../../selection/permutation.js';
import { refitCounts } from '../../selection/refit-shares.js';
import { drawSamples, REFITS, refitContributions, refitRanks } from '../../selection/refits.js';
import type { JudgedSample } from '../../selection/sample.js';
import { problemOf, type SelectionRequest, selectModels } from '../../selection/select.js';
import { STRATEGIES } from '../../selection/strategies/registry.js';
import type { SelectionProblem } from '../../selection/strategy.js';
import {
  createSubsetScorer,
  judgedSample,
  pooledRows,
  type QueryScorer,
  type ScorerInput,
} from '../../selection/subset-scorer.js';
import type {
  EvidenceRequest,
  KeptCounts,
  KeptEvidence,
  KeptTask,
  ModelEvidence,
  ScoredMeasures,
  SelectionEvidence,
  SelectTask,
} from './select-task.js';

/** Rows that sets are scored on for the frontier, at most, where the strategy itself scores none: 4 times as quick. */
const FRONTIER_ROWS = 5000;

/** Fewer of many columns, as pools are fitted on. */
function frontierRows({ model }: SelectTask): number {
  return Math.min(FRONTIER_ROWS, pooledRows(model.features));
}

/** A choice, and the scorer that holds the sets that its strategy fitted. */
interface ScoredChoice {
  readonly scorer: QueryScorer;
  readonly kept: readonly string[];
}

/** Takes the evidence of one selection. */
export function selectionEvidence(
  task: SelectTask,
  request: EvidenceRequest,
  { scorer, kept: chosen }: ScoredChoice,
  onScore: (scored: number) => void,
): SelectionEvidence {
  const options = { replicates: request.replicates, seed: task.request.seed };
  const kept = keptEvidence(task, request, scorer);
  if (task.judged !== undefined) {
    return { ...kept, frontiers: [], measures: null, models: null, unlimited: null };
  }
  const { refits, pools } = STRATEGIES[task.request.strategy];
  const scoring = (refits && pools !== true) || task.request.floors.length > 0;
  const wide = scoring ? scorer : scorerOf(task, request.queries, onScore, frontierRows(task));
  const models = modelEvidence(task, scorer.sample);
  const free = unlimitedChoice(task, scorer);
  const { require } = task.request;
  const useless = models.screens
    .map(({ passed }, model) => ({ passed, name: task.cards[model].name }))
    .filter(({ passed, name }) => !passed && !require.includes(name))
    .map(({ name }) => name);
  const frontiers = frontiersOf(task, wide, { chosen, free: free ?? chosen, useless }, options);
  return {
    ...kept,
    frontiers,
    measures: request.measures ? measuresOf(task, wide) : null,
    models,
    unlimited: free === null || isSameSet(free, chosen) ? free : bestOnFrontier(task.request, frontiers),
  };
}

function isSameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name) => b.includes(name));
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

/** Some of the draws that tell how often each model is kept, where pools are fitted. A pure function of its task. */
export function countKept({ select: task, range }: KeptTask): KeptCounts {
  const scorer = scorerOf(task, task.queries, () => {});
  const { problem, places } = placed(task, scorer);
  const sample = scorer.sample!;
  const { strategy } = task.request;
  return {
    names: problem.candidates.map(({ name }) => name),
    counts: refitCounts({ sample, problem, places, strategy }, range),
  };
}

/** What several parts of the draws say together. */
export function keptOf(parts: readonly KeptCounts[]): KeptEvidence {
  const [{ names }] = parts;
  const share = (candidate: number) => parts.reduce((sum, { counts }) => sum + counts[candidate], 0) / REFITS;
  return { keptShare: new Map(names.map((name, at) => [name, share(at)])), keptDraws: REFITS };
}

const NONE_KEPT: KeptEvidence = { keptShare: new Map(), keptDraws: 0 };

function keptEvidence(task: SelectTask, request: EvidenceRequest, scorer: QueryScorer): KeptEvidence {
  if (request.keptApart === true) return NONE_KEPT;
  const { problem, places } = placed(task, scorer);
  const onModels = (subset: readonly number[]) => subset.map((candidate) => places[candidate]);
  const { strategy } = task.request;
  if (scorer.sample !== undefined) {
    const judged = task.judged?.queries;
    const counts = refitCounts({ sample: scorer.sample, problem, places, strategy, judged });
    return keptOf([{ names: problem.candidates.map(({ name }) => name), counts }]);
  }
  const kept = keptShares({
    problem,
    strategy,
    contributions: request.contributions,
    statistics: (subset) => scorer.statistics(onModels(subset)),
    singleStatistics: (candidate) => scorer.singleStatistics(places[candidate]),
    fitted: candidatesOf(scorer.sets(), places),
    options: { replicates: request.replicates, seed: task.request.seed },
  });
  return {
    keptShare: new Map(problem.candidates.map(({ name }, at) => [name, kept.shares[at]])),
    keptDraws: kept.draws,
  };
}

/** What the strategy keeps where nothing is limited; null of strategies that would have to score too many sets for it. */
function unlimitedChoice(task: SelectTask, scorer: QueryScorer): readonly string[] | null {
  const { contributions, cards, request } = task;
  const { refits, pools } = STRATEGIES[request.strategy];
  if (request.budget.models === null && request.budget.costs.length === 0) return null;
  if (refits && pools !== true) return null;
  const free = { ...request, budget: { ...request.budget, models: null, costs: [] } };
  return selectModels({ contributions, cards, request: free, scorer, strict: false }).kept;
}

/** The screen of every model, and its rank over refits; on the rows given, or on such a sample of the task's. */
export function modelEvidence(task: SelectTask, given?: JudgedSample): ModelEvidence {
  const sample = given ?? judgedSample({ ...scorerInput(task), perQuery: true });
  const draws = drawSamples(sample, { draws: REFITS, seed: task.request.seed });
  const contributions = Array.from(draws, refitContributions);
  return {
    screens: screenModels(sample),
    ranks: refitRanks({ contributions }),
    refits: REFITS,
    rows: sample.labels.length,
    queries: sample.sets.once.groupCount,
  };
}

function measuresOf(task: SelectTask, scorer: QueryScorer): ScoredMeasures {
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

/** A scorer of the task's rows. */
export function scorerOf(
  task: SelectTask,
  queries: Int32Array | undefined,
  onScore: (scored: number) => void,
  mostRows?: number,
): QueryScorer {
  // an exact search says the best of all rows, so it looks at all of them
  const most = mostRows ?? (task.request.strategy === 'exact' ? task.rows.length : undefined);
  return createSubsetScorer({
    ...scorerInput(task),
    mostRows: most,
    perQuery: queries !== undefined,
    onScore,
  });
}

function scorerInput(task: SelectTask): ScorerInput {
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

function placed(task: SelectTask, scorer: QueryScorer): { problem: SelectionProblem; places: number[] } {
  const { contributions, cards, request } = task;
  const problem = problemOf({ contributions, cards, request, scorer });
  const places = problem.candidates.map(({ name }) => cards.findIndex((card) => card.name === name));
  return { problem, places };
}

function candidatesOf(sets: readonly (readonly number[])[], places: readonly number[]): number[][] {
  return sets.map((set) => set.map((model) => places.indexOf(model)));
}

/** Sets that a frontier shows whatever it finds, and models that it never spends on, by name. */
interface FrontierNames {
  readonly chosen: readonly string[];
  readonly free: readonly string[];
  readonly useless: readonly string[];
}

function frontiersOf(
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
  const wanted = frontierSets(
    problem,
    costs.slice(1).map(({ of }) => of),
  );
  for (const set of [...wanted, chosen, setOf(names.free)]) problem.score(set);
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
