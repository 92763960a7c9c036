import { describe, expect, it } from 'vitest';
import type { Behaviours, Examples } from '../../src/data/examples/examples.js';
import { createRandom } from '../../src/math/random.js';
import { fitEdgeTypes } from '../../src/models/graph/edge-types.js';
import { gatv2 } from '../../src/models/graph/gatv2.js';
import { gcn, symmetricPropagation } from '../../src/models/graph/gcn.js';
import { buildGraph } from '../../src/models/graph/graph.js';
import { graphsage, meanPropagation } from '../../src/models/graph/graphsage.js';
import { knownJudgements, rememberJudgements } from '../../src/models/graph/judgements.js';
import { learnScaling, pairBatches } from '../../src/models/graph/pair-batch.js';
import { BEHAVIOUR_NAMES, RELATION_NAMES } from '../../src/models/graph/relation-names.js';
import { fitIdf } from '../../src/models/text/idf.js';
import { prepareTensorflow } from '../../src/models/tfjs/backend.js';
import { accuracy, behave, examplesOf, floor, rowsWhere, shop } from './shop.js';

await prepareTensorflow();

/** The same behaviours, but for the entries of one pair, which become what is given. */
function changed(examples: Examples, row: number, count: number): Behaviours {
  const { behaviours } = examples;
  const column = (values: Float32Array) =>
    values.map((value, entry) =>
      behaviours!.group[entry] === examples.group[row] && behaviours!.product[entry] === examples.product[row]
        ? count
        : value,
    );
  const { impressions, clicks, adds, purchases } = behaviours!;
  return {
    ...behaviours!,
    impressions: column(impressions),
    clicks: column(clicks),
    adds: column(adds),
    purchases: column(purchases),
  };
}

describe.each([
  ['graphsage', meanPropagation],
  ['gcn', symmetricPropagation],
  ['gatv2', null],
])('a batch of pairs of %s', (_name, propagate) => {
  const examples = shop({ queries: 30, perQuery: 12, seed: 5 });
  const every = rowsWhere(examples, () => true);
  const options = {
    relations: RELATION_NAMES,
    classes: 4,
    idf: fitIdf(examples, every),
    edgeTypes: fitEdgeTypes(examples, every, BEHAVIOUR_NAMES),
  };
  const graphOf = (data: Examples, rows: Int32Array) =>
    buildGraph(data, knownJudgements(rememberJudgements(data, rows), data), options);
  const scaling = learnScaling(graphOf(examples, every), examples, every);
  const batchOf = (data: Examples, rows: Int32Array, row: number) =>
    pairBatches(graphOf(data, rows), data, { propagate, scaling })(Int32Array.of(row));

  it.each([0, 17, 101, 250])(
    'of row %i is the same without its own edge and its query’s judgements',
    (row) => {
      const own = batchOf(examples, every, row);
      expect(own.query.node.length).toBeGreaterThan(5);
      expect(own.product.node.length).toBeGreaterThan(5);
      const withoutEdge = { ...examples, behaviours: changed(examples, row, 0) };
      const withoutQuery = rowsWhere(examples, (group) => group !== examples.group[row]);
      expect(batchOf(withoutEdge, withoutQuery, row)).toEqual(own);
      const loudEdge = { ...examples, behaviours: changed(examples, row, 1e6) };
      expect(batchOf(loudEdge, every, row)).toEqual(own);
      const otherLabel = { ...examples, label: examples.label.slice() };
      otherLabel.label[row] = (examples.label[row] + 1) % 4;
      expect(batchOf(otherLabel, every, row)).toEqual(own);
    },
  );

  it('does change with the edges of other pairs and the labels of other queries', () => {
    const row = 17;
    const own = batchOf(examples, every, row);
    const neighbour = every.find(
      (other) =>
        other !== row &&
        examples.product[other] === examples.product[row] &&
        examples.group[other] !== examples.group[row],
    )!;
    const loudNeighbour = { ...examples, behaviours: changed(examples, neighbour, 1e6) };
    expect(batchOf(loudNeighbour, every, row)).not.toEqual(own);
    const otherLabel = { ...examples, label: examples.label.slice() };
    otherLabel.label[neighbour] = (examples.label[neighbour] + 1) % 4;
    expect(batchOf(otherLabel, every, row)).not.toEqual(own);
  });

  it('leaves no gap where a crowded product loses its own edge', () => {
    const queries = 160; // more ties than a node is compared with
    const pairs = Array.from({ length: queries }, (_, group) => ({ group, product: 0, label: group % 4 }));
    const crowd = examplesOf({
      pairs,
      queryText: pairs.map((_, group) => `query ${group}`),
      titles: ['thing'],
      brands: ['acme'],
      behaviours: behave(pairs, createRandom(2)),
    });
    const rows = rowsWhere(crowd, () => true);
    for (const row of [0, 30]) {
      const own = batchOf(crowd, rows, row);
      const loudEdge = { ...crowd, behaviours: changed(crowd, row, 1e6) };
      const otherLabel = { ...loudEdge, label: crowd.label.slice() };
      otherLabel.label[row] = (crowd.label[row] + 1) % 4;
      expect(batchOf(otherLabel, rows, row)).toEqual(own);
    }
  });
});

