import type { Random } from '../../math/random.js';
import { factsOf, roleMeant } from './facts.js';
import type { LocaleMarket } from './locale-market.js';
import { annotators, customers, type Knowledge, know, labelProbabilities, normalised } from './posterior.js';
import { RELATIONS, relationOf } from './relation.js';

/** Candidates and rows beyond these are sampled: the cost is their product. */
const MAX_CANDIDATES = 1000;
const MAX_ROWS = 2000;

/**
 * Expected accuracy on the test rows of an observer who sees no product text: a product may be any other product of the
 * locale's catalogue, weighed by the behaviours of all its pairs and its training labels. What queries mean is taken as
 * known, so this is an upper estimate; catalogues and rows beyond a limit are sampled. O(rows x candidates x pairs).
 */
export function customersOnly(markets: readonly LocaleMarket[], random: Random): number {
  let hits = 0;
  let rows = 0;
  for (const market of markets) {
    const { queries, products, judgements, isTest, log } = market;
    const labels = annotators(judgements.filter(({ query }) => !isTest[query]));
    const knowledge = know(queries, products, [...labels, ...customers(log)]);
    const relations = relationTable(market, random);
    const tested = random.shuffle(judgements.filter(({ query }) => isTest[query])).slice(0, MAX_ROWS);
    for (const { query, product } of tested) {
      hits += Math.max(...labelProbabilities(guess(knowledge, relations, query, product)));
    }
    rows += tested.length;
  }
  return hits / rows;
}

interface RelationTable {
  /** products that stand for what a product may be */
  readonly candidates: readonly number[];
  /** [query][candidate] */
  readonly relations: readonly Uint8Array[];
}

function relationTable({ queries, products }: LocaleMarket, random: Random): RelationTable {
  const candidates = random.shuffle(products.map((_, index) => index)).slice(0, MAX_CANDIDATES);
  const facts = candidates.map((index) => factsOf(products[index]));
  const relations = queries.map((query) =>
    Uint8Array.from(facts, (fact) => relationOf(roleMeant(query), query.wishes, fact)),
  );
  return { candidates, relations };
}

function guess(knowledge: Knowledge, table: RelationTable, query: number, product: number): Float64Array {
  const logs = Float64Array.from(table.candidates, (index) =>
    index === product ? Number.NEGATIVE_INFINITY : 0,
  );
  for (const witness of knowledge.ofProduct.get(product) ?? []) {
    const relations = table.relations[witness.query];
    for (let at = 0; at < logs.length; at++) logs[at] += witness.logLikelihood[relations[at]];
  }
  const weights = normalised(logs);
  const posterior = new Float64Array(RELATIONS);
  const asked = table.relations[query];
  for (let at = 0; at < weights.length; at++) posterior[asked[at]] += weights[at];
  return posterior;
}
