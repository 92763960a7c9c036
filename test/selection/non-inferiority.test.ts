import { describe, expect, it } from 'vitest';
import type { Difference } from '../../src/evaluation/evaluate.js';
import { decideNonInferiority } from '../../src/selection/non-inferiority.js';

function difference(low: number, high: number): Difference {
  const scores = { accuracy: 0, macroF1: 0, weightedF1: 0, logLoss: 0 };
  const wide = [-1, 1] as const;
  const intervals = {
    accuracy: wide,
    macroF1: [low, high] as const,
    weightedF1: wide,
    logLoss: [low, high] as const,
  };
  return { from: 'full ensemble', to: 'pruned ensemble', rows: 100, difference: scores, intervals };
}

describe('non-inferiority', () => {
  it.each([
    [-0.01, 0.02, 'non-inferior'],
    [-0.02, -0.01, 'non-inferior'],
    [-0.03, 0.01, 'undecided'],
    [-0.05, -0.02, 'undecided'],
    [-0.05, -0.03, 'inferior'],
  ])('macro F1 changed by %d to %d is %s at a margin of 0.02', (low, high, verdict) => {
    expect(decideNonInferiority(difference(low, high), 'macroF1', 0.02)).toEqual({
      metric: 'macroF1',
      margin: 0.02,
      verdict,
    });
  });

  it('takes more log-loss for worse', () => {
    expect(decideNonInferiority(difference(-0.09, 0.01), 'logLoss', 0.02).verdict).toBe('non-inferior');
    expect(decideNonInferiority(difference(0.03, 0.05), 'logLoss', 0.02).verdict).toBe('inferior');
    expect(decideNonInferiority(difference(-0.01, 0.05), 'logLoss', 0.02).verdict).toBe('undecided');
  });
});
