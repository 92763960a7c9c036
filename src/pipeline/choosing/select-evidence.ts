import { screenModels } from '../../evaluation/screen-models.js';
import { keptShares } from '../../selection/kept-share.js';
import { refitCounts } from '../../selection/refit-shares.js';
import { drawSamples, REFITS, refitContributions, refitRanks } from '../../selection/refits.js';
import type { JudgedSample } from '../../selection/sample.js';
import { selectModels } from '../../selection/select.js';
import { STRATEGIES } from '../../selection/strategies/registry.js';
import {
  judgedSample,
  type QueryScorer,
  type ScoredSet,
  type SharingScorer,
} from '../../selection/subset-scorer.js';
import { bestOnFrontier, frontierRows, frontiersOf, searchFrontier } from './select-frontier.js';
import { measuresOf } from './select-measures.js';
import { candidatesOf, placed, scorerInput, scorerOf } from './select-scorer.js';
import type {
  EvidenceParts,
  EvidenceRequest,
  FinishTask,
  KeptCounts,
  KeptEvidence,
  KeptTask,
  ModelEvidence,
  PartTask,
  RestOfEvidence,
  SelectionEvidence,
  SelectTask,
} from './select-task.js';

/** A choice, and the scorer that holds the sets that its strategy fitted. */
interface ScoredChoice {
  readonly scorer: QueryScorer;
  readonly kept: readonly string[];
}

/** Takes the evidence of one selection, but for what is found apart. */
export function selectionEvidence(
  task: SelectTask,
  request: EvidenceRequest,
  { scorer, kept: chosen }: ScoredChoice,
  onScore: (scored: number) => void,
): SelectionEvidence {
  const poolsApart = request.apart?.pools === true;
  const kept = poolsApart ? NONE_KEPT : keptEvidence(task, request, scorer);
  const free = poolsApart || task.judged !== undefined ? null : unlimitedChoice(task, scorer);
  if (task.judged !== undefined || request.apart !== undefined) {
    return { ...kept, frontiers: [], measures: null, models: null, unlimited: free, sets: [] };
  }
  const models = modelEvidence(task, scorer.sample);
  if (isScoring(task)) return { ...kept, ...restOf(task, scorer, { chosen, models, free }), sets: [] };
  const wide = wideScorer(task, onScore);
  return { ...kept, ...restOf(task, wide, { chosen, models, free }), sets: wide.known() };
}

/** Whether the strategy scores sets by ensembles itself, which the frontier then is made of. */
export function isScoring({ request }: SelectTask): boolean {
  const { refits, pools } = STRATEGIES[request.strategy];
  return (refits && pools !== true) || request.floors.length > 0;
}

/** A scorer of the frontier's own. */
function wideScorer(
  task: SelectTask,
  onScore: (scored: number) => void,
  known?: readonly ScoredSet[],
): SharingScorer {
  return scorerOf(task, task.queries, onScore, { mostRows: frontierRows(task), known });
}

interface BeforeRest {
  readonly chosen: readonly string[];
  readonly models: ModelEvidence;
  readonly free: readonly string[] | null;
}

/** The evidence beside how often models are kept. */
function restOf(
  task: SelectTask,
  wide: QueryScorer,
  { chosen, models, free }: BeforeRest,
): Omit<RestOfEvidence, 'sets'> {
  const { require, seed } = task.request;
  const { replicates, measures } = task.evidence!;
  const useless = models.screens
    .map(({ passed }, model) => ({ passed, name: task.cards[model].name }))
    .filter(({ passed, name }) => !passed && !require.includes(name))
    .map(({ name }) => name);
  const frontiers = frontiersOf(task, wide, { chosen, free: free ?? chosen, useless }, { replicates, seed });
  return {
    frontiers,
    measures: measures ? measuresOf(task, wide) : null,
    models,
    unlimited: free === null || isSameSet(free, chosen) ? free : bestOnFrontier(task.request, frontiers),
  };
}

/** One of the parts of the evidence that have nothing in common. A pure function of its task. */
export function evidencePart(
  { select, part }: PartTask,
  onScore: (scored: number) => void,
): EvidenceParts[typeof part] {
  if (part === 'models') return modelEvidence(select);
  if (part === 'free') return unlimitedChoice(select, scorerOf(select, select.queries, onScore));
  const wide = wideScorer(select, onScore);
  searchFrontier(select, wide);
  return wide.known();
}

/** The evidence that all parts and the choice are needed for. A pure function of its task. */
export function finishEvidence(
  { select, chosen, parts }: FinishTask,
  onScore: (scored: number) => void,
): RestOfEvidence {
  const wide = wideScorer(select, onScore, parts.sets);
  return { ...restOf(select, wide, { chosen, ...parts }), sets: wide.known() };
}

function isSameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name) => b.includes(name));
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
