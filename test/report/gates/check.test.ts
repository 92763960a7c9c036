import { describe, expect, it } from 'vitest';
import type { Evaluation } from '../../../src/evaluation/evaluate.js';
import { compareReports } from '../../../src/report/compare.js';
import type { ReportComparison } from '../../../src/report/comparison.js';
import { checkGate } from '../../../src/report/gates/check.js';
import type { ClassGate } from '../../../src/report/gates/gate.js';
import { parseGate } from '../../../src/report/gates/parse.js';
import type { Report } from '../../../src/report/report.js';
import { decisionOf, evaluation, reportOf } from '../decisions.js';

/** A report whose pruned ensemble is as given. */
function reportWith(pruned: Evaluation, names: readonly string[] = ['a', 'b']): Report {
  const decision = decisionOf(names);
  return reportOf({ ...decision, metrics: { ...decision.metrics, pruned } });
}

function compared(base: number, next: number) {
  return compareReports(reportWith(evaluation(base)), reportWith(evaluation(next)));
}

/** Judges a gate on scores over all rows, for which the comparison is all that counts. */
function check(gate: string, comparison: ReportComparison) {
  const any = reportWith(evaluation(0.5));
  return checkGate(parseGate(gate), { next: any, earlier: { base: any, comparison } });
}

describe('checkGate', () => {
  const failed = (gate: string, base: number, next: number) => check(gate, compared(base, next)).failed;

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
      expect(check(gate, comparison).failed).toBe(true);
    }
  });

  it('says the numbers, and refuses a predictor that the reports do not share', () => {
    expect(check('macroF1 drop > 0.005', compared(0.7, 0.65)).message).toBe(
      'pruned ensemble macro F1 0.700 → 0.650 (−0.050 [−0.078, −0.022], worse)',
    );
    expect(() => check('macroF1 of nobody drop > 0.1', compared(0.7, 0.7))).toThrow(
      /'nobody', which neither report has/,
    );
  });

  it('fails a gate about a predictor that one report lacks, except a level of the new one', () => {
    const comparison = compareReports(
      reportWith(evaluation(0.7), ['a', 'gone']),
      reportWith(evaluation(0.7), ['a', 'new']),
    );
    const checked = (gate: string) => check(gate, comparison);
    expect(checked('accuracy of gone drop > 0.5')).toMatchObject({
      failed: true,
      message: 'gone accuracy 0.600 → – (no difference): the new report has no such predictor',
    });
    expect(checked('accuracy of gone < 0.1').failed).toBe(true);
    expect(checked('accuracy of new significantly worse').message).toMatch(
      /the base report has no such predictor/,
    );
    expect(checked('accuracy of new rise > 0.9').failed).toBe(true);
    expect(checked('accuracy of new < 0.5').failed).toBe(false);
    expect(checked('accuracy of new < 0.65').failed).toBe(true);
  });

  it('fails for significantly worse where there is no interval, even between equal scores', () => {
    const unknown = {
      ...evaluation(0.7),
      intervals: { ...evaluation(0.7).intervals, macroF1: [null, null] },
    };
    const none = unknown as unknown as Evaluation;
    const comparison = compareReports(reportWith(none), reportWith(none));
    expect(check('macroF1 significantly worse', comparison)).toMatchObject({ failed: true });
    expect(check('accuracy significantly worse', comparison).failed).toBe(false);
  });

  it('goes by the paired interval where there is one', () => {
    const [base, next] = [reportWith(evaluation(0.7)), reportWith(evaluation(0.69))];
    const narrow = { accuracy: [-0.015, -0.005], macroF1: [-0.012, 0.001] } as const;
    const intervals = { ...evaluation(0).intervals, ...narrow };
    const comparison = compareReports(base, next, new Map([['pruned ensemble', intervals]]));
    const checked = (gate: string) => check(gate, comparison);
    expect(checked('accuracy significantly worse')).toMatchObject({
      failed: true,
      message: 'pruned ensemble accuracy 0.700 → 0.690 (−0.010 [−0.015, −0.005], worse)',
    });
    expect(checked('macroF1 significantly worse').failed).toBe(false);
    expect(check('accuracy significantly worse', compareReports(base, next)).failed).toBe(false);
    expect(comparison.intervals).toContain('except that of constant answer, a, b, full ensemble');
  });
});

