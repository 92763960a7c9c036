import type { ScoreName } from '../evaluation/metrics.js';
import { costName } from '../selection/costs.js';
import { type Decision, differenceOf, FULL, PRUNED } from '../selection/decision.js';
import { amount, briefly, count, listed, SCORE_TITLES, score } from './format.js';
import { costCell, costUnit, summedCost } from './tables.js';

/**
 * The decision in words that defend it, the limits first: what they are, what is kept and takes of them, what pruning costs,
 * and what would be kept without them.
 *
 * `Within latency_ms <= 25: keep bert, gnn and rules (16.1 of 25). Pruning costs 0.063 macro F1 [0.046, 0.081], more than
 * noise. Without the limit: llm, bert, gnn and rules at 196 ms.`
 */
export function headline(decision: Decision): string {
  return [choice(decision), pruningSentence(decision), freeSentence(decision)]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

function choice(decision: Decision): string {
  const { kept, recommended, localeBudgets, ranking } = decision;
  const limits = limitText(decision);
  const keep = `${briefly(kept)} (${spentText(decision)})`;
  if (recommended === false) {
    return `No model beats chance: nothing is recommended. The set that would be kept${limits === '' ? '' : ` ${limits[0].toLowerCase()}${limits.slice(1)}`} is a guess: ${keep}.`;
  }
  const rest = localeBudgets === undefined ? '' : 'where a locale has no set of its own, ';
  if (limits !== '') return `${limits}: ${rest}keep ${keep}.`;
  return kept.length === ranking.length
    ? `No limit is set: ${rest}keep ${kept.length === 1 ? kept[0] : `all ${count(kept.length)} models`}.`
    : `No limit is set: ${rest}keep ${keep}.`;
}

/** `Within 2 models and latency_ms <= 25`, with the least scores asked for; nothing without limits. */
function limitText(decision: Decision): string {
  const { budget, constraints } = decision;
  const { models, costs } = budget;
  const limits = [
    ...(models === null ? [] : [`${count(models)} ${models === 1 ? 'model' : 'models'}`]),
    ...costs.map(({ name, limit }) => `${name} <= ${costCell(limit, costUnit(decision, name))}`),
  ];
  const floors = constraints.floors.map(({ name, least }) => `${name} >= ${least}`);
  if (limits.length === 0) return floors.length === 0 ? '' : `With ${listed(floors)}`;
  return `Within ${listed(limits)}${floors.length === 0 ? '' : `, with ${listed(floors)}`}`;
}

/** What the kept models take of each limit: `16.1 of 25`, with the names where there are several limits. */
function spentText(decision: Decision): string {
  const { budget, kept, ranking } = decision;
  const { models, costs } = budget;
  const named = costs.length + (models === null ? 0 : 1) > 1;
  const spent = [
    ...(models === null ? [] : [`${count(kept.length)} of ${count(models)}${named ? ' models' : ''}`]),
    ...costs.flatMap(({ name, limit }) => {
      const value = summedCost(decision, kept, name);
      const unit = costUnit(decision, name);
      return value === null
        ? []
        : [`${costCell(value, unit)} of ${costCell(limit, unit)}${named ? ` ${name}` : ''}`];
    }),
  ];
  return spent.length === 0 ? `${count(kept.length)} of ${count(ranking.length)} models` : spent.join(', ');
}

/** `Pruning costs 0.063 macro F1 [0.046, 0.081], more than noise.`; a loss is counted as positive whatever the score. */
function pruningSentence(decision: Decision): string {
  const { kept, ranking, constraints } = decision;
  const pruning = differenceOf(decision, FULL, PRUNED);
  if (pruning === undefined || kept.length === ranking.length) return '';
  const { metric } = constraints;
  const value = pruning.difference[metric];
  if (value === null || Number.isNaN(value)) return '';
  const sign = metric === 'logLoss' ? 1 : -1;
  const lost = sign * value;
  const ends = pruning.intervals[metric].map((end) => sign * end).sort((a, b) => a - b);
  return lost >= 0
    ? changeSentence('costs', lost, ends, metric)
    : changeSentence('gains', -lost, [-ends[1], -ends[0]], metric);
}

function changeSentence(
  verb: 'costs' | 'gains',
  value: number,
  [low, high]: readonly number[],
  metric: ScoreName,
): string {
  const noise = low <= 0 && high >= 0 ? 'within noise' : 'more than noise';
  return `Pruning ${verb} ${score(value)} ${SCORE_TITLES[metric]} [${score(low)}, ${score(high)}], ${noise}.`;
}

/** What would be kept without the limits, and what it would take of them. */
function freeSentence(decision: Decision): string {
  const { unlimited, budget, kept, recommended } = decision;
  const several = budget.costs.length + (budget.models === null ? 0 : 1) > 1;
  const without = several ? 'Without the limits' : 'Without the limit';
  if (recommended === false) return '';
  if (unlimited === undefined) return bestTried(decision, without);
  if (isSame(unlimited, kept)) return `${without} the same would be kept.`;
  return `${without}: ${besideKept(decision, unlimited)}${takes(decision, unlimited)}.`;
}

/** Of strategies that do not choose again without limits: the best of the sets scored, which the frontier ends with. */
function bestTried(decision: Decision, without: string): string {
  const { frontiers = [], budget } = decision;
  const limited = budget.costs.map(({ name }) => costName(name));
  const name = budget.models === null ? limited[0] : 'models';
  const frontier = frontiers.find(({ cost: own }) => own === name);
  if (name === undefined || frontier === undefined || frontier.points.length === 0) return '';
  const { models } = frontier.points[frontier.points.length - 1];
  if (isSame(models, decision.kept)) return '';
  return `${without}, the best of ${count(frontier.sets ?? frontier.points.length)} sets scored is ${besideKept(decision, models)}${takes(decision, models)}.`;
}

/** A set's models; of many, those beyond the ones kept are counted: `these and 18 more`. */
function besideKept({ kept }: Decision, models: readonly string[]): string {
  const more = models.filter((name) => !kept.includes(name));
  const isLarger = models.length - more.length === kept.length;
  return isLarger && briefly(models) !== listed(models)
    ? `these and ${count(more.length)} more`
    : briefly(models);
}

/** ` at 196 ms`, ` (4 models at 196 ms)`. */
function takes(decision: Decision, models: readonly string[]): string {
  const { budget } = decision;
  const costs = budget.costs.flatMap(({ name }) => {
    const value = summedCost(decision, models, name);
    return value === null ? [] : [amount(value, costUnit(decision, name))];
  });
  const number =
    budget.models === null ? '' : `${count(models.length)} ${models.length === 1 ? 'model' : 'models'}`;
  if (number === '') return costs.length === 0 ? '' : ` at ${listed(costs)}`;
  return costs.length === 0 ? ` (${number})` : ` (${number} at ${listed(costs)})`;
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name) => b.includes(name));
}
