import { describe, expect, it } from 'vitest';
import type { ScoreName } from '../../src/evaluation/metrics.js';
import { selectModels } from '../../src/selection/select.js';
import { STRATEGY_NAMES, type StrategyName } from '../../src/selection/strategies/registry.js';
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

const REFITTING: StrategyName[] = ['greedy', 'elimination', 'exact'];

describe('planted pools', () => {
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

  it('is the same for the same rows, and better for signal than for noise', () => {
    expect(pool().scorer.score([0])).toEqual(pool().scorer.score([0]));
    const { scorer } = pool();
    expect(scorer.score([0]).accuracy).toBeGreaterThan(scorer.score([1]).accuracy + 0.15);
    expect(scorer.single(0).accuracy).toBeGreaterThan(scorer.single(1).accuracy + 0.15);
  });
});
