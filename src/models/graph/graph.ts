import type { Examples } from '../../data/examples.js';
import { corpusOf } from '../text/document.js';
import type { Idf } from '../text/idf.js';
import { type EdgeTypes, typeEdges } from './edge-types.js';
import { nearestNeighbours } from './neighbours.js';
import { bothWays, type EdgeList, type Relation, relationOf } from './relation.js';
import { narrowed, TEXT_WIDTH, type TextVectors, textVectors } from './text-vectors.js';

/**
 * Kinds of edges besides judgements. `types` are one relation per class: behaviours weighted by how much they look like
 * those of the class (edge-types.ts).
 */
export type RelationName = 'impressions' | 'clicks' | 'adds' | 'purchases' | 'types' | 'brand' | 'text';

/** Judged pairs whose labels may be seen, by query and product. Each array is [pair]. */
export interface Judgements {
  readonly group: Int32Array;
  readonly product: Int32Array;
  readonly label: Int32Array;
}

/** Queries and products with typed edges. Nodes are the groups, then the products. */
export interface Graph {
  readonly queries: number;
  readonly nodes: number;
  /** text vector of each node, for similarities; [node][TEXT_WIDTH] */
  readonly text: Float32Array;
  /** the same, narrower, for messages; [node][FEATURE_WIDTH] */
  readonly features: Float32Array;
  /** behaviours, brand, text: the same whatever is predicted */
  readonly open: readonly Relation[];
  /** one relation per class: judged pairs with that label */
  readonly judged: readonly Relation[];
}

export interface GraphOptions {
  readonly relations: readonly RelationName[];
  readonly classes: number;
  readonly idf: Idf;
  /** null where no behaviours could be learnt from */
  readonly edgeTypes: EdgeTypes | null;
}

/** Numbers of a node that travel along edges. */
export const FEATURE_WIDTH = 24;
const TEXT_NEIGHBOURS = { count: 6, least: 0.2 };
const BRAND_NEIGHBOURS = 6;

/** Builds the graph of all queries and products of the examples. Labels come from `judgements` only. */
export function buildGraph(examples: Examples, judgements: Judgements, options: GraphOptions): Graph {
  const queries = examples.groupKeys.length;
  const nodes = queries + examples.products;
  const vectors = textVectors(examples, options.idf);
  const text = new Float32Array(nodes * TEXT_WIDTH);
  text.set(vectors.queries);
  text.set(vectors.products, queries * TEXT_WIDTH);
  const open = options.relations.flatMap((name) => {
    const lists =
      name === 'types'
        ? typedEdges(examples, queries, options)
        : [edgesOf(name, examples, { queries, vectors })];
    return lists.map((edges, at) => relationOf(lists.length > 1 ? `${name}-${at}` : name, nodes, edges));
  });
  const judged = Array.from({ length: options.classes }, (_, k) =>
    // whole lists: those of hidden queries are left out only when a message is formed
    relationOf(`judged-${k}`, nodes, judgedEdges(judgements, k, queries), Number.POSITIVE_INFINITY),
  );
  return { queries, nodes, text, features: narrowed(text, FEATURE_WIDTH), open, judged };
}

interface Parts {
  readonly queries: number;
  readonly vectors: TextVectors;
}

function edgesOf(
  name: Exclude<RelationName, 'types'>,
  examples: Examples,
  { queries, vectors }: Parts,
): EdgeList {
  if (name === 'text') return textEdges(vectors, queries);
  if (name === 'brand') return brandEdges(examples, queries);
  const { behaviours } = examples;
  if (behaviours === null) return bothWays([], [], []);
  const products = behaviours.product.map((product) => product + queries);
  return bothWays(behaviours.group, products, behaviours[name].map(Math.log1p));
}

/** A behaviour is left out of the classes it looks less like than this. */
const LEAST_TYPE = 0.1;

/** Behaviours as edges of each class, weighted by its probability; none without behaviours. [class] */
function typedEdges(
  { behaviours }: Examples,
  queries: number,
  { edgeTypes, classes }: GraphOptions,
): EdgeList[] {
  if (behaviours === null || edgeTypes === null) {
    return Array.from({ length: classes }, () => bothWays([], [], []));
  }
  const types = typeEdges(behaviours, edgeTypes);
  const products = behaviours.product.map((product) => product + queries);
  return Array.from({ length: classes }, (_, k) => {
    const weights = types.filter((_, at) => at % classes === k);
    return bothWays(
      behaviours.group,
      products,
      weights.map((value) => (value < LEAST_TYPE ? 0 : value)),
    );
  });
}

/** Judged pairs of one class, both ways, of weight 1. */
function judgedEdges(judgements: Judgements, label: number, queries: number): EdgeList {
  const pairs = Array.from(judgements.label.keys()).filter((at) => judgements.label[at] === label);
  const group = pairs.map((at) => judgements.group[at]);
  const product = pairs.map((at) => judgements.product[at] + queries);
  return bothWays(
    group,
    product,
    pairs.map(() => 1),
  );
}

/** Each query to the queries, and each product to the products, of the nearest text. */
function textEdges(vectors: TextVectors, queries: number): EdgeList {
  const width = TEXT_WIDTH;
  const q = nearestNeighbours({ values: vectors.queries, width }, TEXT_NEIGHBOURS);
  const p = nearestNeighbours({ values: vectors.products, width }, TEXT_NEIGHBOURS);
  const shift = (item: number) => item + queries;
  return {
    from: [...Array.from(q.from), ...Array.from(p.from, shift)],
    to: [...Array.from(q.to), ...Array.from(p.to, shift)],
    weight: [...Array.from(q.weight), ...Array.from(p.weight)],
  };
}

/** Each product to the next few of its brand, round in a circle, so that large brands stay sparse. */
function brandEdges(examples: Examples, queries: number): EdgeList {
  const from: number[] = [];
  const to: number[] = [];
  const byBrand = new Map<string, number[]>();
  const products = corpusOf(examples).products ?? [];
  for (let product = 0; product < products.length; product++) {
    const brand = products[product].brand.words.join(' ');
    if (brand === '') continue;
    const members = byBrand.get(brand);
    if (members) members.push(product);
    else byBrand.set(brand, [product]);
  }
  for (const members of byBrand.values()) {
    const reach = Math.min(BRAND_NEIGHBOURS, members.length - 1);
    for (let at = 0; at < members.length; at++) {
      for (let step = 1; step <= reach; step++) {
        from.push(queries + members[at]);
        to.push(queries + members[(at + step) % members.length]);
      }
    }
  }
  return { from, to, weight: from.map(() => 1) };
}
