import { EsciSelectError, quote } from '../errors.js';
import type { Cost, ModelCard } from '../predictions/matrix.js';

/** The name a cost goes by: all costs are per row, and a row is a query-product pair, so `_per_row` says nothing. */
export function costName(name: string): string {
  return name.replace(/_per_(row|pair)$/, '');
}

/** A model's cost by name; `latency_ms` and `latency_ms_per_row` are one name. Undefined where the card has none. */
export function costOf(card: ModelCard, name: string): Cost | undefined {
  if (Object.hasOwn(card.costs, name)) return card.costs[name];
  const found = Object.keys(card.costs).find((key) => costName(key) === costName(name));
  return found === undefined ? undefined : card.costs[found];
}

/**
 * The values of one cost for all cards, in their order.
 *
 * @throws EsciSelectError('usage') naming the models whose cards lack the cost
 */
export function costValues(cards: readonly ModelCard[], name: string): number[] {
  const lacking = cards.filter((card) => costOf(card, name) === undefined);
  if (lacking.length > 0) {
    const known = [...new Set(cards.flatMap((card) => Object.keys(card.costs)))].sort();
    const names = lacking.slice(0, 5).map((card) => quote(card.name));
    throw new EsciSelectError(
      'usage',
      `cost ${quote(name)} is unknown for ${lacking.length} of ${cards.length} models: ${names.join(', ')}`,
      {
        hint:
          known.length > 0
            ? `costs known of some models: ${known.join(', ')}; declare others with --costs FILE (model,${name})`
            : `declare costs with --costs FILE (columns model,${name})`,
      },
    );
  }
  return cards.map((card) => costOf(card, name)!.value);
}
