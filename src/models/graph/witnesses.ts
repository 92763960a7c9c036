import { square } from '../../math/power.js';
import { type Agreement, agreementWidth, createAgreement } from './agreement.js';
import { type Cosines, createCosines } from './cosines.js';
import { eachNear, type Graph } from './graph.js';
import type { HiddenQueries, Listener, Pairs } from './pairs.js';
import { eachTie, shareOf } from './ties.js';

/**
 * What is heard at one end of the pairs: for a product, queries it is tied to; for a query, products; and those of the
 * nearest texts. Witnesses of pair i are at offsets[i] until offsets[i + 1], half-open.
 */
export interface Witnesses {
  /** [pairs + 1] */
  readonly offsets: Int32Array;
  /** the same, with the end's own ties apart from its neighbours', which follow them; [2 x pairs + 1] */
  readonly parts: Int32Array;
  /** the node heard; [witness] */
  readonly node: Int32Array;
  /** the tie's share of each class, [witness][class] */
  readonly shares: Float32Array;
  /** how the heard node resembles the pair's other end, what the tie is like, its shares; [witness][witnessWidth] */
  readonly features: Float32Array;
  /** 1 for the end's own ties, the cosine of texts for those of a neighbour */
  readonly via: Float32Array;
}

/** A node is compared with at most so many of its own ties, and so many of a text neighbour's. */
const OWN_TIES = 128;
const NEIGHBOUR_TIES = 16;
/** Witnesses kept of an end: the likest. */
const MOST_WITNESSES = 24;
/** A neighbour's ties never count as much as own ones, not even through the same text. */
const MOST_VIA = 0.95;
/** Likeness added to every cosine, so that own ties of other words still come first. */
const BASE = 0.1;

/** cosine and powers of it, same brand, via, own, judged, volume */
const PLAIN_FEATURES = 8;

/** Numbers per witness. */
export function witnessWidth(classes: number): number {
  return PLAIN_FEATURES + agreementWidth(classes) + classes;
}

/** The witnesses of both ends. */
export interface WitnessesOfPairs {
  readonly query: Witnesses;
  readonly product: Witnesses;
}

/** Scratch of one graph, shared by all its batches. */
export interface WitnessReader {
  readonly graph: Graph;
  readonly cosines: Cosines;
  readonly agreement: Agreement;
  /** what ends hear whatever the other end is, as long as that has no ties: computed ahead, by node */
  readonly ahead?: ReadonlyMap<number, readonly Heard[]>;
}

/** A tie that an end hears, its own or a neighbour's. */
export interface Heard {
  readonly node: number;
  readonly tie: number;
  /** -1 where there is none or it is hidden */
  readonly label: number;
  readonly via: number;
}

/** What a node hears of whoever has no ties: the part of its witnesses that does not depend on the other end. */
export function heardAhead(graph: Graph, node: number): Heard[] {
  return heardBy(graph, { end: { node, except: -1 }, other: { node: -1, except: -1 }, hidden: new Set() });
}

export function createWitnessReader(graph: Graph): WitnessReader {
  return { graph, cosines: createCosines(graph.bags), agreement: createAgreement(graph) };
}

/**
 * Collects the witnesses of each pair's ends. Neither end is a witness at the other, and ties of the pair itself are
 * heard nowhere, so nothing that customers or annotators say about the pair enters. O(pairs x ties x terms).
 */
export function witnessesOf(reader: WitnessReader, { queries, products, hidden }: Pairs): WitnessesOfPairs {
  const query = createCollector();
  const product = createCollector();
  queries.forEach((end, pair) => {
    const other = products[pair];
    collect(reader, { end, other, hidden }, query);
    collect(reader, { end: other, other: end, hidden }, product);
  });
  return { query: finish(query), product: finish(product) };
}

interface Ends {
  /** the end that hears */
  readonly end: Listener;
  /** the other end, which the witnesses are compared with */
  readonly other: Listener;
  readonly hidden: HiddenQueries;
}

interface Candidate extends Heard {
  readonly cosine: number;
  readonly score: number;
}

/** Numbers that grow. */
interface Growing {
  values: Float32Array;
  length: number;
}