describe.each([graphsage, gcn, gatv2])('$name', (model) => {
  it('stays at the floor when only the pair’s own edge tells the label', async () => {
    const random = createRandom('planted leak');
    const pairs = Array.from({ length: 1200 }, (_, at) => ({
      group: Math.floor(at / 10),
      product: random.integer(300),
      label: random.uniform() < 0.55 ? 0 : 1 + random.integer(3),
    }));
    const planted = examplesOf({
      pairs,
      queryText: Array.from({ length: 120 }, () => `q${random.next()}`),
      titles: Array.from({ length: 300 }, () => `p${random.next()}`),
      brands: Array.from({ length: 300 }, () => 'none'),
      // one kind of behaviour per class: own-edge behaviours equal the truth
      behaviours: behave(pairs, random, [
        [100, 0, 0, 0],
        [0, 100, 0, 0],
        [0, 0, 100, 0],
        [0, 0, 0, 100],
      ]),
    });
    const train = rowsWhere(planted, (group) => group < 80);
    const test = rowsWhere(planted, (group) => group >= 80);
    const fitted = await model.fit({ examples: planted, rows: train, seed: 1 });
    const probabilities = await fitted.predict(planted, test);
    fitted.dispose();
    expect(accuracy(planted, test, probabilities)).toBeLessThan(floor(planted, test) + 0.03);
    let loss = 0;
    test.forEach((row, at) => {
      loss -= Math.log(probabilities[at * 4 + planted.label[row]]) / test.length;
    });
    const entropy = -(0.55 * Math.log(0.55) + 0.45 * Math.log(0.15));
    expect(loss).toBeGreaterThan(entropy - 0.05);
  });

  it('learns from other edges what the text hides', async () => {
    const examples = shop({ queries: 120, perQuery: 12, noText: true });
    const train = rowsWhere(examples, (group) => group < 90);
    const test = rowsWhere(examples, (group) => group >= 90);
    const fitted = await model.fit({ examples, rows: train, seed: 1 });
    const probabilities = await fitted.predict(examples, test);
    fitted.dispose();
    expect(accuracy(examples, test, probabilities)).toBeGreaterThan(floor(examples, test) + 0.1);
  });

  it('never sees labels of rows it is not given', async () => {
    const examples = shop({ queries: 40, perQuery: 8 });
    const train = rowsWhere(examples, (group) => group < 25);
    const test = rowsWhere(examples, (group) => group >= 25);
    const label = examples.label.map((value, row) => (examples.group[row] < 25 ? value : 3 - value));
    const predictions = [examples, { ...examples, label }].map(async (data) => {
      const fitted = await model.fit({ examples: data, rows: train, seed: 3 });
      const probabilities = await fitted.predict(data, test);
      fitted.dispose();
      return probabilities;
    });
    expect(await predictions[0]).toEqual(await predictions[1]);
  });
});
