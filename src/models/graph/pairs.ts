import type { Examples } from '../../data/examples/examples.js';

/** A node that hears messages, except from one neighbour. */
export interface Listener {
  readonly node: number;
  /** the neighbour whose edges, of every relation, carry nothing; -1 for none */
  readonly except: number;
}

/** Queries whose judgements may not be used, those that are being predicted: 1 at each; [query] */
export type HiddenQueries = Uint8Array;

/** The queries given, hidden, of so many. */
export function hiddenQueries(queries: Iterable<number>, of: number): HiddenQueries {
  const hidden = new Uint8Array(of);
  for (const query of queries) hidden[query] = 1;
  return hidden;
}

/** Pairs to predict, as listeners that do not hear each other. */
export interface Pairs {
  /** [pair]: the query's node, without the product */
  readonly queries: readonly Listener[];
  /** [pair]: the product's node, without the query */
  readonly products: readonly Listener[];
  /** the pairs' queries: no judgement of theirs is used in any message */
  readonly hidden: HiddenQueries;
}

/** The pairs of the rows asked; query nodes are the groups, product nodes come after them. O(rows). */
export function pairsOf(examples: Examples, rows: Int32Array): Pairs {
  const query = Array.from(rows, (row) => examples.group[row]);
  const product = Array.from(rows, (row) => examples.groupKeys.length + examples.product[row]);
  return {
    queries: query.map((node, at) => ({ node, except: product[at] })),
    products: product.map((node, at) => ({ node, except: query[at] })),
    hidden: hiddenQueries(query, examples.groupKeys.length),
  };
}
