import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EsciSelectError, exitCode } from '../../src/errors.js';
import type { ModelCard } from '../../src/predictions/matrix.js';
import { parseBudget } from '../../src/selection/budget.js';
import { chooseModels } from '../../src/selection/choose.js';
import { costOf } from '../../src/selection/costs.js';
import { rankModels } from '../../src/selection/rank.js';

function card(name: string, costs: Record<string, number> = {}): ModelCard {
  return {
    name,
    family: 'text',
    source: 'imported',
    kind: 'probabilities',
    costs: Object.fromEntries(Object.entries(costs).map(([key, value]) => [key, { value, unit: 'ms/row' }])),
    sha256: '',
    covered: 1,
    notes: [],
  };
}

const POOL = [
  { name: 'big', shap: 0.9, latency: 20, memory: 100 },
  { name: 'middle', shap: 0.5, latency: 8, memory: 900 },
  { name: 'small', shap: 0.3, latency: 1, memory: 10 },
  { name: 'tiny', shap: 0.1, latency: 0.5, memory: 10 },
];
const CARDS = POOL.map(({ name, latency, memory }) => card(name, { latency_ms: latency, memory_mb: memory }));
const RANKING = rankModels(POOL.map(({ name, shap }) => ({ model: name, shap, groupShap: shap })));
const choose = (...budgets: string[]) => chooseModels(RANKING, CARDS, parseBudget(budgets));

function failure(run: () => unknown): EsciSelectError {
  try {
    run();
  } catch (error) {
    return error as EsciSelectError;
  }
  throw new Error('nothing was thrown');
}

describe('rankModels', () => {
  it('orders by summed SHAP, equal ones by name, and numbers from 1', () => {
    const ranked = rankModels([
      { model: 'b', shap: 1, groupShap: 0 },
      { model: 'c', shap: 2, groupShap: 0 },
      { model: 'a', shap: 1, groupShap: 5 },
    ]);
    expect(ranked.map(({ model, rank }) => [model, rank])).toEqual([
      ['c', 1],
      ['a', 2],
      ['b', 3],
    ]);
  });
});

describe('chooseModels', () => {
  it('keeps the first N of the ranking', () => {
    expect(choose('1')).toEqual(['big']);
    expect(choose('3')).toEqual(['big', 'middle', 'small']);
    expect(choose('99')).toEqual(['big', 'middle', 'small', 'tiny']);
  });

  it('fills a cost budget from the top and passes over what does not fit', () => {
    expect(choose('latency_ms=10')).toEqual(['middle', 'small', 'tiny']);
    expect(choose('latency_ms=20.5')).toEqual(['big', 'tiny']);
  });

  it('applies several budgets together', () => {
    expect(choose('latency_ms=10', 'memory_mb=50')).toEqual(['small', 'tiny']);
    expect(choose('latency_ms=10', '1')).toEqual(['middle']);
  });

  it('never spends more than any limit and never keeps fewer than could be added', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.float({ min: 0.5, max: 40, noNaN: true }),
        (models, latency) => {
          const kept = choose(String(models), `latency_ms=${latency}`);
          const spent = (names: string[]) =>
            names.reduce((sum, name) => sum + POOL.find((m) => m.name === name)!.latency, 0);
          expect(spent(kept)).toBeLessThanOrEqual(latency);
          expect(kept.length).toBeLessThanOrEqual(models);
          if (kept.length < models) {
            for (const { name } of POOL)
              if (!kept.includes(name)) expect(spent([...kept, name])).toBeGreaterThan(latency);
          }
        },
      ),
    );
  });

  it('says which limit cannot be met, with exit code 1', () => {
    const error = failure(() => choose('latency_ms=0.1'));
    expect(exitCode(error)).toBe(1);
    expect(error.message).toBe(
      "no model fits the budget latency_ms=0.1, while the cheapest model, 'tiny', costs 0.5",
    );
  });

  it('names the models that lack a cost, with exit code 2', () => {
    const error = failure(() =>
      chooseModels(RANKING, [...CARDS.slice(0, 3), card('tiny')], parseBudget(['latency_ms=5'])),
    );
    expect(exitCode(error)).toBe(2);
    expect(error.message).toBe("cost 'latency_ms' is unknown for 1 of 4 models: 'tiny'");
    expect(error.hint).toContain('latency_ms, memory_mb');
  });

  it('takes latency_ms and latency_ms_per_row for one cost, and __proto__ for no cost', () => {
    const imported = card('m', { latency_ms_per_row: 3 });
    expect(costOf(imported, 'latency_ms')?.value).toBe(3);
    expect(costOf(card('m', { latency_ms: 4 }), 'latency_ms_per_row')?.value).toBe(4);
    expect(costOf(imported, '__proto__')).toBeUndefined();
  });
});

describe('parseBudget', () => {
  it('reads counts and limits', () => {
    expect(parseBudget(['3', 'latency_ms=2.5e1'])).toEqual({
      models: 3,
      costs: [{ name: 'latency_ms', limit: 25 }],
    });
  });

  it.each(['0', '-1', '1.5', 'x', '', 'latency_ms=', '=3', 'latency_ms=-2', '1e999'])(
    'refuses %j with a hint',
    (text) => {
      const error = failure(() => parseBudget([text]));
      expect(exitCode(error)).toBe(2);
      expect(error.hint).toContain('--budget 3');
    },
  );

  it('refuses two counts and a cost limited twice', () => {
    expect(failure(() => parseBudget(['2', '3'])).message).toContain('given twice');
    expect(failure(() => parseBudget(['a=2', 'a=3'])).message).toContain('given twice');
  });
});