interface Collector {
  readonly offsets: number[];
  readonly parts: number[];
  readonly node: number[];
  readonly via: number[];
  readonly shares: Growing;
  readonly features: Growing;
}

function createCollector(): Collector {
  const growing = (): Growing => ({ values: new Float32Array(1024), length: 0 });
  return { offsets: [0], parts: [0], node: [], via: [], shares: growing(), features: growing() };
}

/** Makes room for so many more numbers and returns where they start. */
function extend(growing: Growing, count: number): number {
  const start = growing.length;
  growing.length += count;
  if (growing.length > growing.values.length) {
    const larger = new Float32Array(2 * growing.length);
    larger.set(growing.values);
    growing.values = larger;
  }
  return start;
}

function finish({ offsets, parts, node, via, shares, features }: Collector): Witnesses {
  return {
    offsets: Int32Array.from(offsets),
    parts: Int32Array.from(parts),
    node: Int32Array.from(node),
    via: Float32Array.from(via),
    shares: shares.values.slice(0, shares.length),
    features: features.values.slice(0, features.length),
  };
}

function collect(reader: WitnessReader, ends: Ends, into: Collector): void {
  const { graph, agreement } = reader;
  const { ties } = graph;
  const { other, hidden } = ends;
  agreement.root(other, hidden);
  const width = witnessWidth(ties.classes);
  const kept = candidates(reader, ends);
  for (const { node, tie, label, via, cosine } of kept) {
    into.node.push(node);
    into.via.push(via);
    const sameBrand = graph.brand[node] >= 0 && graph.brand[node] === graph.brand[other.node] ? 1 : 0;
    const start = extend(into.features, width);
    const { values } = into.features;
    values[start] = cosine;
    values[start + 1] = square(cosine);
    values[start + 2] = square(square(cosine));
    values[start + 3] = sameBrand;
    values[start + 4] = via;
    values[start + 5] = via === 1 ? 1 : 0;
    values[start + 6] = label >= 0 ? 1 : 0;
    values[start + 7] = ties.volume[tie] / 4;
    agreement.write(node, values, start + PLAIN_FEATURES);
    const last = start + width - ties.classes;
    const place = extend(into.shares, ties.classes);
    for (let k = 0; k < ties.classes; k++) {
      const share = shareOf(ties, tie, label, k);
      values[last + k] = share;
      into.shares.values[place + k] = share;
    }
  }
  into.parts.push(into.offsets[into.offsets.length - 1] + kept.filter(({ via }) => via === 1).length);
  into.parts.push(into.node.length);
  into.offsets.push(into.node.length);
}

/** The likest witnesses, by descending score, then node; the end's own ties before those of its neighbours. */
function candidates({ graph, cosines, ahead }: WitnessReader, ends: Ends): Candidate[] {
  const { end, other } = ends;
  const { transient } = graph;
  const isTransient = transient?.node === other.node;
  if (isTransient) cosines.rootIn(transient.bag, 0);
  else cosines.root(other.node);
  const heard = (isTransient ? ahead?.get(end.node) : undefined) ?? heardBy(graph, ends);
  const found = heard.map((tie): Candidate => {
    const cosine = Math.max(0, cosines.to(tie.node));
    return { ...tie, cosine, score: tie.via * (cosine + BASE) };
  });
  found.sort((a, b) => b.score - a.score || a.node - b.node || b.via - a.via);
  const kept = found.slice(0, MOST_WITNESSES);
  return [...kept.filter(({ via }) => via === 1), ...kept.filter(({ via }) => via < 1)];
}

/** The ties that an end hears: its own, then those of its neighbours. */
function heardBy(graph: Graph, { end, other, hidden }: Ends): Heard[] {
  const found: Heard[] = [];
  const listen = (node: number, via: number, most: number) => {
    // through a neighbour, too, the pair's other end says nothing
    eachTie(graph.ties, { node, except: other.node }, { hidden, most }, (neighbour, tie, label) => {
      found.push({ node: neighbour, tie, label, via });
    });
  };
  listen(end.node, 1, OWN_TIES);
  eachNear(graph, end.node, (neighbour, weight) => {
    listen(neighbour, Math.min(weight, MOST_VIA), NEIGHBOUR_TIES);
  });
  return found;
}
