import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EsciSelectError, exitCode } from '../../src/errors.js';
import { parseBudget } from '../../src/selection/budget.js';
import { costOf } from '../../src/selection/costs.js';
import { parseFloors } from '../../src/selection/floors.js';
import { rankModels } from '../../src/selection/rank.js';
import { type SelectionRequest, selectModels } from '../../src/selection/select.js';
import type { SubsetScorer } from '../../src/selection/subset-scorer.js';
import { card } from './pools.js';

const POOL = [
  { name: 'big', shap: 0.9, latency: 20, memory: 100 },
  { name: 'middle', shap: 0.5, latency: 8, memory: 900 },
  { name: 'small', shap: 0.3, latency: 1, memory: 10 },
  { name: 'tiny', shap: 0.1, latency: 0.5, memory: 10 },
];
const CARDS = POOL.map(({ name, latency, memory }) => card(name, { latency_ms: latency, memory_mb: memory }));
const CONTRIBUTIONS = POOL.map(({ name, shap }) => ({ model: name, shap, groupShap: shap }));

/** F1 of the second class grows by a tenth with every model. */
const scorer: SubsetScorer = {
  score: (models) => scoreOf(models.length / 10),
  single: () => scoreOf(0.1),
  scored: () => 0,
};
const scoreOf = (level: number) => ({
  ...{ accuracy: 0.5, macroF1: 0.4, weightedF1: 0.5, logLoss: 1 },
  f1: [0.6, level],
});

function select(budgets: string[], given: Partial<SelectionRequest> = {}, cards = CARDS, strict = true) {
  const request: SelectionRequest = {
    ...{ budget: parseBudget(budgets), strategy: 'shap', metric: 'macroF1', seed: 1 },
    ...{ require: [], forbid: [], floors: [] },
    ...given,
  };
  return selectModels({ contributions: CONTRIBUTIONS, cards, request, scorer, strict });
}
const choose = (...budgets: string[]) => select(budgets).kept;

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

describe('selectModels by SHAP order', () => {
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
          const spent = (names: readonly string[]) =>
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
    const error = failure(() => select(['latency_ms=5'], {}, [...CARDS.slice(0, 3), card('tiny')]));
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

describe('constraints', () => {
  const floors = (...texts: string[]) => parseFloors(texts, ['yes', 'no']);

  it('keeps required and leaves out forbidden models, within the budget', () => {
    expect(select(['2'], { require: ['tiny'] }).kept).toEqual(['big', 'tiny']);
    expect(select(['2'], { forbid: ['big'] }).kept).toEqual(['middle', 'small']);
    expect(select(['latency_ms=21'], { require: ['middle'], forbid: ['small'] }).kept).toEqual([
      'middle',
      'tiny',
    ]);
  });

  it('says what required models cost when they exceed the budget', () => {
    const error = failure(() => select(['latency_ms=10'], { require: ['big', 'middle'] }));
    expect(exitCode(error)).toBe(1);
    expect(error.message).toBe('required models exceed the budget latency_ms=10 by taking 28');
    expect(error.hint).toContain('--budget latency_ms=28');
  });

  it('refuses unknown models, a model both required and forbidden, and a pool without any left', () => {
    expect(failure(() => select(['1'], { require: ['bgi'] })).message).toContain("--require names 'bgi'");
    expect(exitCode(failure(() => select(['1'], { require: ['big'], forbid: ['big'] })))).toBe(2);
    expect(exitCode(failure(() => select(['1'], { forbid: POOL.map(({ name }) => name) })))).toBe(1);
  });

  it('adds models until a floor is met, and traces what it added', () => {
    const chosen = select(['3'], { require: [], floors: floors('f1.no=0.3') });
    expect(chosen.kept).toEqual(['big', 'middle', 'small']);
    const dear = select(['latency_ms=22'], { floors: floors('f1.no=0.3') });
    expect(dear.kept).toEqual(['big', 'small', 'tiny']);
    const cheaper = select(['latency_ms=9.6'], { floors: floors('f1.no=0.3') });
    expect(cheaper.kept).toEqual(['middle', 'small', 'tiny']);
    const exchanged = select(['latency_ms=8.6', 'memory_mb=901'], { floors: floors('f1.no=0.2') });
    expect(exchanged.kept).toEqual(['small', 'tiny']);
    expect(exchanged.trace.slice(-3).map(({ action, model }) => [action, model])).toEqual([
      ['drop', 'middle'],
      ['keep', 'small'],
      ['keep', 'tiny'],
    ]);
  });

  it('says which floor cannot be met and what comes nearest, unless told to be lenient', () => {
    const given = { floors: floors('accuracy=0.4', 'f1.no=0.3') };
    const error = failure(() => select(['2'], given));
    expect(exitCode(error)).toBe(1);
    expect(error.message).toBe(
      'no set found within the budget meets floor f1.no=0.3: the nearest set reaches 0.200, all 4 models 0.400',
    );
    expect(error.hint).toContain("nearest set: 'big', 'middle'");
    expect(select(['2'], given, CARDS, false).kept).toEqual(['big', 'middle']);
  });

  it.each(['f1.maybe=0.3', 'accuracy', 'accuracy=2', 'accuracy=-1', 'logLoss=0.3', '=0.2', 'f1.no=x'])(
    'refuses the floor %j with exit code 2',
    (text) => {
      expect(exitCode(failure(() => floors(text)))).toBe(2);
    },
  );

  it('refuses a floor given twice', () => {
    expect(failure(() => floors('f1.no=0.1', 'f1.no=0.2')).message).toContain('given twice');
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
