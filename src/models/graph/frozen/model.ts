import * as tf from '@tensorflow/tfjs-core';
import { EsciSelectError, quote } from '../../../errors.js';
import { softmaxRows } from '../../../math/softmax.js';
import { unpackModel } from '../../files.js';
import { savedWeights } from '../../saved-weights.js';
import { documentOf } from '../../text/document.js';
import { prepareTensorflow } from '../../tfjs/backend.js';
import type { Weights } from '../../tfjs/weights.js';
import { type Graph, TEXT_NEIGHBOURS, type TransientQuery } from '../graph.js';
import type { GraphRecipe, GraphState } from '../graph-recipe.js';
import { type Heard, heardAhead } from '../heard.js';
import { batchWidths, pairBatch } from '../pair-batch.js';
import type { NodeDocuments } from '../pair-context.js';
import { hiddenQueries, type Pairs } from '../pairs.js';
import { project, queryBag, TEXT_WIDTH } from '../text-vectors.js';
import { graphRecipeNamed } from '../variants.js';
import { createWitnessReader, type WitnessReader } from '../witnesses.js';
import { thawGraph } from './freeze.js';
import type { NodeIndex } from './nodes.js';

/** A query to be compared with stored products. */
interface AskedQuery {
  readonly locale: string;
  readonly text: string;
  readonly id: string | null;
}

/** A graph model over a frozen graph. */
export interface FrozenModel {
  readonly name: string;
  /**
   * Class probabilities [product][class] of stored products for one query, stored or new. A new one stands in the graph
   * for as long as this takes: nothing is kept of it, and no other node hears it. O(products x ties x terms + queries).
   */
  answer(query: AskedQuery, products: readonly number[]): Float32Array;
  dispose(): void;
}

/** What a frozen model is made of. */
export interface FrozenModelInput {
  /** files of the saved model, by name */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** files of its frozen graph, by name */
  readonly graph: ReadonlyMap<string, Uint8Array>;
  readonly index: NodeIndex;
  /** of so many products, the busiest first, what they hear is computed now */
  readonly precompute: number;
}

/** Opens a graph model over a frozen graph. Throws EsciSelectError('model') for damaged files. O(bytes). */
export async function openFrozenModel(input: FrozenModelInput): Promise<FrozenModel> {
  const saved = unpackModel(input.files);
  const recipe = graphRecipeNamed(saved.model);
  if (recipe === null) throw new EsciSelectError('model', `model ${quote(saved.model)} reads no graph`);
  await prepareTensorflow();
  const state = recipe.unpackState(saved);
  const weights = savedWeights(saved, recipe.weightSpecs(state, saved.classes.length));
  const { graph: stored, vectors } = thawGraph(input.graph);
  const graph = { ...stored, idf: state.idf };
  const reader = {
    ...createWitnessReader(graph),
    ahead: busiestProducts(graph, input.precompute),
  };
  const open: Open = { recipe, state, weights, vectors, reader, index: input.index };
  return {
    name: saved.model,
    answer: (query, products) => answer(open, query, products),
    dispose: () => weights.dispose(),
  };
}

interface Open {
  readonly recipe: GraphRecipe;
  readonly state: GraphState;
  readonly weights: Weights;
  readonly vectors: Float32Array;
  readonly reader: WitnessReader;
  readonly index: NodeIndex;
}

function answer(open: Open, query: AskedQuery, products: readonly number[]): Float32Array {
  const { recipe, state, weights, index } = open;
  const { graph } = open.reader;
  const known = index.findQuery(query.locale, query.text, query.id);
  const node = known < 0 ? graph.queries - 1 : known;
  const asked = known < 0 ? asTransient(open, query.text, node) : { reader: open.reader, documents: index };
  const pairs: Pairs = {
    queries: products.map((product) => ({ node, except: graph.queries + product })),
    products: products.map((product) => ({ node: graph.queries + product, except: node })),
    hidden: hiddenQueries([node], graph.queries),
  };
  const widths = batchWidths(graph.ties.classes);
  const { propagate } = recipe.graph;
  const batch = pairBatch(asked.reader, asked.documents, pairs, { propagate, scaling: state.scaling });
  const logits = tf.tidy(() => recipe.graph.logits(batch, { weights, random: null, widths }));
  const values = logits.dataSync() as Float32Array;
  logits.dispose();
  return softmaxRows(values, graph.ties.classes);
}

/** The graph as it would be read with a new query at its empty node. */
function asTransient(
  { reader, vectors, index }: Open,
  text: string,
  node: number,
): { reader: WitnessReader; documents: NodeDocuments } {
  const { graph } = reader;
  const document = documentOf(text);
  const bag = queryBag(document, graph.idf);
  const near = graph.near.some(({ name }) => name === 'text') ? nearestQueries(vectors, project(bag)) : [];
  const transient: TransientQuery = {
    node,
    bag,
    neighbours: near.map(({ query }) => query),
    weights: near.map(({ cosine }) => cosine),
  };
  return {
    reader: { ...reader, graph: { ...graph, transient } },
    documents: { query: (at) => (at === node ? document : index.query(at)), product: index.product },
  };
}

/** The stored queries of the nearest texts, as the graph's own are found; of equals the first. O(queries x width). */
function nearestQueries(vectors: Float32Array, own: Float32Array): { query: number; cosine: number }[] {
  const { count, least } = TEXT_NEIGHBOURS;
  const best: { query: number; cosine: number }[] = [];
  for (let start = 0; start < vectors.length; start += TEXT_WIDTH) {
    let cosine = 0;
    for (let j = 0; j < TEXT_WIDTH; j++) cosine += vectors[start + j] * own[j];
    cosine = Math.fround(cosine);
    if (cosine < least || (best.length === count && cosine <= best[count - 1].cosine)) continue;
    let place = best.length;
    while (place > 0 && best[place - 1].cosine < cosine) place--;
    best.splice(place, 0, { query: start / TEXT_WIDTH, cosine });
    if (best.length > count) best.pop();
  }
  return best;
}

/** What the products with most ties hear, by node. */
function busiestProducts(graph: Graph, count: number): Map<number, Heard> {
  const { offsets } = graph.ties;
  const ties = (node: number) => offsets[node + 1] - offsets[node];
  const products = Array.from({ length: graph.nodes - graph.queries }, (_, at) => graph.queries + at);
  products.sort((a, b) => ties(b) - ties(a) || a - b);
  return new Map(products.slice(0, count).map((node) => [node, heardAhead(graph, node)]));
}
