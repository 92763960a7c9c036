import type { Random } from '../../math/random.js';
import type { SimulatedProduct, SimulatedQuery } from './facts.js';
import { type Counts, drawCounts } from './noise.js';
import { chance, pick } from './random-values.js';
import { mayMeet, trueRelation } from './relation.js';

/** What customers did with a product (index) under a query (index). */
export interface StoreRow extends Counts {
  readonly query: number;
  readonly product: number;
}

/** Queries and products of one locale, and the judged pairs as products by query. */
export interface Market {
  readonly queries: readonly SimulatedQuery[];
  readonly products: readonly SimulatedProduct[];
  readonly judged: readonly (readonly number[])[];
}

/** Products that are new: the store has not shown them yet. */
const NEW = 0.06;
const JUDGED_SHOWN = 0.75;
const ELSEWHERE = 0.3;
const MEAN_IMPRESSIONS = 26;
const MAX_IMPRESSIONS = 300;

/**
 * What the store's log says: most judged pairs, and each product under some more queries of its family. What is shown
 * depends on the texts alone, so only what customers do tells what the texts hide. Rows are in order of query, product.
 */
export function storeLog(market: Market, random: Random): StoreRow[] {
  const shown = shownPairs(market, random);
  const popularity = market.products.map(() => random.normal());
  const traffic = market.queries.map(() => random.normal());
  const rows: StoreRow[] = [];
  shown.forEach((products, query) => {
    for (const product of [...products].sort((a, b) => a - b)) {
      const spread = 0.5 * popularity[product] + 0.5 * traffic[query] + 0.4 * random.normal();
      const impressions = Math.min(MAX_IMPRESSIONS, 1 + Math.floor(MEAN_IMPRESSIONS * Math.exp(spread)));
      const relation = trueRelation(market.queries[query], market.products[product]);
      rows.push({ query, product, ...drawCounts(relation, impressions, random) });
    }
  });
  return rows;
}

/** Products shown under each query. */
function shownPairs({ queries, products, judged }: Market, random: Random): Set<number>[] {
  const shown = queries.map(() => new Set<number>());
  const isNew = products.map(() => chance(NEW, random));
  judged.forEach((list, query) => {
    for (const product of list)
      if (!isNew[product] && chance(JUDGED_SHOWN, random)) shown[query].add(product);
  });
  const byFamily = groupByFamily(queries);
  products.forEach((product, index) => {
    if (isNew[index]) return;
    for (const query of furtherQueries(product, queries, byFamily, random)) shown[query].add(index);
  });
  return shown;
}

function groupByFamily(queries: readonly SimulatedQuery[]): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  queries.forEach(({ wishes }, index) => {
    const group = groups.get(wishes.family);
    if (group) group.push(index);
    else groups.set(wishes.family, [index]);
  });
  return groups;
}

/** The store's search: queries of the family, rather those whose text fits; more for products whose text is vague. */
function furtherQueries(
  product: SimulatedProduct,
  queries: readonly SimulatedQuery[],
  byFamily: ReadonlyMap<number, readonly number[]>,
  random: Random,
): Set<number> {
  const found = new Set<number>();
  const families = [...new Set(product.candidates.map(({ value }) => value.family))];
  const fits = (query: SimulatedQuery) =>
    query.candidates.some(({ value }) =>
      product.candidates.some((candidate) => candidate.value.role === value),
    ) &&
    (product.hidden !== 'feature' || query.wishes.feature !== null);
  const looks = product.hidden === 'open' ? 8 + random.integer(6) : 26;
  const wanted = product.hidden === 'open' ? 6 : 12;
  for (let look = 0; look < looks && found.size < wanted; look++) {
    const pool = byFamily.get(chance(0.75, random) ? families[0] : pick(families, random)) ?? [];
    if (pool.length === 0) continue;
    const index = pick(pool, random);
    if (mayMeet(queries[index], product) && (fits(queries[index]) || chance(0.35, random))) found.add(index);
  }
  const anywhere = random.integer(queries.length);
  if (chance(ELSEWHERE, random) && mayMeet(queries[anywhere], product)) found.add(anywhere);
  return found;
}
