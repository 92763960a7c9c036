import type { Examples } from '../../data/examples/examples.js';
import { corpusOf } from '../text/corpus.js';
import { type SparseMatrix, sparseRows } from '../tfjs/sparse-matrix.js';
import type { Graph } from './graph.js';
import { contextWidth, type NodeDocuments, pairContext } from './pair-context.js';
import { type Pairs, pairsOf } from './pairs.js';
import { type Scaling, scaleInPlace, scalingOf } from './scaling.js';
import {
  createWitnessReader,
  type Witnesses,
  type WitnessReader,
  witnessesOf,
  witnessWidth,
} from './witnesses.js';

/** How a model adds up messages: the weight of a witness at an end, by class. */
export type Propagation = (witnesses: Witnesses, graph: Graph) => SparseMatrix;

/** One end of a batch of pairs. */
export interface End extends Witnesses {
  /** messages by class, [pair x classes + class][witness]; null for a model that weighs them itself */
  readonly propagation: SparseMatrix | null;
}

/** Everything about a batch of pairs that does not depend on the weights. */
export interface PairBatch {
  readonly pairs: number;
  readonly classes: number;
  /** [pair][contextWidth] */
  readonly context: Float32Array;
  readonly query: End;
  readonly product: End;
}

/** Numbers of a batch's arrays, for the weights' shapes. */
export interface BatchWidths {
  readonly context: number;
  readonly witness: number;
  readonly classes: number;
}

export function batchWidths(classes: number): BatchWidths {
  return { context: contextWidth(classes), witness: witnessWidth(classes), classes };
}

/** How a model's inputs are brought to one scale. */
export interface BatchScaling {
  readonly context: Scaling;
  readonly query: Scaling;
  readonly product: Scaling;
}

/** Rows that scales are learnt from. */
const SCALED_ROWS = 1000;

/** Learns the scales of a graph's inputs from some of the rows, spread over all of them. */
export function learnScaling(graph: Graph, examples: Examples, rows: Int32Array): BatchScaling {
  const step = Math.ceil(rows.length / SCALED_ROWS);
  const some = rows.filter((_, at) => at % step === 0);
  const pairs = pairsOf(examples, some);
  const { query, product } = witnessesOf(createWitnessReader(graph), pairs);
  const widths = batchWidths(graph.ties.classes);
  return {
    context: scalingOf(pairContext(graph, documentsOf(examples), pairs), widths.context),
    query: scalingOf(query.features, widths.witness),
    product: scalingOf(product.features, widths.witness),
  };
}

/** What a model makes of a batch's witnesses. */
export interface Preparation {
  readonly propagate: Propagation | null;
  readonly scaling: BatchScaling;
}

/**
 * Batches are kept from epoch to epoch up to so many numbers (1.25 GiB, about 225,000 rows): to make one takes several times as
 * long as to learn from it.
 */
const MAX_KEPT_NUMBERS = 320 * 2 ** 20;

/**
 * Prepares batches of rows; each is prepared once, as long as there is room. Batches are told apart by their array.
 */
export function pairBatches(
  graph: Graph,
  examples: Examples,
  { propagate, scaling }: Preparation,
): (rows: Int32Array) => PairBatch {
  const reader = createWitnessReader(graph);
  const documents = documentsOf(examples);
  const kept = new WeakMap<Int32Array, PairBatch>();
  let room = MAX_KEPT_NUMBERS;
  return (rows) => {
    const known = kept.get(rows);
    if (known) return known;
    const batch = pairBatch(reader, documents, pairsOf(examples, rows), { propagate, scaling });
    room -= sizeOf(batch.query) + sizeOf(batch.product);
    if (room > 0) kept.set(rows, batch);
    return batch;
  };
}

/** Prepares one batch. */
export function pairBatch(
  reader: WitnessReader,
  documents: NodeDocuments,
  pairs: Pairs,
  { propagate, scaling }: Preparation,
): PairBatch {
  const { graph } = reader;
  const { query, product } = witnessesOf(reader, pairs);
  const endOf = (end: Witnesses, scale: Scaling): End => {
    scaleInPlace(end.features, scale);
    return { ...end, propagation: propagate?.(end, graph) ?? null };
  };
  return {
    pairs: pairs.queries.length,
    classes: graph.ties.classes,
    context: scaleInPlace(pairContext(graph, documents, pairs), scaling.context),
    query: endOf(query, scaling.query),
    product: endOf(product, scaling.product),
  };
}

/** The documents of examples, as the graph over them numbers its nodes. */
function documentsOf(examples: Examples): NodeDocuments {
  const { queries, products } = corpusOf(examples);
  return { query: (node) => queries.at(node), product: (number) => products?.at(number) };
}

function sizeOf({ features, shares, propagation }: End): number {
  return features.length + shares.length + 2 * (propagation?.values.length ?? 0);
}

/** How witnesses become messages. */
export interface Weighing {
  /** factor of a witness's share of class k */
  readonly weigh: (share: number, k: number, witness: { node: number; via: number }) => number;
  /** factor of all of an end's messages of a class whose shares sum to `total` */
  readonly normalise: (total: number) => number;
}

/**
 * Messages of every pair, [pair x channels + channel][witness]. Channels are the classes over the end's own ties, then
 * the classes over its neighbours' ties, so that the two never dilute each other. O(witnesses x classes).
 */
export function propagationOf(
  { offsets, shares, node, via }: Witnesses,
  classes: number,
  { weigh, normalise }: Weighing,
): SparseMatrix {
  const rows = sparseRows();
  for (let pair = 0; pair + 1 < offsets.length; pair++) {
    for (let channel = 0; channel < channelsOf(classes); channel++) {
      const own = channel < classes;
      const k = channel % classes;
      const heard: number[] = [];
      let total = 0;
      for (let at = offsets[pair]; at < offsets[pair + 1]; at++) {
        if ((via[at] === 1) !== own || shares[at * classes + k] === 0) continue;
        heard.push(at);
        total += shares[at * classes + k];
      }
      const scale = normalise(total);
      for (const at of heard)
        rows.entry(at, scale * weigh(shares[at * classes + k], k, { node: node[at], via: via[at] }));
      rows.endRow();
    }
  }
  return rows.finish(node.length);
}

/** Kinds of messages that an end hears. */
export function channelsOf(classes: number): number {
  return 2 * classes;
}