describe('checkGate on one report', () => {
  const report = reportWith(evaluation(0.69));
  const alone = (gate: string, next = report) => checkGate(parseGate(gate), { next, earlier: null });

  it('judges levels of scores with their interval, of classes, locales and costs', () => {
    expect(alone('macroF1 < 0.95')).toEqual({
      gate: 'macroF1 < 0.95',
      failed: true,
      message: 'pruned ensemble macro F1 0.690 [0.670, 0.710]',
    });
    expect(alone('macroF1 of b < 0.5').failed).toBe(false);
    expect(alone('f1.yes < 0.7')).toMatchObject({ failed: true, message: 'pruned ensemble F1 of yes 0.690' });
    expect(alone('us:accuracy < 0.71')).toMatchObject({
      failed: true,
      message: 'pruned ensemble accuracy in us 0.700',
    });
    expect(alone('us:accuracy < 0.7').failed).toBe(false);
    expect(alone('cost.latency_ms > 1')).toMatchObject({
      failed: true,
      message: 'pruned ensemble latency_ms 1.5',
    });
    expect(alone('cost.latency_ms of full ensemble > 3')).toMatchObject({ failed: false });
    expect(alone('cost.latency_ms of full ensemble > 2.9')).toMatchObject({ failed: true });
  });

  it('judges the models kept', () => {
    expect(alone('kept lacks b')).toEqual({ gate: 'kept lacks b', failed: true, message: 'keeps a (1)' });
    expect(alone('kept has b').failed).toBe(false);
    expect(alone('kept has a').failed).toBe(true);
    expect(alone('kept > 1').failed).toBe(false);
    expect(alone('kept > 0').failed).toBe(true);
    expect(alone('kept < 2').failed).toBe(true);
  });

  it.each([
    ['f1.maybe < 0.5', "names 'maybe', which no report has"],
    ['jp:accuracy < 0.5', "names 'jp', which no report has"],
    ['cost.dollars > 1', "names 'dollars', which no report has"],
    ['kept lacks c', "names 'c', which no report has"],
    ['macroF1 of c < 0.5', "is about 'c', which the report has"],
    ['us:accuracy of a < 0.5', 'scores by locale are of the ensembles'],
  ])('refuses %s', (gate, message) => {
    expect(() => alone(gate)).toThrow(message);
  });

  it.each(['macroF1 drop > 0.1', 'kept changed', 'accuracy significantly worse', 'cost.latency_ms rise > 1'])(
    'needs a baseline for %s, or passes over it where that is said',
    (gate) => {
      expect(() => alone(gate)).toThrow('compares with a baseline, and none is given');
      const first = { next: report, earlier: null, mayLackBaseline: true };
      expect(checkGate(parseGate(gate), first)).toMatchObject({ failed: false, skipped: true });
    },
  );
});

describe('checkGate on two reports', () => {
  const base = reportWith(evaluation(0.7));
  const next = reportWith(evaluation(0.65), ['b', 'a']);
  const earlier = { base, comparison: compareReports(base, next) };
  const both = (gate: string, classInterval?: (gate: ClassGate) => readonly [number, number] | null) =>
    checkGate(parseGate(gate), { next, earlier, classInterval });

  it('judges what has changed of classes, locales, costs and the set kept', () => {
    expect(both('f1.no drop > 0.04')).toMatchObject({
      failed: true,
      message: 'pruned ensemble F1 of no 0.700 → 0.650 (−0.050)',
    });
    expect(both('f1.no drop > 0.05').failed).toBe(false);
    expect(both('us:macroF1 drop > 0').failed).toBe(false);
    expect(both('cost.latency_ms rise > 0').failed).toBe(false);
    expect(both('kept changed')).toMatchObject({ failed: true, message: 'kept a before, keeps b now (1)' });
  });

  it('judges a class by the paired interval, and fails where there is none', () => {
    expect(both('f1.no significantly worse', () => [-0.08, -0.01])).toMatchObject({
      failed: true,
      message: 'pruned ensemble F1 of no 0.700 → 0.650 (−0.050 [−0.080, −0.010])',
    });
    expect(both('f1.no significantly worse', () => [-0.08, 0.01]).failed).toBe(false);
    expect(both('f1.no significantly worse')).toMatchObject({ failed: true });
    expect(both('f1.no significantly worse').message).toContain('there is no paired interval');
  });
});
