import { affinities } from './affinities.js';
import type { Graph } from './graph.js';
import { firstInputs, type Listener, secondLayer } from './messages.js';
import type { Pairs } from './pairs.js';
import type { SageBatch } from './sage-layers.js';

/** Everything about a batch of pairs that does not depend on the weights. `open` is openMeans of the graph. */
export function sageBatch(graph: Graph, open: Float32Array, pairs: Pairs): SageBatch {
  const { queries, products, hidden } = pairs;
  const { heard, means } = secondLayer(graph, [...queries, ...products], hidden);
  const others = Array.from(heard, (node): Listener => ({ node, except: -1 }));
  const inputs = (listeners: readonly Listener[]) => firstInputs(graph, listeners, hidden, open);
  const own: [Float32Array, Float32Array] = [inputs(queries), inputs(products)];
  const relations = graph.open.length + graph.judged.length;
  return {
    pairs: queries.length,
    relations,
    own,
    heard: [
      inputs(others.filter(({ node }) => node < graph.queries)),
      inputs(others.filter(({ node }) => node >= graph.queries)),
    ],
    means,
    affinities: affinities(graph, pairs),
  };
}

/** Batches are kept from epoch to epoch up to so many numbers (256 MiB); the rest is computed again each time. */
const MAX_KEPT_NUMBERS = 64 * 2 ** 20;

/** Prepares each batch of rows once, as long as there is room; batches are told apart by their array. */
export function keptBatches(prepare: (rows: Int32Array) => SageBatch): (rows: Int32Array) => SageBatch {
  const kept = new WeakMap<Int32Array, SageBatch>();
  let room = MAX_KEPT_NUMBERS;
  return (rows) => {
    const known = kept.get(rows);
    if (known) return known;
    const batch = prepare(rows);
    room -= sizeOf(batch);
    if (room > 0) kept.set(rows, batch);
    return batch;
  };
}

function sizeOf({ own, heard, means }: SageBatch): number {
  return [...own, ...heard].reduce((sum, values) => sum + values.length, 2 * means.values.length);
}
