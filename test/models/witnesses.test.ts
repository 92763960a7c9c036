import { beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../src/math/random.js';
import { createCosines } from '../../src/models/graph/cosines.js';
import { fitEdgeTypes } from '../../src/models/graph/edge-types.js';
import { buildGraph, eachNear, type Graph } from '../../src/models/graph/graph.js';
import { createHeard, type Heard, hear, heardAhead } from '../../src/models/graph/heard.js';
import { knownJudgements, rememberJudgements } from '../../src/models/graph/judgements.js';
import { createChooser } from '../../src/models/graph/likest.js';
import { hiddenQueries, pairsOf } from '../../src/models/graph/pairs.js';
import { BEHAVIOUR_NAMES, RELATION_NAMES } from '../../src/models/graph/relation-names.js';
import { createWitnessReader, type Witnesses, witnessesOf } from '../../src/models/graph/witnesses.js';
import { fitIdf } from '../../src/models/text/idf.js';
import { prepareTensorflow } from '../../src/models/tfjs/backend.js';
import { rowsWhere, shop } from './shop.js';

const CLASSES = 4;
const examples = shop({ queries: 40, perQuery: 12 });
let graph: Graph;

beforeAll(async () => {
  await prepareTensorflow();
  const rows = rowsWhere(examples, (group) => group < 32);
  graph = buildGraph(examples, knownJudgements(rememberJudgements(examples, rows), examples), {
    relations: RELATION_NAMES,
    idf: fitIdf(examples, rows),
    edgeTypes: fitEdgeTypes(examples, rows, BEHAVIOUR_NAMES),
    classes: CLASSES,
  });
});

interface Tie {
  readonly node: number;
  readonly tie: number;
  readonly label: number;
}

/** The ties of a node as their definition says: all of them, then what may not be heard taken out, then the first. */
function tiesOf(node: number, except: number, hidden: ReadonlySet<number>, most: number): Tie[] {
  const { offsets, neighbours, tie, label, volume } = graph.ties;
  return Array.from({ length: offsets[node + 1] - offsets[node] }, (_, at) => offsets[node] + at)
    .map((at) => {
      const query = node < graph.queries ? node : neighbours[at];
      return { node: neighbours[at], tie: tie[at], label: hidden.has(query) ? -1 : label[tie[at]] };
    })
    .filter((one) => one.node !== except && (one.label >= 0 || volume[one.tie] > 0))
    .slice(0, most);
}

function bagOf(node: number): [number, number][] {
  const { offsets, indices, values } = graph.bags;
  return Array.from(indices.subarray(offsets[node], offsets[node + 1]), (bucket, at) => [
    bucket,
    values[offsets[node] + at],
  ]);
}

function cosine(node: number, other: number): number {
  const bag = new Map(bagOf(other));
  return bagOf(node).reduce((sum, [bucket, value]) => sum + value * (bag.get(bucket) ?? 0), 0);
}

const shares = ({ tie, label }: Pick<Tie, 'tie' | 'label'>) =>
  Array.from({ length: CLASSES }, (_, k) =>
    label >= 0 ? Number(label === k) : graph.ties.types[tie * CLASSES + k],
  );

function agreement(node: number, other: number, end: number, hidden: ReadonlySet<number>): number[] {
  const others = new Map(tiesOf(other, end, hidden, 128).map((tie) => [tie.node, tie]));
  const both = tiesOf(node, -1, hidden, 128).filter((tie) => others.has(tie.node));
  const products = both.map((tie) => {
    const mine = shares(tie);
    return shares(others.get(tie.node)!).map((share, k) => share * mine[k]);
  });
  const sums = Array.from({ length: CLASSES }, (_, k) => products.reduce((sum, p) => sum + p[k], 0));
  const same = sums.reduce((sum, value) => sum + value, 0);
  const { length } = both;
  return [...sums.map((sum) => sum / (length + 1)), (length - same) / (length + 1), Math.log1p(length) / 3];
}

/** Everything that is heard, sorted as a whole. */
function oracle(end: number, other: number, hidden: ReadonlySet<number>) {
  const found = tiesOf(end, other, hidden, 128).map((tie) => ({ ...tie, via: 1 }));
  eachNear(graph, end, (neighbour, weight) => {
    found.push(
      ...tiesOf(neighbour, other, hidden, 16).map((tie) => ({ ...tie, via: Math.min(weight, 0.95) })),
    );
  });
  const scored = found.map((one) => ({ ...one, cosine: cosine(one.node, other) }));
  const score = ({ via, cosine: likeness }: (typeof scored)[number]) => via * (likeness + 0.1);
  const kept = scored.sort((a, b) => score(b) - score(a) || a.node - b.node || b.via - a.via).slice(0, 24);
  const ordered = [...kept.filter(({ via }) => via === 1), ...kept.filter(({ via }) => via < 1)];
  const features = ordered.flatMap((one) => [
    one.cosine,
    one.cosine ** 2,
    one.cosine ** 2 * one.cosine ** 2,
    Number(graph.brand[one.node] >= 0 && graph.brand[one.node] === graph.brand[other]),
    one.via,
    Number(one.via === 1),
    Number(one.label >= 0),
    graph.ties.volume[one.tie] / 4,
    ...agreement(one.node, other, end, hidden),
    ...shares(one),
  ]);
  return {
    own: ordered.filter(({ via }) => via === 1).length,
    node: ordered.map(({ node }) => node),
    via: ordered.map(({ via }) => Math.fround(via)),
    shares: ordered.flatMap(shares).map(Math.fround),
    features,
  };
}

/** The witnesses of one pair's end. */
function witnessesAt(all: Witnesses, pair: number) {
  const [from, to] = [all.offsets[pair], all.offsets[pair + 1]];
  const width = all.features.length / all.node.length;
  expect([all.parts[2 * pair], all.parts[2 * pair + 2]]).toEqual([from, to]);
  return {
    own: all.parts[2 * pair + 1] - from,
    node: Array.from(all.node.subarray(from, to)),
    via: Array.from(all.via.subarray(from, to)),
    shares: Array.from(all.shares.subarray(from * CLASSES, to * CLASSES)),
    features: Array.from(all.features.subarray(from * width, to * width)),
  };
}

describe('witnesses', () => {
  it.each([
    ['learnt from', (group: number) => group < 32 && group % 3 === 0],
    ['new', (group: number) => group >= 32],
  ])('of queries that are %s are those of brute force', (_, wanted) => {
    const rows = rowsWhere(examples, wanted);
    const pairs = pairsOf(examples, rows);
    const hidden = new Set(Array.from(rows, (row) => examples.group[row]));
    const found = witnessesOf(createWitnessReader(graph), pairs);
    let most = 0;
    rows.forEach((row, pair) => {
      const ends = [examples.group[row], graph.queries + examples.product[row]];
      for (const [side, end, other] of [
        [found.query, ends[0], ends[1]],
        [found.product, ends[1], ends[0]],
      ] as const) {
        const { features, ...expected } = oracle(end, other, hidden);
        const { features: numbers, ...actual } = witnessesAt(side, pair);
        expect(actual).toEqual(expected);
        expect(numbers).toHaveLength(features.length);
        numbers.forEach((value, at) => {
          expect(value).toBeCloseTo(features[at], 5);
        });
        most = Math.max(most, actual.node.length);
      }
    });
    expect(most).toBe(24);
  });

  it('do not depend on the pairs before', () => {
    const rows = rowsWhere(examples, (group) => group >= 36);
    const reader = createWitnessReader(graph);
    const first = witnessesOf(reader, pairsOf(examples, rows));
    witnessesOf(reader, pairsOf(examples, rows.slice().reverse()));
    expect(witnessesOf(reader, pairsOf(examples, rows))).toEqual(first);
  });
});

describe('what is heard', () => {
  it('ahead is what an end hears of whoever has no ties', () => {
    const node = graph.queries + 3;
    const stranger = { node: graph.nodes, except: node };
    const ends = { end: { node, except: graph.nodes }, other: stranger };
    const hidden = hiddenQueries([], graph.queries);
    const { length, ...lists } = hear(graph, { ...ends, hidden }, createHeard());
    const ahead = heardAhead(graph, node);
    expect(length).toBeGreaterThan(12);
    expect(ahead).toEqual({ length, ...trimmed(lists, length) });
  });

  it('has room for any number of ties', () => {
    const small: Heard = {
      length: 0,
      node: new Int32Array(1),
      tie: new Int32Array(1),
      label: new Int32Array(1),
      via: new Float64Array(1),
    };
    const ends = {
      end: { node: 0, except: graph.queries },
      other: { node: graph.queries, except: 0 },
      hidden: hiddenQueries([0], graph.queries),
    };
    const { length, ...lists } = hear(graph, ends, small);
    const { length: expected, ...roomy } = hear(graph, ends, createHeard());
    expect(trimmed(lists, length)).toEqual(trimmed(roomy, expected));
  });
});

function trimmed({ node, tie, label, via }: Omit<Heard, 'length'>, length: number) {
  return {
    node: node.slice(0, length),
    tie: tie.slice(0, length),
    label: label.slice(0, length),
    via: via.slice(0, length),
  };
}

describe('cosines side by side', () => {
  it('are to the bit those of one by one, for rows that repeat and rows without entries', () => {
    const random = createRandom('cosines');
    const offsets = [0];
    const indices: number[] = [];
    const values: number[] = [];
    for (let row = 0; row < 23; row++) {
      for (let bucket = 0; bucket < 64 && row % 7 !== 0; bucket++) {
        if (random.uniform() > 0.1 + row / 40) continue;
        indices.push(bucket);
        values.push(random.uniform());
      }
      offsets.push(indices.length);
    }
    const cosines = createCosines({
      rows: 23,
      columns: 64,
      offsets: Int32Array.from(offsets),
      indices: Int32Array.from(indices),
      values: Float32Array.from(values),
    });
    cosines.root(5);
    const rows = Int32Array.from({ length: 60 }, () => random.integer(23));
    const target = new Float64Array(64).fill(-1);
    for (const count of [59, 3, 0]) {
      target.fill(-1);
      cosines.toAll(rows, count, target);
      expect(Array.from(target.subarray(0, count))).toEqual(
        Array.from(rows.subarray(0, count), (row) => cosines.to(row)),
      );
      expect(target[count]).toBe(-1);
    }
  });
});

describe('the likest', () => {
  it('are those of a stable sort, equals in the order they were heard', () => {
    const random = createRandom('likest');
    const chooser = createChooser();
    for (const count of [0, 5, 24, 25, 200]) {
      const draw = (values: readonly number[]) => values[random.integer(values.length)];
      const heard: Heard = {
        length: count,
        node: Int32Array.from({ length: count }, () => random.integer(6)),
        tie: new Int32Array(count),
        label: new Int32Array(count),
        via: Float64Array.from({ length: count }, () => draw([1, 0.5, 0.25])),
      };
      const cosines = Float64Array.from({ length: count }, () => draw([0, 0.1, 0.3, 0.7]));
      const score = (at: number) => heard.via[at] * (cosines[at] + 0.1);
      const expected = Array.from({ length: count }, (_, at) => at)
        .sort(
          (a, b) =>
            score(b) - score(a) || heard.node[a] - heard.node[b] || heard.via[b] - heard.via[a] || a - b,
        )
        .slice(0, 24);
      const { places, length } = chooser.choose(heard, cosines);
      expect(Array.from(places.subarray(0, length))).toEqual(expected);
    }
  });
});
