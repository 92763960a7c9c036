import type { SparseMatrix } from '../tfjs/sparse-matrix.js';
import { sparseRows } from '../tfjs/sparse-matrix.js';
import { FEATURE_WIDTH, type Graph } from './graph.js';
import { MAX_NEIGHBOURS, type Relation } from './relation.js';

/** A node that hears messages, except from one neighbour. */
export interface Listener {
  readonly node: number;
  /** the neighbour whose edges, of every relation, carry nothing; -1 for none */
  readonly except: number;
}

/** Queries whose judgements may not be used, by node number: those that are being predicted. */
export type HiddenQueries = ReadonlySet<number>;

export const NOTHING_HIDDEN: HiddenQueries = new Set();

/** Numbers per relation in a node's input: the mean of its neighbours' vectors, and the log of their total weight. */
export const RELATION_WIDTH = FEATURE_WIDTH + 1;

/** Numbers in a node's input: its own vector, then each relation, open ones first. */
export function inputWidthOf(relations: number): number {
  return FEATURE_WIDTH + relations * RELATION_WIDTH;
}

/**
 * Calls back for each neighbour that a listener hears in a relation. This is the one place where edges become messages:
 * the excepted neighbour is skipped, and with `hidden` every edge of a hidden query.
 */
export function eachMessage(
  relation: Relation,
  { node, except }: Listener,
  hidden: HiddenQueries,
  hear: (neighbour: number, weight: number) => void,
): void {
  if (hidden.has(node)) return;
  let heard = 0;
  for (let at = relation.offsets[node]; at < relation.offsets[node + 1]; at++) {
    const neighbour = relation.neighbours[at];
    if (neighbour === except || hidden.has(neighbour)) continue;
    if (heard++ === MAX_NEIGHBOURS) return;
    hear(neighbour, relation.weights[at]);
  }
}

/** Writes one relation's mean of neighbour vectors and log total weight at `start`. O(neighbours x FEATURE_WIDTH). */
function writeMean(
  graph: Graph,
  relation: Relation,
  listener: Listener,
  hidden: HiddenQueries,
  to: { target: Float32Array; start: number },
): void {
  const { target, start } = to;
  let total = 0;
  eachMessage(relation, listener, hidden, (neighbour, weight) => {
    total += weight;
    const from = neighbour * FEATURE_WIDTH;
    for (let j = 0; j < FEATURE_WIDTH; j++) target[start + j] += weight * graph.features[from + j];
  });
  if (total === 0) return;
  for (let j = 0; j < FEATURE_WIDTH; j++) target[start + j] /= total;
  target[start + FEATURE_WIDTH] = Math.log1p(total);
}

/** Means over the open relations of every node, nothing left out: [node][open relation][RELATION_WIDTH]. */
export function openMeans(graph: Graph): Float32Array {
  const width = graph.open.length * RELATION_WIDTH;
  const means = new Float32Array(graph.nodes * width);
  for (let node = 0; node < graph.nodes; node++) {
    const listener = { node, except: -1 };
    graph.open.forEach((relation, r) => {
      const start = node * width + r * RELATION_WIDTH;
      writeMean(graph, relation, listener, NOTHING_HIDDEN, { target: means, start });
    });
  }
  return means;
}

/**
 * First-layer inputs of listeners, [listener][inputWidthOf]: own vector, then per relation the mean of the vectors heard.
 * `open` from openMeans serves the listeners without exception.
 */
export function firstInputs(
  graph: Graph,
  listeners: readonly Listener[],
  hidden: HiddenQueries,
  open: Float32Array,
): Float32Array {
  const width = inputWidthOf(graph.open.length + graph.judged.length);
  const openWidth = graph.open.length * RELATION_WIDTH;
  const target = new Float32Array(listeners.length * width);
  listeners.forEach((listener, at) => {
    const { node, except } = listener;
    let start = at * width;
    target.set(graph.features.subarray(node * FEATURE_WIDTH, (node + 1) * FEATURE_WIDTH), start);
    start += FEATURE_WIDTH;
    if (except < 0) target.set(open.subarray(node * openWidth, (node + 1) * openWidth), start);
    else {
      graph.open.forEach((relation, r) => {
        writeMean(graph, relation, listener, NOTHING_HIDDEN, { target, start: start + r * RELATION_WIDTH });
      });
    }
    start += openWidth;
    graph.judged.forEach((relation, r) => {
      writeMean(graph, relation, listener, hidden, { target, start: start + r * RELATION_WIDTH });
    });
  });
  return target;
}

/** Who is heard in the second layer, and with which weights. */
export interface SecondLayer {
  /** nodes heard by any listener: queries first, then products, each ascending */
  readonly heard: Int32Array;
  /** mean weights, [listener x relations][heard]; row = listener x relations + relation */
  readonly means: SparseMatrix;
}

/** The second layer's means over neighbours, with the same exceptions. O(listeners x relations x neighbours). */
export function secondLayer(
  graph: Graph,
  listeners: readonly Listener[],
  hidden: HiddenQueries,
): SecondLayer {
  const heardNodes = new Set<number>();
  const rows = sparseRows();
  const relations = [...graph.open, ...graph.judged];
  for (const listener of listeners) {
    relations.forEach((relation, r) => {
      const hides = r < graph.open.length ? NOTHING_HIDDEN : hidden;
      const messages: [number, number][] = [];
      let total = 0;
      eachMessage(relation, listener, hides, (neighbour, weight) => {
        messages.push([neighbour, weight]);
        total += weight;
      });
      for (const [neighbour, weight] of messages) {
        heardNodes.add(neighbour);
        rows.entry(neighbour, weight / total);
      }
      rows.endRow();
    });
  }
  const heard = Int32Array.from(heardNodes).sort();
  const place = new Map(Array.from(heard, (node, at) => [node, at]));
  const byNode = rows.finish(graph.nodes);
  const indices = byNode.indices.map((node) => place.get(node)!);
  return { heard, means: { ...byNode, columns: heard.length, indices } };
}
