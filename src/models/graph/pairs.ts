import type { Examples } from '../../data/examples/examples.js';

/** A node that hears messages, except from one neighbour. */
export interface Listener {
  readonly node: number;
  /** the neighbour whose edges, of every relation, carry nothing; -1 for none */
  readonly except: number;
}

/** Queries whose judgements may not be used, by node number: those that are being predicted. */
export type HiddenQueries = ReadonlySet<number>;

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
    hidden: new Set(query),
  };
}
