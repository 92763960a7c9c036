import type { Facts, SimulatedProduct, SimulatedQuery } from './facts.js';
import { countsLogLikelihood, LABEL_NOISE } from './noise.js';
import { RELATIONS, relationOf } from './relation.js';
import type { StoreRow } from './store.js';

/** A judgement: indices of its query and product, and the label that annotators gave. */
export interface Judgement {
  readonly query: number;
  readonly product: number;
  readonly label: number;
}

/** Something that tells about a pair's relation: the log-likelihood of each relation. [relation] */
export interface Witness {
  readonly query: number;
  readonly product: number;
  readonly logLikelihood: ArrayLike<number>;
}

/** All that an ideal observer knows of a locale: queries and products as their texts tell them, and the witnesses. */
export interface Knowledge {
  readonly queries: readonly SimulatedQuery[];
  readonly products: readonly SimulatedProduct[];
  readonly ofQuery: ReadonlyMap<number, readonly Witness[]>;
  readonly ofProduct: ReadonlyMap<number, readonly Witness[]>;
}

const LOG_NOISE: readonly (readonly number[])[] = Array.from({ length: RELATIONS }, (_, label) =>
  LABEL_NOISE.map((row) => Math.log(row[label])),
);

/** The store's rows as witnesses. */
export function customers(rows: readonly StoreRow[]): Witness[] {
  return rows.map((row) => ({ ...row, logLikelihood: countsLogLikelihood(row) }));
}

/** Labels that an observer may learn from, as witnesses. */
export function annotators(judgements: readonly Judgement[]): Witness[] {
  return judgements.map(({ query, product, label }) => ({ query, product, logLikelihood: LOG_NOISE[label] }));
}

/** Indexes the witnesses by query and product. */
export function know(
  queries: readonly SimulatedQuery[],
  products: readonly SimulatedProduct[],
  witnesses: readonly Witness[],
): Knowledge {
  return {
    queries,
    products,
    ofQuery: groupBy(witnesses, 'query'),
    ofProduct: groupBy(witnesses, 'product'),
  };
}

function groupBy(witnesses: readonly Witness[], side: 'query' | 'product'): Map<number, Witness[]> {
  const groups = new Map<number, Witness[]>();
  for (const witness of witnesses) {
    const group = groups.get(witness[side]);
    if (group) group.push(witness);
    else groups.set(witness[side], [witness]);
  }
  return groups;
}

/**
 * The exact posterior probability of each relation of a pair. What a query or a product hides is one choice among its
 * candidates; pairs where both hide something do not occur (`mayMeet`), so each witness speaks about one choice and the
 * posterior is prior x product of likelihoods. `ownPair` says whether witnesses of this very pair count. [relation]
 */
export function relationPosterior(
  knowledge: Knowledge,
  query: number,
  product: number,
  ownPair: boolean,
): Float64Array {
  const asked = knowledge.queries[query];
  const offered = knowledge.products[product];
  const posterior = new Float64Array(RELATIONS);
  if (asked.hidden !== 'open') {
    const heard = (knowledge.ofQuery.get(query) ?? []).filter((one) => ownPair || one.product !== product);
    const relation = (role: number, other: number) =>
      relationOf(role, asked.wishes, knowledge.products[other].candidates[0].value);
    const weights = weigh(asked.candidates, heard, (role, witness) => relation(role, witness.product));
    asked.candidates.forEach(({ value }, at) => {
      posterior[relation(value, product)] += weights[at];
    });
  } else {
    const heard = (knowledge.ofProduct.get(product) ?? []).filter((one) => ownPair || one.query !== query);
    const relation = (facts: Facts, other: number) =>
      relationOf(knowledge.queries[other].candidates[0].value, knowledge.queries[other].wishes, facts);
    const weights = weigh(offered.candidates, heard, (facts, witness) => relation(facts, witness.query));
    offered.candidates.forEach(({ value }, at) => {
      posterior[relation(value, query)] += weights[at];
    });
  }
  return posterior;
}

/** Posterior weights of candidates after hearing the witnesses; they sum to 1. */
function weigh<T>(
  candidates: readonly { readonly value: T; readonly prior: number }[],
  witnesses: readonly Witness[],
  relation: (value: T, witness: Witness) => number,
): Float64Array {
  if (candidates.length === 1) return Float64Array.of(1);
  const logs = candidates.map(({ value, prior }) =>
    witnesses.reduce(
      (sum, witness) => sum + witness.logLikelihood[relation(value, witness)],
      Math.log(prior),
    ),
  );
  return normalised(logs);
}

/** Probabilities from log-weights. */
export function normalised(logs: ArrayLike<number>): Float64Array {
  let largest = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < logs.length; at++) largest = Math.max(largest, logs[at]);
  const weights = Float64Array.from(logs, (log) => Math.exp(log - largest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** The probability of each label, given those of the relations. [label] */
export function labelProbabilities(relations: ArrayLike<number>): Float64Array {
  return Float64Array.from({ length: RELATIONS }, (_, label) =>
    LABEL_NOISE.reduce((sum, row, relation) => sum + relations[relation] * row[label], 0),
  );
}
