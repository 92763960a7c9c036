import type { Document, ProductDocuments } from '../text/document.js';
import { overlap } from '../text/overlap.js';
import type { Graph } from './graph.js';
import type { HiddenQueries, Listener, Pairs } from './pairs.js';
import { eachTie, shareOf } from './ties.js';

const FIELDS = ['title', 'brand', 'color', 'body'] as const;
const PER_FIELD = 6;

/** Numbers per end: the mean share of each class over its ties, and the log number of them. */
function endWidth(classes: number): number {
  return classes + 1;
}

/** Numbers per pair: how the texts of its two nodes match, and how much and what each end hears. */
export function contextWidth(classes: number): number {
  return FIELDS.length * PER_FIELD + 2 * endWidth(classes);
}

/** The texts of a graph's nodes, read. */
export interface NodeDocuments {
  query(node: number): Document;
  /** by its number, from 0; undefined where the data has no text */
  product(number: number): ProductDocuments | undefined;
}

/**
 * The two nodes of each pair, [pair][contextWidth]: match of the query's text with each field of the product's (zeros
 * without text), and the degree and mean class of each node's ties, that of the pair left out. O(terms + ties) a pair.
 */
export function pairContext(graph: Graph, documents: NodeDocuments, pairs: Pairs): Float32Array {
  const { queries, products, hidden } = pairs;
  const { classes } = graph.ties;
  const width = contextWidth(classes);
  const values = new Float32Array(queries.length * width);
  queries.forEach((query, pair) => {
    let at = pair * width;
    const own = documents.query(query.node);
    const product = documents.product(products[pair].node - graph.queries);
    for (const field of FIELDS) {
      if (product !== undefined) values.set(Object.values(overlap('', own, product[field], graph.idf)), at);
      at += PER_FIELD;
    }
    writeEnd(graph, query, hidden, { values, at });
    writeEnd(graph, products[pair], hidden, { values, at: at + endWidth(classes) });
  });
  return values;
}

const MOST = 128;

function writeEnd(
  { ties }: Graph,
  listener: Listener,
  hidden: HiddenQueries,
  { values, at }: { values: Float32Array; at: number },
): void {
  let heard = 0;
  eachTie(ties, listener, { hidden, most: MOST }, (_neighbour, tie, label) => {
    heard++;
    for (let k = 0; k < ties.classes; k++) values[at + k] += shareOf(ties, tie, label, k);
  });
  for (let k = 0; k < ties.classes; k++) values[at + k] /= Math.max(1, heard);
  values[at + ties.classes] = Math.log1p(heard) / 4;
}
