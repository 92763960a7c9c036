import type { Random } from '../../math/random.js';
import { distinctCodes } from './codes.js';
import type { LocaleMarket } from './locale-market.js';
import { chance } from './random-values.js';
import { apparentRelation, trueRelation } from './relation.js';
import type { BehaviourRow, ExampleRow, HiddenThing, ProductRow, Simulation, Truth } from './simulation.js';

/** Ids start far above the official ones. */
const FIRST_QUERY_ID = 9_000_001;
const FIRST_EXAMPLE_ID = 90_000_001;
const SMALL_SHARE = 0.45;
const LETTERS = ['E', 'S', 'C', 'I'] as const;

/** Ids by market: [query] and [product]. */
interface Ids {
  readonly queries: ReadonlyMap<LocaleMarket, readonly number[]>;
  readonly products: ReadonlyMap<LocaleMarket, readonly string[]>;
}

interface QueryPlace {
  readonly market: LocaleMarket;
  readonly query: number;
}

/**
 * Puts the markets' parts together under ids and in orders that say nothing of labels: queries, the rows of each and
 * products are shuffled, and ids follow those orders or are drawn. O(rows).
 */
export function assemble(
  markets: readonly LocaleMarket[],
  random: Random,
): Omit<Simulation, 'options' | 'ceiling'> {
  const places = markets.flatMap((market) => market.queries.map((_, query) => ({ market, query })));
  random.fork('order').shuffle(places);
  const ids = {
    queries: queryIds(markets, places),
    products: productIds(markets, random.fork('product ids')),
  };
  return {
    ...exampleRows(places, ids, random.fork('versions')),
    products: random.fork('product order').shuffle(productRows(markets, ids)),
    behaviours: markets.flatMap((market) => behaviourRows(market, ids)).sort(byIds),
    sources: places.map(({ market, query }, at) => ({
      queryId: FIRST_QUERY_ID + at,
      source: market.queries[query].source,
    })),
  };
}

function queryIds(markets: readonly LocaleMarket[], places: readonly QueryPlace[]): Ids['queries'] {
  const ids = new Map(markets.map((market) => [market, new Array<number>(market.queries.length).fill(0)]));
  places.forEach(({ market, query }, at) => {
    ids.get(market)![query] = FIRST_QUERY_ID + at;
  });
  return ids;
}

function productIds(markets: readonly LocaleMarket[], random: Random): Ids['products'] {
  const codes = distinctCodes(random);
  return new Map(markets.map((market) => [market, market.products.map(() => `SIM${codes()}`)]));
}

function exampleRows(
  places: readonly QueryPlace[],
  ids: Ids,
  random: Random,
): { examples: ExampleRow[]; truth: Truth } {
  const examples: ExampleRow[] = [];
  const relations: number[] = [];
  const hidden: HiddenThing[] = [];
  const byQuery = new Map([...ids.queries.keys()].map((market) => [market, groupByQuery(market)]));
  for (const { market, query } of places) {
    const smallVersion = chance(SMALL_SHARE, random) ? 1 : 0;
    const { text } = market.queries[query];
    for (const { product, label } of byQuery.get(market)![query]) {
      examples.push({
        exampleId: FIRST_EXAMPLE_ID + examples.length,
        query: text,
        queryId: ids.queries.get(market)![query],
        productId: ids.products.get(market)![product],
        locale: market.locale,
        label: LETTERS[label],
        smallVersion,
        split: market.isTest[query] ? 'test' : 'train',
      });
      relations.push(trueRelation(market.queries[query], market.products[product]));
      hidden.push(hiddenThing(market, query, product));
    }
  }
  return { examples, truth: { relation: Uint8Array.from(relations), hidden } };
}

function groupByQuery({ queries, judgements }: LocaleMarket): LocaleMarket['judgements'][number][][] {
  const groups: LocaleMarket['judgements'][number][][] = queries.map(() => []);
  for (const judgement of judgements) groups[judgement.query].push(judgement);
  return groups;
}

/** What the texts leave open about a pair's relation. */
function hiddenThing(market: LocaleMarket, query: number, product: number): HiddenThing {
  if (apparentRelation(market.queries[query], market.products[product]) !== null) return 'nothing';
  if (market.queries[query].hidden === 'type') return 'query type';
  return market.products[product].hidden === 'type' ? 'product type' : 'product feature';
}

function productRows(markets: readonly LocaleMarket[], ids: Ids): ProductRow[] {
  return markets.flatMap((market) =>
    market.texts.map((text, product) => ({
      ...text,
      productId: ids.products.get(market)![product],
      locale: market.locale,
    })),
  );
}

function behaviourRows(market: LocaleMarket, ids: Ids): BehaviourRow[] {
  return market.log.map(({ query, product, impressions, clicks, adds, purchases }) => ({
    queryId: ids.queries.get(market)![query],
    productId: ids.products.get(market)![product],
    locale: market.locale,
    impressions,
    clicks,
    adds,
    purchases,
  }));
}

function byIds(a: BehaviourRow, b: BehaviourRow): number {
  return a.queryId - b.queryId || (a.productId < b.productId ? -1 : 1);
}
