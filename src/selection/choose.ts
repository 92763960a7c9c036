import { EsciSelectError, quote } from '../errors.js';
import type { ModelCard } from '../predictions/matrix.js';
import type { Budget } from './budget.js';
import { costValues } from './costs.js';
import type { RankedModel } from './rank.js';

/**
 * The models kept under a budget: walks the ranking from the top and keeps every model that still fits, so that a
 * costly model that does not fit makes room for cheaper ones behind it. Returns names in order of rank.
 *
 * @throws EsciSelectError('infeasible') when not even one model fits, naming the limit that comes nearest
 * @throws EsciSelectError('usage') when a cost is unknown for some model
 */
export function chooseModels(
  ranking: readonly RankedModel[],
  cards: readonly ModelCard[],
  budget: Budget,
): string[] {
  const limits = budget.costs.map(({ name, limit }) => ({ name, limit, values: valuesByModel(cards, name) }));
  const spent = limits.map(() => 0);
  const kept: string[] = [];
  for (const { model } of ranking) {
    if (budget.models !== null && kept.length >= budget.models) break;
    const after = limits.map(({ values }, at) => spent[at] + values.get(model)!);
    if (after.some((total, at) => total > limits[at].limit)) continue;
    after.forEach((total, at) => {
      spent[at] = total;
    });
    kept.push(model);
  }
  if (kept.length === 0) throw infeasible(limits);
  return kept;
}

function valuesByModel(cards: readonly ModelCard[], name: string): Map<string, number> {
  const values = costValues(cards, name);
  return new Map(cards.map((card, at) => [card.name, values[at]]));
}

function infeasible(
  limits: readonly { name: string; limit: number; values: Map<string, number> }[],
): EsciSelectError {
  const shortfalls = limits.map(({ name, limit, values }) => {
    const [model, least] = [...values].reduce((a, b) => (b[1] < a[1] ? b : a));
    return `${name}=${limit}, while the cheapest model, ${quote(model)}, costs ${least}`;
  });
  return new EsciSelectError('infeasible', `no model fits the budget ${shortfalls.join(' and ')}`, {
    hint: `raise the limit, or declare other costs with --costs FILE`,
  });
}
