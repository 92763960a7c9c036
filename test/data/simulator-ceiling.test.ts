import { beforeAll, describe, expect, it } from 'vitest';
import { type LocaleMarket, makeMarket } from '../../src/data/simulator/locale-market.js';
import { LABEL_NOISE, STRAY } from '../../src/data/simulator/noise.js';
import {
  annotators,
  customers,
  type Judgement,
  know,
  labelProbabilities,
  relationPosterior,
} from '../../src/data/simulator/posterior.js';
import { apparentRelation, mayMeet, relationOf, trueRelation } from '../../src/data/simulator/relation.js';
import { simulate } from '../../src/data/simulator/simulate.js';
import type { StoreRow } from '../../src/data/simulator/store.js';
import { createRandom } from '../../src/math/random.js';

/** Clicks per impression, adds per click, purchases per add, written out again: the oracle shares no code. */
const RATES = [
  [0.3, 0.35, 0.6],
  [0.2, 0.1, 0.2],
  [0.07, 0.6, 0.85],
  [0.02, 0.05, 0.1],
];

function binomial(n: number, k: number, p: number): number {
  let value = 1;
  for (let i = 1; i <= k; i++) value *= (n - k + i) / i;
  return value * p ** k * (1 - p) ** (n - k);
}

function rowProbability(row: StoreRow, relation: number): number {
  const plain = RATES.map(
    ([click, add, purchase]) =>
      binomial(row.impressions, row.clicks, click) *
      binomial(row.clicks, row.adds, add) *
      binomial(row.adds, row.purchases, purchase),
  );
  return (1 - STRAY) * plain[relation] + (STRAY * (plain[0] + plain[1] + plain[2] + plain[3])) / 4;
}

/** Posterior of a pair's relation by enumerating what both sides may be. */
function bruteForce(
  market: LocaleMarket,
  labels: readonly Judgement[],
  query: number,
  product: number,
): number[] {
  const posterior = [0, 0, 0, 0];
  for (const role of market.queries[query].candidates) {
    for (const facts of market.products[product].candidates) {
      const relation = (q: number, p: number, r: number, f: typeof facts.value) =>
        relationOf(r, market.queries[q].wishes, p === product ? facts.value : f);
      const roleOf = (q: number) => (q === query ? role.value : market.queries[q].candidates[0].value);
      const factsOf = (p: number) => market.products[p].candidates[0].value;
      let weight = role.prior * facts.prior;
      const touches = (row: { query: number; product: number }) =>
        market.queries[query].hidden === 'type' ? row.query === query : row.product === product;
      for (const row of market.log.filter(touches)) {
        weight *= rowProbability(
          row,
          relation(row.query, row.product, roleOf(row.query), factsOf(row.product)),
        );
      }
      for (const row of labels.filter(touches)) {
        weight *=
          LABEL_NOISE[relation(row.query, row.product, roleOf(row.query), factsOf(row.product))][row.label];
      }
      posterior[relation(query, product, role.value, facts.value)] += weight;
    }
  }
  const total = posterior.reduce((sum, value) => sum + value, 0);
  return posterior.map((value) => value / total);
}

describe('the posterior', () => {
  let market: LocaleMarket;
  let trained: Judgement[];
  beforeAll(() => {
    market = makeMarket('us', 600, createRandom(11));
    trained = market.judgements.filter(({ query }) => !market.isTest[query]);
  });

  it('equals enumeration of all that both sides may be', () => {
    const knowledge = know(market.queries, market.products, [
      ...annotators(trained),
      ...customers(market.log),
    ]);
    const open = market.judgements.filter(
      ({ query, product }) => apparentRelation(market.queries[query], market.products[product]) === null,
    );
    expect(open.length).toBeGreaterThan(500);
    for (const { query, product } of open.filter((_, at) => at % 40 === 0)) {
      const found = relationPosterior(knowledge, query, product, true);
      bruteForce(market, trained, query, product).forEach((value, relation) => {
        expect(Math.abs(found[relation] - value)).toBeLessThan(1e-9);
      });
    }
  });

  it('meets no pair where both sides hide something', () => {
    const pairs = [...market.judgements, ...market.log];
    expect(
      pairs.every(({ query, product }) => mayMeet(market.queries[query], market.products[product])),
    ).toBe(true);
  });

  it('is calibrated against the truth, with no, some and all evidence: choices leak nothing', () => {
    const labels = annotators(trained);
    const log = customers(market.log);
    for (const [witnesses, ownPair] of [
      [[], true],
      [labels, true],
      [[...labels, ...log], false],
      [[...labels, ...log], true],
    ] as const) {
      const knowledge = know(market.queries, market.products, witnesses);
      let surprise = 0;
      let variance = 0;
      for (const { query, product } of market.judgements) {
        if (!market.isTest[query] || market.products[product].hidden === 'open') continue;
        const posterior = relationPosterior(knowledge, query, product, ownPair);
        const best = posterior.indexOf(Math.max(...posterior));
        const right = trueRelation(market.queries[query], market.products[product]) === best ? 1 : 0;
        surprise += right - posterior[best];
        variance += posterior[best] * (1 - posterior[best]);
      }
      expect(Math.abs(surprise) / Math.sqrt(variance)).toBeLessThan(4);
    }
  });

  it('gives label probabilities that sum to 1', () => {
    expect(labelProbabilities([0.25, 0.25, 0.5, 0]).reduce((sum, value) => sum + value, 0)).toBeCloseTo(
      1,
      12,
    );
    expect([...labelProbabilities([1, 0, 0, 0])]).toEqual(LABEL_NOISE[0]);
  });
});

describe('the ceiling', () => {
  it('orders the observers by what they see, within the noise', () => {
    const { ceiling, examples } = simulate({ queries: 400, seed: 7 });
    expect(ceiling.rows).toBe(examples.filter((row) => row.split === 'test').length);
    expect(ceiling.accuracy).toBeGreaterThan(0.9);
    expect(ceiling.accuracy).toBeLessThan(0.94);
    const order = [
      ceiling.floorAccuracy,
      ceiling.unseenTextOnlyAccuracy,
      ceiling.textOnlyAccuracy,
      ceiling.withoutOwnPairAccuracy,
      ceiling.accuracy,
      ceiling.noiseOnlyAccuracy,
    ];
    expect([...order].sort((a, b) => a - b)).toEqual(order);
    expect(ceiling.behaviourOnlyAccuracy).toBeGreaterThan(ceiling.floorAccuracy + 0.1);
    expect(ceiling.behaviourOnlyAccuracy).toBeLessThan(ceiling.withoutOwnPairAccuracy);
    expect(ceiling.accuracy - ceiling.textOnlyAccuracy).toBeGreaterThan(0.03);
  });

  it('agrees with the labels as drawn, within their noise', () => {
    const { ceiling } = simulate({ queries: 1000, seed: 5 });
    const deviation = Math.sqrt((ceiling.accuracy * (1 - ceiling.accuracy)) / ceiling.rows);
    expect(Math.abs(ceiling.realised.accuracy - ceiling.accuracy) / deviation).toBeLessThan(4);
    expect(Math.abs(ceiling.realised.macroF1 - ceiling.macroF1)).toBeLessThan(0.04);
  });
});
