import type { Examples } from '../../data/examples/examples.js';
import { putRows, takeRows } from '../../math/rows.js';
import { type EdgeTypes, isSeen, typeEdges } from './edge-types.js';
import type { Judgements } from './judgements.js';
import type { HiddenQueries, Listener } from './pairs.js';

/**
 * The edges between queries and products that tell something about their relation: what customers did, read as
 * probabilities of the classes, and judgements. Ties of node v are at offsets[v] until offsets[v + 1], half-open, the
 * busiest first; queries and products list the same ties. Nodes are the queries, then the products.
 */
export interface Ties {
  readonly classes: number;
  readonly queries: number;
  /** [nodes + 1] */
  readonly offsets: Int32Array;
  /** the other node */
  readonly neighbours: Int32Array;
  /** index of the tie in the arrays below */
  readonly tie: Int32Array;
  /** what customers did looks like, [tie][class]; zeros where they did nothing */
  readonly types: Float32Array;
  /** log(1 + the most frequent behaviour), 0 where customers did nothing; [tie] */
  readonly volume: Float32Array;
  /** the judged class, -1 for none; [tie] */
  readonly label: Int32Array;
  /** 1 + sum of the types over a node's ties, [node][class] */
  readonly degrees: Float32Array;
}

export interface TieOptions {
  readonly classes: number;
  /** null: no behaviours */
  readonly edgeTypes: EdgeTypes | null;
}

/** Joins behaviours and judgements of the same pair into one tie. O(ties log ties). */
export function buildTies(examples: Examples, judgements: Judgements, options: TieOptions): Ties {
  const { classes, edgeTypes } = options;
  const queries = examples.groupKeys.length;
  const { behaviours } = examples;
  const group: number[] = [];
  const product: number[] = [];
  const volume: number[] = [];
  const entries: number[] = [];
  const tieOf = new Map<number, number>();
  const tieAt = (query: number, item: number) => {
    const key = query * examples.products + item;
    let tie = tieOf.get(key);
    if (tie === undefined) {
      tie = group.push(query) - 1;
      tieOf.set(key, tie);
      product.push(item);
      volume.push(0);
      entries.push(-1);
    }
    return tie;
  };
  if (behaviours !== null && edgeTypes !== null) {
    for (let entry = 0; entry < behaviours.entries; entry++) {
      if (!isSeen(behaviours, entry, edgeTypes.kinds)) continue;
      const tie = tieAt(behaviours.group[entry], behaviours.product[entry]);
      entries[tie] = entry;
      volume[tie] = Math.log1p(Math.max(...edgeTypes.kinds.map((kind) => behaviours[kind][entry])));
    }
  }
  const judged = Array.from(judgements.label, (_, at) => tieAt(judgements.group[at], judgements.product[at]));
  const label = new Int32Array(group.length).fill(-1);
  judged.forEach((tie, at) => {
    label[tie] = judgements.label[at];
  });
  const types = new Float32Array(group.length * classes);
  if (behaviours !== null && edgeTypes !== null) {
    const byEntry = typeEdges(behaviours, edgeTypes);
    const seen = [...entries.keys()].filter((tie) => entries[tie] >= 0);
    const ofSeen = seen.map((tie) => entries[tie]);
    putRows(takeRows(byEntry, classes, ofSeen), classes, seen, types);
  }
  const own = { classes, queries, types, volume: Float32Array.from(volume), label };
  const lists = listTies(
    group,
    product.map((item) => item + queries),
    own.volume,
    queries + examples.products,
  );
  return { ...own, ...lists, degrees: degreesOf(lists, types, classes) };
}

/** Both ends' lists, each by descending volume, then node. */
function listTies(query: readonly number[], product: readonly number[], volume: Float32Array, nodes: number) {
  const ties = query.length;
  const from = [...query, ...product];
  const to = [...product, ...query];
  const order = Array.from(from, (_, at) => at).sort(
    (a, b) => from[a] - from[b] || volume[b % ties] - volume[a % ties] || to[a] - to[b],
  );
  const offsets = new Int32Array(nodes + 1);
  for (const node of from) offsets[node + 1]++;
  for (let node = 0; node < nodes; node++) offsets[node + 1] += offsets[node];
  return {
    offsets,
    neighbours: Int32Array.from(order, (at) => to[at]),
    tie: Int32Array.from(order, (at) => at % ties),
  };
}

function degreesOf(
  { offsets, tie }: Pick<Ties, 'offsets' | 'tie'>,
  types: Float32Array,
  classes: number,
): Float32Array {
  const nodes = offsets.length - 1;
  const degrees = new Float32Array(nodes * classes).fill(1);
  for (let node = 0; node < nodes; node++) {
    for (let at = offsets[node]; at < offsets[node + 1]; at++) {
      for (let k = 0; k < classes; k++) degrees[node * classes + k] += types[tie[at] * classes + k];
    }
  }
  return degrees;
}

/**
 * Calls back for each tie that a listener hears, the busiest first, at most `most`: never the excepted neighbour's, and
 * never one that is only a judgement of a hidden query. `label` is -1 where there is none or it is hidden.
 */
export function eachTie(
  ties: Ties,
  { node, except }: Listener,
  { hidden, most }: { hidden: HiddenQueries; most: number },
  hear: (neighbour: number, tie: number, label: number) => void,
): void {
  let heard = 0;
  const isQuery = node < ties.queries;
  for (let at = ties.offsets[node]; at < ties.offsets[node + 1] && heard < most; at++) {
    const neighbour = ties.neighbours[at];
    if (neighbour === except) continue;
    const tie = ties.tie[at];
    const label = hidden[isQuery ? node : neighbour] === 1 ? -1 : ties.label[tie];
    if (label < 0 && ties.volume[tie] === 0) continue;
    heard++;
    hear(neighbour, tie, label);
  }
}

/** A tie's share of a class: what annotators say where that may be used, else what customers do. */
export function shareOf(ties: Ties, tie: number, label: number, k: number): number {
  if (label >= 0) return label === k ? 1 : 0;
  return ties.types[tie * ties.classes + k];
}
