import { describe, expect, it } from 'vitest';
import type { Difference } from '../../src/evaluation/evaluate.js';
import { type CostChange, judgeTrial, type Newcomer, type TrialEvidence } from '../../src/selection/trial.js';

function evidence(low: number, high: number, more: Partial<TrialEvidence> = {}): TrialEvidence {
  const [interval, none] = [[low, high] as const, [0, 0] as const];
  const middle = (low + high) / 2;
  const difference: Difference = {
    ...{ from: 'a', to: 'b', rows: 10 },
    difference: { accuracy: 0, macroF1: middle, weightedF1: 0, logLoss: middle },
    intervals: { accuracy: none, macroF1: interval, weightedF1: none, logLoss: interval },
  };
  const newcomers = [{ model: 'n', kept: true } as Newcomer];
  return { metric: 'macroF1', margin: null, newcomers, difference, costs: [], ...more };
}

const change = (before: number | null, after: number | null): CostChange => ({
  ...{ name: 'ms', unit: 'ms', before, after },
});

describe('a trial', () => {
  it('accepts what is better beyond noise, with log-loss the other way round', () => {
    expect(judgeTrial(evidence(0.01, 0.03))).toEqual({ verdict: 'accept', why: 'better' });
    const logLoss = { metric: 'logLoss' } as const;
    expect(judgeTrial(evidence(-0.03, -0.01, logLoss)).why).toBe('better');
    expect(judgeTrial(evidence(0.01, 0.03, logLoss))).toEqual({ verdict: 'reject', why: 'worse' });
  });

  it('rejects noise, losses, and newcomers that are not kept', () => {
    expect(judgeTrial(evidence(-0.01, 0.03)).why).toBe('within noise');
    expect(judgeTrial(evidence(0, 0)).why).toBe('within noise');
    expect(judgeTrial(evidence(-0.03, -0.01)).why).toBe('worse');
    const left = (passed: boolean) => [{ model: 'n', kept: false, screen: { z: 1, passed } } as Newcomer];
    const verdictOf = (newcomers: Newcomer[]) => judgeTrial(evidence(0.01, 0.03, { newcomers }));
    expect(verdictOf(left(true))).toEqual({ verdict: 'reject', why: 'not kept' });
    expect(verdictOf(left(false))).toEqual({ verdict: 'reject', why: 'no better than chance' });
    expect(verdictOf([...left(false), ...left(true)]).why).toBe('not kept');
  });

  it('accepts a cheaper set only within the margin, and only if every cost is known and none rises', () => {
    const with_ = (margin: number, ...costs: CostChange[]) =>
      judgeTrial(evidence(-0.01, 0.03, { margin, costs })).why;
    expect(with_(0.02, change(5, 4), change(3, 3))).toBe('cheaper');
    expect(with_(0.005, change(5, 4))).toBe('within noise');
    expect(with_(0.02, change(5, 5))).toBe('within noise');
    expect(with_(0.02, change(5, 4), change(3, 4))).toBe('within noise');
    expect(with_(0.02, change(5, 4), change(3, null))).toBe('within noise');
  });
});
