import { beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../src/math/random.js';
import { fitEdgeTypes, typeEdges } from '../../src/models/graph/edge-types.js';
import { knownJudgements, rememberJudgements } from '../../src/models/graph/judgements.js';
import { nearestNeighbours } from '../../src/models/graph/neighbours.js';
import { bothWays, MAX_NEIGHBOURS, relationOf } from '../../src/models/graph/relation.js';
import { narrowed, TEXT_WIDTH, textVectors } from '../../src/models/graph/text-vectors.js';
import { fitIdf } from '../../src/models/text/idf.js';
import { prepareTensorflow } from '../../src/models/tfjs/backend.js';
import { examplesOf, rowsWhere, shop } from './shop.js';

beforeAll(() => prepareTensorflow());

describe('relation', () => {
  it('lists neighbours by weight, once each, and drops weights of zero', () => {
    const relation = relationOf('r', 3, {
      from: [2, 0, 0, 0, 0],
      to: [0, 1, 2, 1, 1],
      weight: [1, 1, 5, 3, 0],
    });
    expect(Array.from(relation.offsets)).toEqual([0, 2, 2, 3]);
    expect(Array.from(relation.neighbours)).toEqual([2, 1, 0]);
    expect(Array.from(relation.weights)).toEqual([5, 3, 1]);
  });

  it('keeps one neighbour more than is heard', () => {
    const many = Array.from({ length: 100 }, (_, at) => at + 1);
    const relation = relationOf('r', 101, { from: many.map(() => 0), to: many, weight: many });
    expect(relation.offsets[1]).toBe(MAX_NEIGHBOURS + 1);
    expect(relation.neighbours[0]).toBe(100);
  });

  it('goes both ways', () => {
    const relation = relationOf('r', 4, bothWays([0, 1], [2, 3], [1, 2]));
    expect(Array.from(relation.neighbours)).toEqual([2, 3, 0, 1]);
  });
});

describe('nearest neighbours', () => {
  const random = createRandom('neighbours test');
  const width = 8;
  const items = 90;
  const values = new Float32Array(items * width).map(() => random.normal());
  const unit = values.map((value, at) => {
    const start = at - (at % width);
    return value / Math.hypot(...values.subarray(start, start + width));
  });
  unit.fill(0, 0, width);

  it('are those of brute force; a zero vector has none', () => {
    const { from, to, weight } = nearestNeighbours({ values: unit, width }, { count: 3, least: 0.1 });
    const cosine = (a: number, b: number) =>
      unit.subarray(a * width, (a + 1) * width).reduce((sum, x, j) => sum + x * unit[b * width + j], 0);
    for (let item = 0; item < items; item++) {
      const expected = Array.from({ length: items }, (_, other) => other)
        .filter((other) => other !== item && cosine(item, other) >= 0.1)
        .sort((a, b) => cosine(item, b) - cosine(item, a))
        .slice(0, 3);
      const found = Array.from(from.length === 0 ? [] : Array.from(from).keys()).filter(
        (at) => from[at] === item,
      );
      expect(found.map((at) => to[at])).toEqual(expected);
      found.forEach((at) => {
        expect(weight[at]).toBeCloseTo(cosine(item, to[at]), 5);
      });
    }
    expect(Array.from(from)).not.toContain(0);
  });
});

describe('text vectors', () => {
  it('keep TF-IDF cosines roughly, also when narrowed', () => {
    const examples = examplesOf({
      pairs: [0, 1, 2].map((product) => ({ group: 0, product, label: product })),
      queryText: ['red wool scarf'],
      titles: ['red wool scarf', 'red wool scarf with fringe', 'cordless drill driver'],
      brands: ['', '', ''],
      behaviours: null,
    });
    const { queries, products } = textVectors(examples, fitIdf(examples, Int32Array.of(0, 1, 2)));
    const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, x, j) => sum + x * b[j], 0);
    const product = (at: number) => products.subarray(at * TEXT_WIDTH, (at + 1) * TEXT_WIDTH);
    expect(dot(queries, product(0))).toBeCloseTo(1, 5);
    expect(dot(queries, product(1))).toBeGreaterThan(0.6);
    expect(Math.abs(dot(queries, product(2)))).toBeLessThan(0.35);
    expect(dot(narrowed(queries, 16), narrowed(queries, 16))).toBeCloseTo(1, 5);
  });
});

describe('edge types', () => {
  const examples = shop({ queries: 40, perQuery: 10 });
  const train = rowsWhere(examples, (group) => group < 30);

  it('read the class of an edge from what customers did', () => {
    const types = fitEdgeTypes(examples, train)!;
    const probabilities = typeEdges(examples.behaviours!, types);
    let right = 0;
    const held = rowsWhere(examples, (group) => group >= 30);
    for (const row of held) {
      const own = Array.from(probabilities.subarray(row * 4, row * 4 + 4));
      expect(own.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
      if (own.indexOf(Math.max(...own)) === examples.label[row]) right++;
    }
    expect(right / held.length).toBeGreaterThan(0.8);
  });

  it('are null without behaviours, and use the labels of the rows given only', () => {
    expect(fitEdgeTypes({ ...examples, behaviours: null }, train)).toBeNull();
    const label = examples.label.map((value, row) => (examples.group[row] < 30 ? value : 3 - value));
    expect(fitEdgeTypes({ ...examples, label }, train)).toEqual(fitEdgeTypes(examples, train));
  });
});

describe('judgements', () => {
  it('are remembered by name and found again in other examples', () => {
    const examples = shop({ queries: 6, perQuery: 4 });
    const known = rememberJudgements(examples, Int32Array.of(0, 5));
    const found = knownJudgements(known, examples);
    expect(Array.from(found.group)).toEqual([examples.group[0], examples.group[5]]);
    expect(Array.from(found.product)).toEqual([examples.product[0], examples.product[5]]);
    expect(Array.from(found.label)).toEqual([examples.label[0], examples.label[5]]);
    const renamed = { ...examples, groupKeys: examples.groupKeys.map((key) => `other ${key}`) };
    expect(knownJudgements(known, renamed).label).toHaveLength(0);
  });
});
