import { describe, expect, it } from 'vitest';
import { beamSearch } from '../../src/selection/beam.js';
import { bestOf } from '../../src/selection/screening.js';
import { STRATEGIES } from '../../src/selection/strategies/registry.js';
import type { SelectionProblem } from '../../src/selection/strategy.js';
import { fittingSubsets } from '../../src/selection/subsets.js';
import { plantPool } from './pools.js';

const scoreOf = (value: number) => ({
  ...{ accuracy: value, macroF1: value, weightedF1: value, logLoss: 1 - value },
  f1: [value, value],
});

/** Models of given worth; a set is worth the sum, and a bonus if it holds a given pair. */
function additive(worths: readonly number[], models: number, pair: readonly number[] = [], bonus = 0) {
  const value = (subset: readonly number[]) =>
    subset.reduce((sum, at) => sum + worths[at], 0) +
    (pair.length > 0 && pair.every((at) => subset.includes(at)) ? bonus : 0);
  const problem: SelectionProblem = {
    candidates: worths.map((_, at) => ({ name: `m${at}`, shap: 1, groupShap: 1 })),
    limits: [{ name: 'models', limit: models, values: worths.map(() => 1) }],
    ...{ required: [], metric: 'macroF1', floors: [], seed: 1 },
    score: (subset) => scoreOf(value(subset)),
    single: (at) => scoreOf(worths[at]),
  };
  return { problem, value };
}

const worths = (count: number) => Array.from({ length: count }, (_, at) => ((at * 37) % count) / 1000);

describe('screening', () => {
  const { problem, value } = additive(worths(10), 3);
  const subsets = fittingSubsets(problem, 1000)!;

  it('is left out where all sets can be scored in full', () => {
    expect(bestOf(problem, subsets).screening).toBeNull();
    const screen = { rows: 10, allRows: 2000, score: () => scoreOf(0) };
    expect(bestOf({ ...problem, screen }, subsets).screening).toBeNull();
  });

  it('confirms the 40 that the sample puts first, and measures its error on them', () => {
    const full: string[] = [];
    let wrong = 0;
    const screened: SelectionProblem = {
      ...problem,
      score: (subset) => {
        full.push([...subset].join(' '));
        return problem.score(subset);
      },
      // off by 5 points for all, and by a tenth of a point more or less
      screen: {
        ...{ rows: 100, allRows: 50_000 },
        score: (subset) => scoreOf(value(subset) - 0.05 + (wrong++ % 2 === 0 ? 0.001 : -0.001)),
      },
    };
    const { subset, screening } = bestOf(screened, subsets);
    expect([...subset].sort()).toEqual([...bestOf(problem, subsets).subset].sort());
    expect(new Set(full).size).toBe(40);
    expect(screening).toMatchObject({ rows: 100, allRows: 50_000, finalists: 40 });
    expect(screening!.error).toBeGreaterThan(0.0009);
    expect(screening!.error).toBeLessThan(0.00115);
    expect(screening!.margin).toBeGreaterThan(0);
  });

  it('says when a set left out looks better than the one chosen', () => {
    const best = bestOf(problem, subsets).subset.join(' ');
    // the sample likes everything alike but the best sets, which it puts last
    const screen = {
      ...{ rows: 100, allRows: 50_000 },
      score: (subset: readonly number[]) => scoreOf(subset.length === 3 ? 0.5 : 0.6 - value(subset)),
    };
    const { subset, screening } = bestOf({ ...problem, screen }, subsets);
    expect(subset.join(' ')).not.toBe(best);
    expect(screening!.margin).toBeLessThan(0.1);
  });
});

describe('beam search', () => {
  it('takes over where more than 4,095 sets fit, and finds the best of an additive game', () => {
    const { problem, value } = additive(worths(14), 7);
    const { kept, search } = STRATEGIES.exact.choose(problem);
    const best = [...worths(14)].sort((a, b) => b - a).slice(0, 7);
    expect(kept).toHaveLength(7);
    expect(value(kept)).toBeCloseTo(
      best.reduce((a, b) => a + b, 0),
      12,
    );
    expect(search!.method).toBe('beam');
    expect(search!.sets).toBeLessThan(1000);
    expect(search!.gap).toBeCloseTo(worths(14).reduce((a, b) => a + b, 0) - value(kept), 12);
  });

  it('finds a pair that is worth something only together, of models next to the best', () => {
    const own = Array.from({ length: 14 }, (_, at) => 0.1 - at / 1000);
    const { problem } = additive(own, 7, [4, 5], 0.5);
    expect(beamSearch({ ...problem, limits: [{ ...problem.limits[0], limit: 2 }] }).kept).toEqual([4, 5]);
  });

  it('starts from the required models', () => {
    const { problem } = additive(worths(14), 7);
    expect(beamSearch({ ...problem, required: [0] }).kept).toContain(0);
  });

  it('stops when two sizes in a row bring nothing better', () => {
    const { problem } = additive([0.5, ...worths(13).map((worth) => -worth - 0.01)], 13);
    const { kept, search } = beamSearch(problem);
    expect(kept).toEqual([0]);
    expect(search.sets).toBeLessThan(14 + 13 + 6 * 12 + 6 * 11);
  });
});

describe('the subset scorer', () => {
  it('has a rough score for many rows only, near the full one', () => {
    const planted = [
      { name: 'a', signal: [1.5, 1.5] },
      { name: 'b', signal: [0.5, 0.5] },
    ];
    expect(plantPool(planted, { rows: 900, seed: 1 }).scorer.screen).toBeUndefined();
    const { scorer } = plantPool(planted, { rows: 6000, seed: 1 });
    expect(scorer.screen).toMatchObject({ rows: 3000, allRows: 6000 });
    for (const set of [[0], [1], [1, 0]]) {
      expect(Math.abs(scorer.screen!.score(set).accuracy - scorer.score(set).accuracy)).toBeLessThan(0.03);
    }
    expect(scorer.screen!.score([0]).accuracy).toBeGreaterThan(scorer.screen!.score([1]).accuracy);
    expect(scorer.screen!.score([0, 1])).toBe(scorer.screen!.score([1, 0]));
    expect(scorer.scored()).toBe(3);
  });
});
