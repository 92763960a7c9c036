import { beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../src/math/random.js';
import { createCosines } from '../../src/models/graph/cosines.js';
import { fitEdgeTypes, typeEdges } from '../../src/models/graph/edge-types.js';
import { knownJudgements, rememberJudgements } from '../../src/models/graph/judgements.js';
import { nearestNeighbours } from '../../src/models/graph/neighbours.js';
import { eachNeighbour, relationOf } from '../../src/models/graph/relation.js';
import { BEHAVIOUR_NAMES } from '../../src/models/graph/relation-names.js';
import { project, TEXT_WIDTH, textBags } from '../../src/models/graph/text-vectors.js';
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
    const heard: number[][] = [];
    eachNeighbour(relation, 0, (...each) => heard.push(each));
    eachNeighbour(relation, 1, (...each) => heard.push(each));
    expect(heard).toEqual([
      [2, 5],
      [1, 3],
    ]);
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
  it('keep TF-IDF cosines roughly', () => {
    const examples = examplesOf({
      pairs: [0, 1, 2].map((product) => ({ group: 0, product, label: product })),
      queryText: ['red wool scarf'],
      titles: ['red wool scarf', 'red wool scarf with fringe', 'cordless drill driver'],
      brands: ['', '', ''],
      behaviours: null,
    });
    const bags = textBags(examples, fitIdf(examples, Int32Array.of(0, 1, 2)));
    const vectors = project(bags);
    const vector = (node: number) => vectors.subarray(node * TEXT_WIDTH, (node + 1) * TEXT_WIDTH);
    const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, x, j) => sum + x * b[j], 0);
    const cosines = createCosines(bags);
    cosines.root(3);
    cosines.root(0);
    // node 0 is the query, then the products
    for (const node of [1, 2, 3])
      expect(Math.abs(dot(vector(0), vector(node)) - cosines.to(node))).toBeLessThan(0.3);
    expect(cosines.to(1)).toBeCloseTo(1, 5);
    expect(cosines.to(2)).toBeGreaterThan(0.5);
    expect(cosines.to(2)).toBeLessThan(0.95);
    expect(cosines.to(3)).toBeLessThan(0.05);
  });
});

describe('edge types', () => {
  const examples = shop({ queries: 40, perQuery: 10 });
  const train = rowsWhere(examples, (group) => group < 30);

  it('read the class of an edge from what customers did', () => {
    const types = fitEdgeTypes(examples, train, BEHAVIOUR_NAMES)!;
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
    expect(fitEdgeTypes({ ...examples, behaviours: null }, train, BEHAVIOUR_NAMES)).toBeNull();
    const label = examples.label.map((value, row) => (examples.group[row] < 30 ? value : 3 - value));
    expect(fitEdgeTypes({ ...examples, label }, train, BEHAVIOUR_NAMES)).toEqual(
      fitEdgeTypes(examples, train, BEHAVIOUR_NAMES),
    );
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
