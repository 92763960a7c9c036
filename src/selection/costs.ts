import { EsciSelectError, quote, suggest } from '../errors.js';
import type { Cost, ModelCard } from '../predictions/matrix.js';

/** What costs are read from. */
export type Costed = Pick<ModelCard, 'costs'>;

/**
 * The name a cost goes by: all costs are per row, and a row is a query-product pair, so `_per_row` says nothing. What a
 * part of a model that others may run too takes of a cost has the part's name behind: `latency_ms@encoder`. A percentile
 * goes behind the unit: `latency_p95_ms` is `latency_ms_p95`.
 */
export function costName(name: string): string {
  return name.replace(/_per_(row|pair)(?=@|$)/, '').replace(/_(p\d\d)_(ms|us|s)(?=@|$)/, '_$2_$1');
}

/** Whether a cost is that of a shared part, `latency_ms@encoder`, and thus in another cost of the model already. */
export function isShared(name: string): boolean {
  return name.includes('@');
}

/** Whether a cost is a percentile of another, `latency_ms_p95`. */
export function isPercentile(name: string): boolean {
  return /_p\d\d(?=@|$)/.test(costName(name));
}

/** A model's cost by name; `latency_ms` and `latency_ms_per_row` are one name. Undefined where the card has none. */
export function costOf(card: Pick<ModelCard, 'costs'>, name: string): Cost | undefined {
  if (Object.hasOwn(card.costs, name)) return card.costs[name];
  const found = Object.keys(card.costs).find((key) => costName(key) === costName(name));
  return found === undefined ? undefined : card.costs[found];
}

/**
 * The values of one cost for all cards, in their order.
 *
 * @throws EsciSelectError('usage') naming the models whose cards lack the cost
 */
export function costValues(cards: readonly (Costed & { readonly name?: string })[], name: string): number[] {
  const lacking = cards.filter((card) => costOf(card, name) === undefined);
  if (lacking.length > 0) {
    const known = [...new Set(cards.flatMap((card) => Object.keys(card.costs)))]
      .filter((key) => !isShared(key))
      .sort();
    const names = lacking.slice(0, 5).map((card) => quote(card.name ?? 'a model'));
    throw new EsciSelectError(
      'usage',
      `cost ${quote(name)} is unknown for ${lacking.length} of ${cards.length} models: ${names.join(', ')}`,
      {
        hint: `${suggest(name, known, 'costs known of some models')}; others come with predictions, or by train --costs FILE (columns model,${name})`,
      },
    );
  }
  return cards.map((card) => costOf(card, name)!.value);
}

/** Cards of models whose costs are plain numbers by name, as a ranking has them. */
export function cardsOf(
  lines: readonly { readonly model: string; readonly costs: Readonly<Record<string, number>> }[],
): (Costed & { readonly name: string })[] {
  return lines.map(({ model, costs }) => ({
    name: model,
    costs: Object.fromEntries(Object.entries(costs).map(([name, value]) => [name, { value, unit: '' }])),
  }));
}

/** How the cost of a set comes from its models': one after another, or all at once, where the slowest decides. */
export type Combine = 'sum' | 'max';

/**
 * What a set of models costs together, by index. Added up, a part that several of them share (an encoder, a fetch) is
 * counted once, at the most that one of them says it costs; side by side the set costs what its dearest model does, which
 * includes its parts. Costs never fall when a model is added. O(models) a set.
 *
 * @throws EsciSelectError('usage') naming the models whose cards lack the cost
 */
export function setCost(
  cards: readonly (Costed & { readonly name?: string })[],
  name: string,
  combine: Combine = 'sum',
): (subset: readonly number[]) => number {
  const values = costValues(cards, name);
  if (combine === 'max') return (subset) => subset.reduce((most, at) => Math.max(most, values[at]), 0);
  const parts = cards.map((card, at) => sharedParts(card, name, values[at]));
  return (subset) => {
    const once = new Map<string, number>();
    let sum = 0;
    for (const at of subset) {
      sum += values[at];
      for (const [part, value] of parts[at]) {
        sum -= value;
        once.set(part, Math.max(once.get(part) ?? 0, value));
      }
    }
    return [...once.values()].reduce((total, value) => total + value, sum);
  };
}

/** What a model's shared parts take of one of its costs; together never more than the cost itself. */
function sharedParts({ costs }: Costed, name: string, cost: number): [part: string, value: number][] {
  const prefix = `${costName(name)}@`;
  let left = cost;
  return Object.keys(costs)
    .filter((key) => costName(key).startsWith(prefix))
    .sort()
    .map((key): [string, number] => {
      const value = Math.min(left, costs[key].value);
      left -= value;
      return [costName(key).slice(prefix.length), value];
    })
    .filter(([, value]) => value > 0);
}
