import type { Examples } from '../../data/examples.js';
import type { Graph } from './graph.js';
import type { HiddenQueries, Listener } from './messages.js';

/** Pairs to predict, as listeners that do not hear each other. */
export interface Pairs {
  /** [pair]: the query's node, without the product */
  readonly queries: readonly Listener[];
  /** [pair]: the product's node, without the query */
  readonly products: readonly Listener[];
  /** the pairs' queries: no judgement of theirs is used in any message */
  readonly hidden: HiddenQueries;
}

/** The pairs of the rows asked. O(rows). */
export function pairsOf(graph: Graph, examples: Examples, rows: Int32Array): Pairs {
  const query = Array.from(rows, (row) => examples.group[row]);
  const product = Array.from(rows, (row) => graph.queries + examples.product[row]);
  return {
    queries: query.map((node, at) => ({ node, except: product[at] })),
    products: product.map((node, at) => ({ node, except: query[at] })),
    hidden: new Set(query),
  };
}
