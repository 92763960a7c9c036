import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fits } from '../../src/selection/limits.js';
import { compareScores, merit } from '../../src/selection/objective.js';
import { parseStrategy, STRATEGIES, STRATEGY_NAMES } from '../../src/selection/strategies/registry.js';
import type { SelectionProblem } from '../../src/selection/strategy.js';
import { fittingSubsets } from '../../src/selection/subsets.js';

/** A made-up game: a set's score is the share of tasks that some member solves, less a little for each member. */
function gameOf(
  skills: readonly (readonly boolean[])[],
  costs: readonly number[],
  limit: number,
  models: number,
) {
  const score = (subset: readonly number[]) => {
    const solved = skills[0].filter((_, task) => subset.some((member) => skills[member][task])).length;
    const value = solved / skills[0].length - 0.002 * subset.length;
    return { accuracy: value, macroF1: value, weightedF1: value, logLoss: 1 - value, f1: [value, value] };
  };
  const problem: SelectionProblem = {
    candidates: skills.map((own, at) => ({
      name: `m${at}`,
      shap: own.filter(Boolean).length / 10 + at / 100,
      groupShap: own.filter(Boolean).length / 20 + at / 200,
    })),
    limits: [
      { name: 'models', limit: models, values: skills.map(() => 1) },
      { name: 'latency_ms', limit, values: costs.slice(0, skills.length) },
    ],
    required: [],
    metric: 'macroF1',
    floors: [],
    score,
    single: (candidate) => score([candidate]),
    seed: 3,
  };
  return problem;
}

const problems = fc
  .record({
    skills: fc.integer({ min: 2, max: 6 }).chain((count) =>
      fc.array(fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }), {
        minLength: count,
        maxLength: count,
      }),
    ),
    costs: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 6, maxLength: 6 }),
    limit: fc.integer({ min: 9, max: 25 }),
    models: fc.integer({ min: 1, max: 5 }),
    demand: fc.boolean(),
  })
  .map(({ skills, costs, limit, models, demand }) => ({
    ...gameOf(skills, costs, limit, models),
    required: demand ? [skills.length - 1] : [],
  }));

describe('every strategy', () => {
  it.each(STRATEGY_NAMES)(
    '%s stays within every limit, keeps what is required and each model once',
    (name) => {
      fc.assert(
        fc.property(problems, (problem) => {
          const { kept } = STRATEGIES[name].choose(problem);
          expect(kept.length).toBeGreaterThan(0);
          expect(new Set(kept).size).toBe(kept.length);
          expect(fits(problem.limits, kept)).toBe(true);
          for (const required of problem.required) expect(kept).toContain(required);
        }),
      );
    },
  );

  it.each(STRATEGY_NAMES)('%s is never better than exact search on its own objective', (name) => {
    fc.assert(
      fc.property(problems, (problem) => {
        const best = problem.score(STRATEGIES.exact.choose(problem).kept);
        const own = problem.score(STRATEGIES[name].choose(problem).kept);
        expect(compareScores(problem, own, best)).toBeLessThanOrEqual(0);
      }),
    );
  });

  it.each(STRATEGY_NAMES)('%s chooses the same again', (name) => {
    fc.assert(
      fc.property(problems, (problem) => {
        expect(STRATEGIES[name].choose(problem)).toEqual(STRATEGIES[name].choose(problem));
      }),
    );
  });
});

describe('strategies apart', () => {
  const skill = (text: string) => [...text].map((each) => each === '1');
  // twins solve the same five tasks, the specialist the one that is left, the idle one nothing
  const problem = gameOf(
    [skill('111110'), skill('111110'), skill('000001'), skill('000000')],
    [5, 5, 1, 1],
    20,
    2,
  );
  const keptBy = (name: (typeof STRATEGY_NAMES)[number]) =>
    [...STRATEGIES[name].choose(problem).kept].sort().map((at) => problem.candidates[at].name);

  it('SHAP order keeps both of a pair of twins, refitting strategies one of them and the specialist', () => {
    expect(keptBy('shap')).toEqual(['m0', 'm1']);
    for (const name of ['greedy-shap', 'greedy', 'elimination', 'exact'] as const) {
      const kept = keptBy(name);
      expect(kept).toContain('m2');
      expect(kept.filter((model) => model === 'm0' || model === 'm1')).toHaveLength(1);
    }
  });

  it('value per cost takes the cheap specialist before the dear twins', () => {
    const trace = STRATEGIES['value-per-cost'].choose(problem).trace;
    expect(trace[0].model).toBe('m1');
    const dear = { ...problem, limits: [{ name: 'latency_ms', limit: 6, values: [5, 50, 1, 1] }] };
    expect(STRATEGIES['value-per-cost'].choose(dear).trace[0].model).toBe('m2');
  });

  it('greedy stops where a model adds nothing, and says that it passed it over', () => {
    const { kept, trace } = STRATEGIES.greedy.choose({
      ...problem,
      limits: [{ name: 'models', limit: 3, values: [1, 1, 1, 1] }],
    });
    expect([...kept].sort()).toEqual([0, 2]);
    expect(trace.map(({ action }) => action)).toEqual(['keep', 'keep', 'pass']);
    expect(trace[1].value).toBeCloseTo(merit('macroF1', problem.score(kept)), 12);
  });

  it('greedy-shap takes the model of more SHAP where scores are close, and the better one where they are not', () => {
    const scored = (second: number) => (subset: readonly number[]) => {
      const value = subset.includes(1) ? second : 0.6;
      return { accuracy: value, macroF1: value, weightedF1: value, logLoss: 1 - value, f1: [value, value] };
    };
    const choose = (second: number, shap: readonly number[]) =>
      STRATEGIES['greedy-shap'].choose({
        ...problem,
        candidates: shap.map((each, at) => ({ name: `m${at}`, shap: each, groupShap: each })),
        limits: [{ name: 'models', limit: 1, values: [1, 1] }],
        score: scored(second),
        single: (candidate) => scored(second)([candidate]),
      }).kept;
    expect(choose(0.604, [3, 1])).toEqual([0]);
    expect(choose(0.606, [3, 1])).toEqual([1]);
    expect(choose(0.604, [1, 1])).toEqual([1]);
    expect(choose(0.604, [0, 0])).toEqual([1]);
  });

  it('elimination drops one model a step until the budget is met', () => {
    const { trace, kept } = STRATEGIES.elimination.choose(problem);
    expect(trace.every(({ action }) => action === 'drop')).toBe(true);
    expect(trace.length + kept.length).toBe(problem.candidates.length);
  });

  it('exact search tries all sets that fit, and goes on with a beam where there are too many', () => {
    expect(fittingSubsets(problem, 100)).toHaveLength(4 + 6);
    expect(fittingSubsets({ ...problem, required: [3] }, 100)).toHaveLength(1 + 3);
    expect(fittingSubsets(problem, 9)).toBeNull();
    const many = Array.from({ length: 13 }, () => skill('1'));
    const wide = gameOf(many, new Array(13).fill(0), 20, 13);
    expect(STRATEGIES.exact.choose(wide).search?.method).toBe('beam');
    expect(STRATEGIES.exact.choose(problem).search).toMatchObject({
      method: 'all sets',
      sets: 10,
      gap: null,
    });
  });

  it('names the nearest strategy for an unknown one', () => {
    expect(parseStrategy('exact')).toBe('exact');
    expect(parseStrategy(undefined)).toBe('greedy-pool');
    expect(() => parseStrategy('gredy')).toThrow("strategy 'gredy' is unknown");
  });
});
