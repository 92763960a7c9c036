import type { Graph } from './graph.js';
import { eachMessage, type HiddenQueries, type Listener, NOTHING_HIDDEN } from './messages.js';
import type { Pairs } from './pairs.js';
import type { Relation } from './relation.js';
import { TEXT_WIDTH } from './text-vectors.js';

/** Numbers per relation and end of the pair. */
const PER_END = 3;

/** Numbers per pair: the text cosine, then three per relation for each end. */
export function affinityWidth(relations: number): number {
  return 1 + 2 * PER_END * relations;
}

/** Similar neighbours count far more than others: cosine cubed. */
const SHARPNESS = 3;
/** Added before logarithms are taken. */
const LEAST = 0.02;

/**
 * How each end of a pair fits the other end's neighbours: the cosine of query and product text; then, per relation, for
 * the products that the query is tied to against this product, and for the queries that the product is tied to against
 * this query: the weighted mean cosine, the log of the weight of similar ones, and the log of all weight. Messages as in
 * the layers: the pair's own edge and hidden judgements say nothing. [pair][affinityWidth]; O(pairs x neighbours x
 * TEXT_WIDTH).
 */
export function affinities(graph: Graph, { queries, products, hidden }: Pairs): Float32Array {
  const relations = [...graph.open, ...graph.judged];
  const width = affinityWidth(relations.length);
  const values = new Float32Array(queries.length * width);
  queries.forEach((query, pair) => {
    const product = products[pair];
    let at = pair * width;
    values[at++] = cosine(graph.text, query.node, product.node);
    relations.forEach((relation, r) => {
      const hides = r < graph.open.length ? NOTHING_HIDDEN : hidden;
      values.set(affinity(graph, relation, query, { other: product.node, hidden: hides }), at);
      values.set(affinity(graph, relation, product, { other: query.node, hidden: hides }), at + PER_END);
      at += 2 * PER_END;
    });
  });
  return values;
}

/** How a listener's neighbours in a relation resemble the other node. */
function affinity(
  graph: Graph,
  relation: Relation,
  listener: Listener,
  { other, hidden }: { other: number; hidden: HiddenQueries },
): [number, number, number] {
  let total = 0;
  let similar = 0;
  let sum = 0;
  eachMessage(relation, listener, hidden, (neighbour, weight) => {
    const likeness = cosine(graph.text, neighbour, other);
    total += weight;
    sum += weight * likeness;
    similar += weight * Math.max(0, likeness) ** SHARPNESS;
  });
  if (total === 0) return [0, 0, 0];
  return [sum / total, Math.log((similar + LEAST) / LEAST) / 4, Math.log1p(total) / 4];
}

/** Of two nodes' text; their vectors have length 1 or 0. */
function cosine(text: Float32Array, a: number, b: number): number {
  const fromA = a * TEXT_WIDTH;
  const fromB = b * TEXT_WIDTH;
  let dot = 0;
  for (let j = 0; j < TEXT_WIDTH; j++) dot += text[fromA + j] * text[fromB + j];
  return dot;
}
