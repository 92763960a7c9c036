import { eachNear, type Graph } from './graph.js';
import type { HiddenQueries, Listener } from './pairs.js';
import type { Ties } from './ties.js';

/** Ties that an end hears, its own or a neighbour's, in the order they were heard; each array has room for more. */
export interface Heard {
  length: number;
  /** the node at the other end of the tie */
  node: Int32Array;
  tie: Int32Array;
  /** -1 where there is none or it is hidden */
  label: Int32Array;
  /** 1 for an own tie, the likeness of the neighbour for one of its */
  via: Float64Array;
}

/** A node is compared with at most so many of its own ties, and so many of a text neighbour's. */
const OWN_TIES = 128;
const NEIGHBOUR_TIES = 16;
/** A neighbour's ties never count as much as own ones, not even through the same text. */
const MOST_VIA = 0.95;
/** Ties that lists have room for at first: own ones, and those of six neighbours by text and six by brand. */
const ROOM = OWN_TIES + 12 * NEIGHBOUR_TIES;

/** An empty list. */
export function createHeard(): Heard {
  return {
    length: 0,
    node: new Int32Array(ROOM),
    tie: new Int32Array(ROOM),
    label: new Int32Array(ROOM),
    via: new Float64Array(ROOM),
  };
}

/** The ends of a pair, seen from one of them. */
export interface Ends {
  /** the end that hears */
  readonly end: Listener;
  /** the other end, which the witnesses are compared with */
  readonly other: Listener;
  readonly hidden: HiddenQueries;
}

/** Fills a list with the ties that an end hears: its own, then those of its neighbours. O(ties heard). */
export function hear(graph: Graph, { end, other, hidden }: Ends, into: Heard): Heard {
  into.length = 0;
  // through a neighbour, too, the pair's other end says nothing
  const except = other.node;
  listen(graph.ties, { node: end.node, except }, { hidden, via: 1, most: OWN_TIES }, into);
  eachNear(graph, end.node, (node, weight) => {
    const via = Math.min(weight, MOST_VIA);
    listen(graph.ties, { node, except }, { hidden, via, most: NEIGHBOUR_TIES }, into);
  });
  return into;
}

/** What a node hears of whoever has no ties: the part of its witnesses that does not depend on the other end. */
export function heardAhead(graph: Graph, node: number): Heard {
  const hidden = new Uint8Array(graph.queries);
  const all = { end: { node, except: -1 }, other: { node: -1, except: -1 }, hidden };
  const { length, ...lists } = hear(graph, all, createHeard());
  return {
    length,
    node: lists.node.slice(0, length),
    tie: lists.tie.slice(0, length),
    label: lists.label.slice(0, length),
    via: lists.via.slice(0, length),
  };
}

interface Hearing {
  readonly hidden: HiddenQueries;
  readonly via: number;
  readonly most: number;
}

/** As `eachTie` says, without a call for each tie. */
function listen(ties: Ties, { node, except }: Listener, { hidden, via, most }: Hearing, into: Heard): void {
  const isQuery = node < ties.queries;
  const end = ties.offsets[node + 1];
  const last = into.length + most;
  if (last > into.node.length) grow(into, last);
  for (let at = ties.offsets[node]; at < end && into.length < last; at++) {
    const neighbour = ties.neighbours[at];
    if (neighbour === except) continue;
    const tie = ties.tie[at];
    const label = hidden[isQuery ? node : neighbour] === 1 ? -1 : ties.label[tie];
    if (label < 0 && ties.volume[tie] === 0) continue;
    const place = into.length++;
    into.node[place] = neighbour;
    into.tie[place] = tie;
    into.label[place] = label;
    into.via[place] = via;
  }
}

function grow(into: Heard, least: number): void {
  const room = Math.max(least, 2 * into.node.length);
  const larger = <List extends Int32Array | Float64Array>(list: List, next: List): List => {
    next.set(list);
    return next;
  };
  into.node = larger(into.node, new Int32Array(room));
  into.tie = larger(into.tie, new Int32Array(room));
  into.label = larger(into.label, new Int32Array(room));
  into.via = larger(into.via, new Float64Array(room));
}
