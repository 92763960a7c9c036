import type { Examples } from '../../data/examples/examples.js';
import { corpusOf } from '../text/corpus.js';
import type { Idf } from '../text/idf.js';
import type { SparseMatrix } from '../tfjs/sparse-matrix.js';
import type { EdgeTypes } from './edge-types.js';
import type { Judgements } from './judgements.js';
import { nearestNeighbours } from './neighbours.js';
import { type EdgeList, eachNeighbour, type Relation, relationOf } from './relation.js';
import type { RelationName } from './relation-names.js';
import { project, TEXT_WIDTH, textBags } from './text-vectors.js';
import { buildTies, type Ties } from './ties.js';

/** Queries and products with typed edges. Nodes are the groups, then the products. */
export interface Graph {
  readonly queries: number;
  readonly nodes: number;
  readonly idf: Idf;
  /** TF-IDF bag of each node's text, of length 1 or 0; [node][bucket] */
  readonly bags: SparseMatrix;
  /** number of each product's brand; -1 without one, for queries, and in a graph without the brand relation; [node] */
  readonly brand: Int32Array;
  /** edges between queries and products: what customers did, and judgements */
  readonly ties: Ties;
  /** edges among queries and among products: nearest texts, same brand */
  readonly near: readonly Relation[];
  /** a query that is asked about and not stored; absent in training */
  readonly transient?: TransientQuery;
}

/** A query that stands at a node without edges for as long as it is asked about: no other node hears it. */
export interface TransientQuery {
  readonly node: number;
  /** its TF-IDF bag, of one row */
  readonly bag: SparseMatrix;
  /** stored queries of the nearest texts, the nearest first, and their cosines */
  readonly neighbours: ArrayLike<number>;
  readonly weights: ArrayLike<number>;
}

/** Calls back for each neighbour of a node by text or brand. */
export function eachNear(
  { near, transient }: Graph,
  node: number,
  hear: (neighbour: number, weight: number) => void,
): void {
  if (transient?.node === node) {
    for (let at = 0; at < transient.neighbours.length; at++) {
      hear(transient.neighbours[at], transient.weights[at]);
    }
    return;
  }
  for (const relation of near) eachNeighbour(relation, node, hear);
}

export interface GraphOptions {
  readonly relations: readonly RelationName[];
  readonly classes: number;
  readonly idf: Idf;
  /** null where no behaviours could be learnt from */
  readonly edgeTypes: EdgeTypes | null;
}

/** How many texts are neighbours of one, and the least cosine that makes them so. */
export const TEXT_NEIGHBOURS = { count: 6, least: 0.2 };
const BRAND_NEIGHBOURS = 6;
/** What the same brand counts for, where the same text counts for 1. */
const BRAND_WEIGHT = 0.3;

/** Builds the graph of all queries and products of the examples. Labels come from `judgements` only. */
export function buildGraph(examples: Examples, judgements: Judgements, options: GraphOptions): Graph {
  const { relations, idf } = options;
  const queries = examples.groupKeys.length;
  const nodes = queries + examples.products;
  const bags = textBags(examples, idf);
  const brand = relations.includes('brand') ? brandsOf(examples, queries) : new Int32Array(nodes).fill(-1);
  const near: Relation[] = [];
  if (relations.includes('text')) near.push(relationOf('text', nodes, textEdges(bags, queries)));
  if (relations.includes('brand')) near.push(relationOf('brand', nodes, brandEdges(brand)));
  const known = relations.includes('judged') ? judgements : NO_JUDGEMENTS;
  return { queries, nodes, idf, bags, brand, near, ties: buildTies(examples, known, options) };
}

const NO_JUDGEMENTS: Judgements = {
  group: new Int32Array(0),
  product: new Int32Array(0),
  label: new Int32Array(0),
};

/** Each query to the queries, and each product to the products, of the nearest text. */
function textEdges(bags: SparseMatrix, queries: number): EdgeList {
  const values = project(bags);
  const width = TEXT_WIDTH;
  const q = nearestNeighbours({ values: values.subarray(0, queries * width), width }, TEXT_NEIGHBOURS);
  const p = nearestNeighbours({ values: values.subarray(queries * width), width }, TEXT_NEIGHBOURS);
  const shift = (item: number) => item + queries;
  return {
    from: [...Array.from(q.from), ...Array.from(p.from, shift)],
    to: [...Array.from(q.to), ...Array.from(p.to, shift)],
    weight: [...Array.from(q.weight), ...Array.from(p.weight)],
  };
}

/** Numbers of the products' brands, in order of first appearance. */
function brandsOf(examples: Examples, queries: number): Int32Array {
  const brand = new Int32Array(queries + examples.products).fill(-1);
  const numbers = new Map<string, number>();
  let node = queries;
  for (const product of corpusOf(examples).products ?? []) {
    const name = product.brand.words.join(' ');
    if (name !== '' && !numbers.has(name)) numbers.set(name, numbers.size);
    brand[node++] = numbers.get(name) ?? -1;
  }
  return brand;
}

/** Each product to the next few of its brand, round in a circle, so that large brands stay sparse. */
function brandEdges(brand: Int32Array): EdgeList {
  const from: number[] = [];
  const to: number[] = [];
  const byBrand = new Map<number, number[]>();
  brand.forEach((number, node) => {
    if (number < 0) return;
    const members = byBrand.get(number);
    if (members) members.push(node);
    else byBrand.set(number, [node]);
  });
  for (const members of byBrand.values()) {
    const reach = Math.min(BRAND_NEIGHBOURS, members.length - 1);
    for (let at = 0; at < members.length; at++) {
      for (let step = 1; step <= reach; step++) {
        from.push(members[at]);
        to.push(members[(at + step) % members.length]);
      }
    }
  }
  return { from, to, weight: from.map(() => BRAND_WEIGHT) };
}
