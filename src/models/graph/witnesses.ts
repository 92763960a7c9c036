import { square } from '../../math/power.js';
import { type Agreement, agreementWidth, createAgreement } from './agreement.js';
import { type Cosines, createCosines } from './cosines.js';
import type { Graph } from './graph.js';
import { createHeard, type Ends, type Heard, hear } from './heard.js';
import { type Chooser, createChooser, MOST_WITNESSES } from './likest.js';
import type { Pairs } from './pairs.js';
import { shareOf } from './ties.js';

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
  readonly chooser: Chooser;
  /** what an end hears, and how its nodes resemble the pair's other end */
  readonly heard: Heard;
  /** what ends hear whatever the other end is, as long as that has no ties: computed ahead, by node */
  readonly ahead?: ReadonlyMap<number, Heard>;
}

export function createWitnessReader(graph: Graph): WitnessReader {
  return {
    graph,
    cosines: createCosines(graph.bags),
    agreement: createAgreement(graph),
    chooser: createChooser(),
    heard: createHeard(),
  };
}

/**
 * Collects the witnesses of each pair's ends. Neither end is a witness at the other, and ties of the pair itself are
 * heard nowhere, so nothing that customers or annotators say about the pair enters. O(pairs x ties x terms).
 */
export function witnessesOf(reader: WitnessReader, { queries, products, hidden }: Pairs): WitnessesOfPairs {
  const { classes } = reader.graph.ties;
  const query = createCollector(queries.length, classes);
  const product = createCollector(queries.length, classes);
  queries.forEach((end, pair) => {
    const other = products[pair];
    collect(reader, { end, other, hidden }, query);
    collect(reader, { end: other, other: end, hidden }, product);
  });
  return { query: finish(query, classes), product: finish(product, classes) };
}

/** Witnesses being written, with room for as many as there can be. */
interface Collector extends Witnesses {
  pairs: number;
  length: number;
}

function createCollector(pairs: number, classes: number): Collector {
  const most = pairs * MOST_WITNESSES;
  return {
    pairs: 0,
    length: 0,
    offsets: new Int32Array(pairs + 1),
    parts: new Int32Array(2 * pairs + 1),
    node: new Int32Array(most),
    via: new Float32Array(most),
    shares: new Float32Array(most * classes),
    features: new Float32Array(most * witnessWidth(classes)),
  };
}

function finish({ length, ...whole }: Collector, classes: number): Witnesses {
  return {
    offsets: whole.offsets,
    parts: whole.parts,
    node: whole.node.slice(0, length),
    via: whole.via.slice(0, length),
    shares: whole.shares.slice(0, length * classes),
    features: whole.features.slice(0, length * witnessWidth(classes)),
  };
}

/** Cosines of the nodes that an end hears; grows. */
let cosinesOfHeard = new Float64Array(1024);

function collect(reader: WitnessReader, ends: Ends, into: Collector): void {
  const heard = heardBy(reader, ends);
  const { length, places } = reader.chooser.choose(heard, cosinesOfHeard);
  reader.agreement.root(ends.other, ends.hidden);
  // the end's own ties stand before those of its neighbours
  for (let at = 0; at < length; at++) {
    if (heard.via[places[at]] === 1) write(reader, { heard, at: places[at], other: ends.other.node }, into);
  }
  into.parts[2 * into.pairs + 1] = into.length;
  for (let at = 0; at < length; at++) {
    if (heard.via[places[at]] < 1) write(reader, { heard, at: places[at], other: ends.other.node }, into);
  }
  into.pairs++;
  into.parts[2 * into.pairs] = into.length;
  into.offsets[into.pairs] = into.length;
}

/** What an end hears; `cosinesOfHeard` holds how its nodes resemble the other end. */
function heardBy({ graph, cosines, ahead, heard: list }: WitnessReader, ends: Ends): Heard {
  const { end, other } = ends;
  const { transient } = graph;
  const isTransient = transient?.node === other.node;
  if (isTransient) cosines.rootIn(transient.bag, 0);
  else cosines.root(other.node);
  const heard = (isTransient ? ahead?.get(end.node) : undefined) ?? hear(graph, ends, list);
  if (heard.length > cosinesOfHeard.length) cosinesOfHeard = new Float64Array(2 * heard.length);
  cosines.toAll(heard.node, heard.length, cosinesOfHeard);
  for (let at = 0; at < heard.length; at++) cosinesOfHeard[at] = Math.max(0, cosinesOfHeard[at]);
  return heard;
}

interface Written {
  readonly heard: Heard;
  /** place in the list */
  readonly at: number;
  /** the pair's other end */
  readonly other: number;
}

function write({ graph, agreement }: WitnessReader, { heard, at, other }: Written, into: Collector): void {
  const { ties, brand } = graph;
  const [node, tie, label, via] = [heard.node[at], heard.tie[at], heard.label[at], heard.via[at]];
  const cosine = cosinesOfHeard[at];
  const width = witnessWidth(ties.classes);
  const witness = into.length++;
  into.node[witness] = node;
  into.via[witness] = via;
  const start = witness * width;
  const values = into.features;
  values[start] = cosine;
  values[start + 1] = square(cosine);
  values[start + 2] = square(square(cosine));
  values[start + 3] = brand[node] >= 0 && brand[node] === brand[other] ? 1 : 0;
  values[start + 4] = via;
  values[start + 5] = via === 1 ? 1 : 0;
  values[start + 6] = label >= 0 ? 1 : 0;
  values[start + 7] = ties.volume[tie] / 4;
  agreement.write(node, values, start + PLAIN_FEATURES);
  const last = start + width - ties.classes;
  const place = witness * ties.classes;
  for (let k = 0; k < ties.classes; k++) {
    const share = shareOf(ties, tie, label, k);
    values[last + k] = share;
    into.shares[place + k] = share;
  }
}
