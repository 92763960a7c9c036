import { describe, expect, it } from 'vitest';
import type { Evaluation } from '../../src/evaluation/evaluate.js';
import { compareReports } from '../../src/report/compare.js';
import { checkGate, parseGate } from '../../src/report/gates.js';
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

describe('parseGate', () => {
  it('reads every form', () => {
    const pruned = 'pruned ensemble';
    expect(parseGate('macroF1 drop > 0.005')).toMatchObject({
      score: 'macroF1',
      predictor: pruned,
      kind: 'drop',
      limit: 0.005,
    });
    expect(parseGate(' MACROF1   rise>1e-3 ')).toMatchObject({
      score: 'macroF1',
      kind: 'rise',
      limit: 0.001,
    });
    expect(parseGate('accuracy < 0.7')).toMatchObject({ score: 'accuracy', kind: 'below', limit: 0.7 });
    expect(parseGate('logLoss > 1')).toMatchObject({ score: 'logLoss', kind: 'above', limit: 1 });
    expect(parseGate('weightedF1 significantly worse')).toMatchObject({
      score: 'weightedF1',
      kind: 'significantly worse',
    });
    expect(parseGate("macroF1 of 'my drop > model' drop > 0.1")).toMatchObject({
      predictor: 'my drop > model',
      limit: 0.1,
    });
    expect(parseGate('accuracy of full ensemble significantly worse').predictor).toBe('full ensemble');
  });

  it.each([
    ['makroF1 drop > 0.1', /gate names no score/],
    ['macroF1 drop > -0.1', /not a number of at least 0/],
    ['macroF1 drop > lots', /not a number/],
    ['macroF1 drop > 1e999', /not a number/],
    ['macroF1 fall > 0.1', /not understood/],
    ['', /not understood/],
  ])('refuses %j', (text, message) => {
    expect(() => parseGate(text)).toThrow(message);
  });
});

describe('checkGate', () => {
  const failed = (gate: string, base: number, next: number) =>
    checkGate(parseGate(gate), compared(base, next)).failed;

  it('fails beyond the limit, not at it', () => {
    expect(failed('macroF1 drop > 0.005', 0.7, 0.69)).toBe(true);
    expect(failed('macroF1 drop > 0.005', 0.7, 0.695)).toBe(false); // 0.0050000000000000044 in floats
    expect(failed('macroF1 drop > 0.005', 0.7, 0.7)).toBe(false);
    expect(failed('macroF1 drop > 0.005', 0.6, 0.7)).toBe(false);
    expect(failed('logLoss rise > 0.02', 0.7, 0.67)).toBe(true);
    expect(failed('accuracy < 0.7', 0.9, 0.69)).toBe(true);
    expect(failed('accuracy < 0.7', 0.9, 0.71)).toBe(false);
    expect(failed('logLoss > 0.3', 0.7, 0.69)).toBe(true);
  });

  it('fails for significantly worse only where the interval says so', () => {
    expect(failed('macroF1 significantly worse', 0.7, 0.65)).toBe(true);
    expect(failed('macroF1 significantly worse', 0.7, 0.68)).toBe(false);
    expect(failed('macroF1 significantly worse', 0.65, 0.7)).toBe(false);
  });

  it('fails where there is no score, because nothing shows that it holds', () => {
    const none = { ...evaluation(0.7), macroF1: null as unknown as number };
    const comparison = compareReports(reportWith(evaluation(0.7)), reportWith(none));
    for (const gate of ['macroF1 drop > 0.5', 'macroF1 < 0.1', 'macroF1 significantly worse']) {
      expect(checkGate(parseGate(gate), comparison).failed).toBe(true);
    }
  });

  it('says the numbers, and refuses a predictor that the reports do not share', () => {
    expect(checkGate(parseGate('macroF1 drop > 0.005'), compared(0.7, 0.65)).message).toBe(
      'pruned ensemble macro F1 0.700 → 0.650 (−0.050 [−0.078, −0.022], worse)',
    );
    expect(() => checkGate(parseGate('macroF1 of nobody drop > 0.1'), compared(0.7, 0.7))).toThrow(
      /'nobody', which neither report has/,
    );
  });

  it('fails a gate about a predictor that one report lacks, except a level of the new one', () => {
    const comparison = compareReports(
      reportWith(evaluation(0.7), ['a', 'gone']),
      reportWith(evaluation(0.7), ['a', 'new']),
    );
    const check = (gate: string) => checkGate(parseGate(gate), comparison);
    expect(check('accuracy of gone drop > 0.5')).toMatchObject({
      failed: true,
      message: 'gone accuracy 0.600 → – (no difference): the new report has no such predictor',
    });
    expect(check('accuracy of gone < 0.1').failed).toBe(true);
    expect(check('accuracy of new significantly worse').message).toMatch(
      /the base report has no such predictor/,
    );
    expect(check('accuracy of new rise > 0.9').failed).toBe(true);
    expect(check('accuracy of new < 0.5').failed).toBe(false);
    expect(check('accuracy of new < 0.65').failed).toBe(true);
  });

  it('fails for significantly worse where there is no interval, even between equal scores', () => {
    const unknown = {
      ...evaluation(0.7),
      intervals: { ...evaluation(0.7).intervals, macroF1: [null, null] },
    };
    const none = unknown as unknown as Evaluation;
    const comparison = compareReports(reportWith(none), reportWith(none));
    expect(checkGate(parseGate('macroF1 significantly worse'), comparison)).toMatchObject({ failed: true });
    expect(checkGate(parseGate('accuracy significantly worse'), comparison).failed).toBe(false);
  });

  it('goes by the paired interval where there is one', () => {
    const [base, next] = [reportWith(evaluation(0.7)), reportWith(evaluation(0.69))];
    const narrow = { accuracy: [-0.015, -0.005], macroF1: [-0.012, 0.001] } as const;
    const intervals = { ...evaluation(0).intervals, ...narrow };
    const comparison = compareReports(base, next, new Map([['pruned ensemble', intervals]]));
    const check = (gate: string) => checkGate(parseGate(gate), comparison);
    expect(check('accuracy significantly worse')).toMatchObject({
      failed: true,
      message: 'pruned ensemble accuracy 0.700 → 0.690 (−0.010 [−0.015, −0.005], worse)',
    });
    expect(check('macroF1 significantly worse').failed).toBe(false);
    expect(checkGate(parseGate('accuracy significantly worse'), compareReports(base, next)).failed).toBe(
      false,
    );
    expect(comparison.intervals).toContain('except that of constant answer, a, b, full ensemble');
  });
});
