import { describe, expect, it } from 'vitest';
import type { ScoreName } from '../../src/evaluation/metrics.js';
import { selectModels } from '../../src/selection/select.js';
import {
  DEFAULT_STRATEGY,
  STRATEGY_NAMES,
  type StrategyName,
} from '../../src/selection/strategies/registry.js';
import { createSubsetScorer } from '../../src/selection/subset-scorer.js';
import { card, type Planted, type Pool, plantPool } from './pools.js';

function keptOf(
  pool: Pool,
  strategy: StrategyName,
  budget: number,
  shap: number[],
  metric: ScoreName = 'macroF1',
) {
  return selectModels({
    contributions: pool.names.map((model, at) => ({ model, shap: shap[at], groupShap: shap[at] })),
    cards: pool.names.map((name) => card(name)),
    request: {
      budget: { models: budget, costs: [] },
      ...{ strategy, metric, require: [], forbid: [], floors: [], seed: 1 },
    },
    scorer: pool.scorer,
    strict: true,
  }).kept;
}

const REFITTING: StrategyName[] = ['greedy-pool', 'greedy-shap', 'greedy', 'elimination', 'exact'];

describe('planted pools', () => {
  it('are passed by the default strategy too, below', () => {
    expect(REFITTING).toContain(DEFAULT_STRATEGY);
  });

  const twins: Planted[] = [
    { name: 'a', signal: [1.6, 1.6, 1.6] },
    { name: 'a-copy', signal: [1.6, 1.6, 1.6], twinOf: 'a' },
    { name: 'other', signal: [1.2, 1.2, 1.2] },
    { name: 'useless', signal: [0, 0, 0] },
  ];

  it.each(REFITTING)('%s keeps exactly one of two copies, and never a useless model', (strategy) => {
    const pool = plantPool(twins, { rows: 1200, seed: 5 });
    const kept = keptOf(pool, strategy, 2, [0.5, 0.5, 0.4, 0.05]);
    expect(kept.filter((name) => name.startsWith('a'))).toHaveLength(1);
    expect(kept).toContain('other');
    expect(kept).not.toContain('useless');
  });

  it('top by summed SHAP keeps both copies where their shares are still the largest', () => {
    const pool = plantPool(twins, { rows: 300, seed: 5 });
    expect(keptOf(pool, 'shap', 2, [0.5, 0.5, 0.4, 0.05])).toEqual(['a', 'a-copy']);
  });

  it.each(STRATEGY_NAMES.filter((name) => name !== 'random'))(
    '%s drops a useless model at a tight budget',
    (strategy) => {
      const pool = plantPool(twins, { rows: 900, seed: 8 });
      for (const budget of [1, 2]) {
        expect(keptOf(pool, strategy, budget, [0.5, 0.49, 0.4, 0.05])).not.toContain('useless');
      }
    },
  );

  it.each(REFITTING)(
    '%s keeps the specialist that alone finds a rare class when macro F1 counts',
    (strategy) => {
      const pool = plantPool(
        [
          { name: 'general', signal: [2.5, 2.5, 0, 0] },
          { name: 'general-too', signal: [2.4, 2.4, 0, 0] },
          { name: 'middling', signal: [1, 1, 0, 0] },
          { name: 'specialist', signal: [0, 0, 0, 4] },
        ],
        { rows: 1200, seed: 3 },
      );
      expect(keptOf(pool, strategy, 2, [0.9, 0.8, 0.3, 0.2])).toContain('specialist');
    },
  );
});

describe('the subset scorer', () => {
  const pool = () =>
    plantPool(
      [
        { name: 'a', signal: [2, 2] },
        { name: 'b', signal: [0, 0] },
      ],
      { rows: 400, seed: 1 },
    );

  it('scores a set once, whatever the order it is named in', () => {
    const { scorer } = pool();
    expect(scorer.score([1, 0])).toBe(scorer.score([0, 1]));
    expect(scorer.scored()).toBe(1);
  });

  it('counts every row as often as folds are drawn: thrice of few rows, once of many', () => {
    const planted = [{ name: 'a', signal: [2, 2] }];
    const rowsOf = (rows: number) => {
      const { features, labels, foldOf } = plantPool(planted, { rows, seed: 1 });
      const queries = Int32Array.from(labels.keys());
      const given = { features, labels, foldOf, queries, classes: 2, rows: queries, seed: 1 };
      return createSubsetScorer({ ...given, perQuery: true }).statistics([0]).rows;
    };
    expect(rowsOf(300)).toBe(900);
    expect(rowsOf(2500)).toBe(5000);
    expect(rowsOf(3500)).toBe(3500);
  });

  it('judges a model that answers few rows on all of them, with the shares of the classes on the others', () => {
    const planted = [
      { name: 'a', signal: [2, 2] },
      { name: 'few', signal: [0, 0] },
    ];
    const { features, labels, foldOf } = plantPool(planted, { rows: 400, seed: 1 });
    for (let row = 0; row < 400; row++) {
      const right = labels[row] === 0 ? [0.99, 0.01] : [0.01, 0.99];
      features.values.set(row % 40 === 0 ? right : [Number.NaN, Number.NaN], row * 4 + 2);
    }
    const queries = Int32Array.from(labels.keys());
    const scorer = createSubsetScorer({
      features,
      labels,
      foldOf,
      queries,
      classes: 2,
      rows: queries,
      seed: 1,
      perQuery: true,
    });
    const shown = labels.filter((_, row) => row % 40 === 0);
    const commoner = labels.filter((label) => label === 0).length >= 200 ? 0 : 1;
    const known = shown.length - shown.filter((label) => label === commoner).length;
    const constant = labels.filter((label) => label === commoner).length;
    expect(scorer.single(1).accuracy).toBeCloseTo((constant + known) / 400, 10);
    expect(scorer.single(1).accuracy).toBeLessThan(scorer.single(0).accuracy);
    expect(scorer.singleStatistics(1).rows).toBe(400);
  });

  it('tells answers per query only where they are wanted', () => {
    expect(() => pool().scorer.statistics([0])).toThrow('statistics per query');
  });

  it('is the same for the same rows, and better for signal than for noise', () => {
    expect(pool().scorer.score([0])).toEqual(pool().scorer.score([0]));
    const { scorer } = pool();
    expect(scorer.score([0]).accuracy).toBeGreaterThan(scorer.score([1]).accuracy + 0.15);
    expect(scorer.single(0).accuracy).toBeGreaterThan(scorer.single(1).accuracy + 0.15);
  });
});
