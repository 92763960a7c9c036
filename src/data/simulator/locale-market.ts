import type { Random } from '../../math/random.js';
import type { SimulatedProduct } from './facts.js';
import { emptyCatalogue, judgedProducts } from './judging.js';
import { drawLabel } from './noise.js';
import type { Judgement } from './posterior.js';
import { type ProductFields, productText } from './product-text.js';
import { type AskedQuery, familiesFor, makeQueries } from './queries.js';
import { trueRelation } from './relation.js';
import { type StoreRow, storeLog } from './store.js';
import type { Locale } from './words.js';

/** Everything of one locale. Indices of queries and products are into its own arrays. */
export interface LocaleMarket {
  readonly locale: Locale;
  readonly queries: readonly AskedQuery[];
  readonly products: readonly SimulatedProduct[];
  /** [product] */
  readonly texts: readonly ProductFields[];
  /** by query, in random order within each */
  readonly judgements: readonly Judgement[];
  readonly log: readonly StoreRow[];
  /** whether the query belongs to the test split; [query] */
  readonly isTest: readonly boolean[];
}

const TEST_SHARE = 0.25;

/** Makes a locale's queries, catalogue, judgements and store log. Deterministic in the stream's seed. */
export function makeMarket(locale: Locale, count: number, random: Random): LocaleMarket {
  const queries = makeQueries(locale, count, random.fork('queries'));
  const catalogue = emptyCatalogue(familiesFor(count));
  const choices = random.fork('judged');
  const judged = queries.map((query) => judgedProducts(query, catalogue, choices));
  const { products } = catalogue;
  const texts = random.fork('texts');
  const labels = random.fork('labels');
  const judgements = judged.flatMap((list, query) =>
    list.map((product) => ({
      query,
      product,
      label: drawLabel(trueRelation(queries[query], products[product]), labels),
    })),
  );
  return {
    locale,
    queries,
    products,
    texts: products.map((product) => productText(product, texts)),
    judgements,
    log: storeLog({ queries, products, judged }, random.fork('store')),
    isTest: drawTest(count, random.fork('split')),
  };
}

function drawTest(count: number, random: Random): boolean[] {
  const order = random.shuffle(Array.from({ length: count }, (_, query) => query));
  const tested = new Set(order.slice(0, Math.round(count * TEST_SHARE)));
  return Array.from({ length: count }, (_, query) => tested.has(query));
}
