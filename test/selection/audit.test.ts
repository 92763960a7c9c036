import { describe, expect, it } from 'vitest';
import { auditedStrategies, auditPart, finishAudit } from '../../src/selection/audit.js';
import type { SelectionProblem } from '../../src/selection/strategy.js';
import type { Tally } from '../../src/selection/tally.js';

/** 100 rows of two classes of which so many are right. */
function tally(right: number): Tally {
  return {
    classes: 2,
    confusion: Float64Array.from([right / 2, 50 - right / 2, 50 - right / 2, right / 2]),
    loss: 1,
  };
}

/** Selection rows like the first model best, held-out rows the last. */
const problem: SelectionProblem = {
  candidates: ['a', 'b', 'c'].map((name, at) => ({ name, shap: 3 - at, groupShap: at })),
  limits: [{ name: 'models', limit: 1, values: [1, 1, 1] }],
  ...{ required: [], metric: 'accuracy', floors: [], seed: 1 },
  score: ([at]) => ({ accuracy: 0.9 - at / 10, macroF1: 0, weightedF1: 0, logLoss: 1, f1: [0, 0] }),
  single: (at) => ({ accuracy: 0.9 - at / 10, macroF1: 0, weightedF1: 0, logLoss: 1, f1: [0, 0] }),
};
const heldOut = ([at]: readonly number[]) => tally(60 + 10 * at);

describe('the audit', () => {
  it('finds the best set in hindsight and what each strategy loses against it', () => {
    const part = auditPart(problem, heldOut, auditedStrategies('greedy'));
    const audit = finishAudit([part], ['a', 'b', 'c'], 'accuracy', 'greedy');
    expect(audit.best).toEqual({ models: ['c'], score: 0.8 });
    expect(audit.subsets).toBe(3);
    expect(audit.regret).toBeCloseTo(0.2, 12);
    const lines = new Map(audit.strategies.map((line) => [line.strategy, line]));
    expect(lines.get('shap')).toMatchObject({ score: 0.6, place: 3 });
    expect(lines.get('group-shapley')).toMatchObject({ score: 0.8, regret: 0, place: 1 });
    expect(audit.strategies[0].regret).toBe(0);
    expect(lines.has('exact')).toBe(false);
  });

  it('adds up folds, each with its own choice', () => {
    const first = auditPart(problem, heldOut, ['shap']);
    const second = auditPart(problem, ([at]) => tally(80 - 10 * at), ['shap']);
    const audit = finishAudit([first, second], ['a', 'b', 'c'], 'accuracy', 'shap');
    expect(audit.best.score).toBeCloseTo(0.7, 12);
    expect(audit.strategies[0].score).toBeCloseTo(0.7, 12);
    expect(audit.regret).toBeCloseTo(0, 12);
  });

  it('audits exact search only when it was asked for, and refuses too many sets', () => {
    expect(auditedStrategies('exact')).toContain('exact');
    const names = Array.from({ length: 11 }, (_, at) => ({ name: `m${at}`, shap: 1, groupShap: 1 }));
    expect(() => auditPart({ ...problem, candidates: names, limits: [] }, heldOut, [])).toThrow(
      'more than 1023 sets',
    );
  });
});
