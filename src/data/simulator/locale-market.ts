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

const TEST_EVERY = 4;

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
    isTest: drawTest(queries, random.fork('split')),
  };
}

/** Every fourth query, in random order within kinds that differ in difficulty; the kind is seen from the query alone. */
function drawTest(queries: readonly AskedQuery[], random: Random): boolean[] {
  const order = random.shuffle(queries.map((_, query) => query));
  order.sort((a, b) => kindOf(queries[a]) - kindOf(queries[b]));
  const offset = random.integer(TEST_EVERY);
  const isTest = queries.map(() => false);
  order.forEach((query, at) => {
    isTest[query] = at % TEST_EVERY === offset;
  });
  return isTest;
}

function kindOf({ hidden, wishes, candidates }: AskedQuery): number {
  if (hidden !== 'open') return 0;
  if (wishes.feature !== null) return 1;
  return candidates[0].value < 2 ? 2 : 3;
}
