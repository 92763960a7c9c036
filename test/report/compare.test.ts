import { describe, expect, it } from 'vitest';
import type { Evaluation } from '../../src/evaluation/evaluate.js';
import { compareReports } from '../../src/report/compare.js';
import type { Report } from '../../src/report/report.js';
import { decisionOf, evaluation, reportOf } from './decisions.js';

/** A report whose pruned ensemble is as given. */
function reportWith(pruned: Evaluation, names: readonly string[] = ['a', 'b']): Report {
  const decision = decisionOf(names);
  return reportOf({ ...decision, metrics: { ...decision.metrics, pruned } });
}

function compared(base: number, next: number) {
  return compareReports(reportWith(evaluation(base)), reportWith(evaluation(next)));
}

function changeOf(base: number, next: number, score: 'macroF1' | 'logLoss') {
  return compared(base, next).changes.find((at) => at.predictor === 'pruned ensemble' && at.score === score)!;
}

describe('compareReports', () => {
  it('subtracts the base from the new, with an interval as wide as both together', () => {
    const change = changeOf(0.7, 0.65, 'macroF1');
    expect(change.difference).toBeCloseTo(-0.05, 12);
    // each interval is ± 0.02, so the difference is known to ± 0.02 √2
    expect(change.interval![0]).toBeCloseTo(-0.05 - 0.02 * Math.SQRT2, 12);
    expect(change.interval![1]).toBeCloseTo(-0.05 + 0.02 * Math.SQRT2, 12);
  });

  it('takes each side of a difference from the sides of the intervals that make it', () => {
    const base = {
      ...evaluation(0.5),
      intervals: { ...evaluation(0.5).intervals, macroF1: [0.46, 0.53] as const },
    };
    const next = {
      ...evaluation(0.6),
      intervals: { ...evaluation(0.6).intervals, macroF1: [0.56, 0.68] as const },
    };
    const change = compareReports(reportWith(base), reportWith(next)).changes.find(
      (at) => at.predictor === 'pruned ensemble' && at.score === 'macroF1',
    )!;
    expect(change.interval![0]).toBeCloseTo(0.1 - 0.05, 12); // hypot(0.04, 0.03)
    expect(change.interval![1]).toBeCloseTo(0.1 + Math.hypot(0.08, 0.04), 12);
  });

  it('calls a change worse or better only beyond the noise, the other way round for log-loss', () => {
    expect(changeOf(0.7, 0.65, 'macroF1').verdict).toBe('worse');
    expect(changeOf(0.65, 0.7, 'macroF1').verdict).toBe('better');
    expect(changeOf(0.7, 0.69, 'macroF1').verdict).toBe('within noise');
    expect(changeOf(0.7, 0.7, 'macroF1').verdict).toBe('unchanged');
  });

  it('knows that less log-loss is better', () => {
    const [base, next] = [evaluation(0.5), evaluation(0.5)];
    const more = { ...next, logLoss: 0.7, intervals: { ...next.intervals, logLoss: [0.68, 0.72] as const } };
    const verdict = (a: Evaluation, b: Evaluation) =>
      compareReports(reportWith(a), reportWith(b)).changes.find(
        (at) => at.predictor === 'pruned ensemble' && at.score === 'logLoss',
      )!.verdict;
    expect(verdict(base, more)).toBe('worse');
    expect(verdict(more, base)).toBe('better');
  });

  it('says which predictors only one has, __proto__ among them, and what makes the two hard to compare', () => {
    const base = reportWith(evaluation(0.7), ['a', '__proto__']);
    const next = reportWith(evaluation(0.7), ['a', 'c']);
    const found = compareReports(base, {
      ...next,
      decision: { ...next.decision, classes: ['yes', 'maybe'] },
    });
    expect(found.onlyInBase).toEqual(['__proto__']);
    expect(found.onlyInNext).toEqual(['c']);
    expect(found.cautions).toEqual(['the classes differ']);
    const inputs = [{ name: 'a.csv', bytes: 10, sha256: 'cd' }];
    const changed = { ...next, reproduction: { ...next.reproduction, inputs } };
    expect(compareReports(next, changed).cautions).toEqual(['the input files differ']);
  });
});
