import { cardsOf, costOf } from './costs.js';
import type { Decision, RankingLine } from './decision.js';
import { type Limit, limitsOf, spentOn } from './limits.js';
import type { ModelReason, OverLimit } from './model-reason.js';

/** What reasons are read from. */
export type ReasonFacts = Pick<Decision, 'budget' | 'constraints' | 'redundancy' | 'kept'> & {
  readonly ranking: readonly Omit<RankingLine, 'why'>[];
};

/**
 * Why each model of a ranking is kept or is not, in its order. Of several reasons the first counts: forbidden, no better than
 * chance, too dear by itself, as good as the same as a model that is kept, too dear beside the kept ones, no gain.
 */
export function modelReasons(facts: ReasonFacts): ModelReason[] {
  return facts.ranking.map((line) => reasonOf(facts, line));
}

function reasonOf(facts: ReasonFacts, line: ReasonFacts['ranking'][number]): ModelReason {
  const { constraints, kept } = facts;
  const { model } = line;
  if (kept.includes(model)) return { reason: 'kept' };
  if (constraints.forbid.includes(model)) return { reason: 'forbidden' };
  if (line.screen?.passed === false) return { reason: 'useless' };
  const required = constraints.require.filter((name) => kept.includes(name));
  const alone = brokenLimit(facts, required, model);
  if (alone !== null) return { reason: 'over budget', over: alone };
  const as = voiceOf(facts, model);
  if (as !== null) return { reason: 'redundant', as };
  const beside = brokenLimit(facts, kept, model);
  return beside === null ? { reason: 'no gain' } : { reason: 'over budget', over: beside };
}

/** The first limit that a set breaks when a model joins it; null where it fits, or where a cost is not known. */
function brokenLimit(
  { budget, ranking }: ReasonFacts,
  set: readonly string[],
  model: string,
): OverLimit | null {
  const names = [...set, model];
  const cards = cardsOf(ranking.filter((line) => names.includes(line.model)));
  if (budget.costs.some(({ name }) => cards.some((card) => costOf(card, name) === undefined))) return null;
  const places = (wanted: readonly string[]) =>
    [...cards.keys()].filter((at) => wanted.includes(cards[at].name));
  const over = (limit: Limit) => spentOn(limit, places(names)) > limit.limit;
  const broken = limitsOf(budget, cards).find(over);
  if (broken === undefined) return null;
  const before = spentOn(broken, places(set));
  const needs = spentOn(broken, places(names)) - before;
  return { name: broken.name, limit: broken.limit, needs, left: broken.limit - before };
}

/** The kept model of the same cluster that a model is most like. */
function voiceOf({ redundancy, kept }: ReasonFacts, model: string): ModelReason['as'] | null {
  const cluster = redundancy.clusters.find(({ models }) => models.includes(model));
  const pair = redundancy.pairs.find(({ a, b, probabilities }) => {
    const other = a === model ? b : b === model ? a : null;
    return (
      other !== null && probabilities !== null && kept.includes(other) && cluster?.models.includes(other)
    );
  });
  if (pair === undefined) return null;
  return { model: pair.a === model ? pair.b : pair.a, correlation: pair.probabilities! };
}
