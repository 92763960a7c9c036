import { describe, expect, it } from 'vitest';
import type { Interval } from '../../src/evaluation/bootstrap.js';
import { verdict } from '../../src/report/sentences.js';

/** What a report says of a difference whose interval of accuracy is this one. */
function wordOf(accuracy: Interval): string {
  const none: Interval = [0, 0];
  const difference = { accuracy: 0.01, macroF1: 0, weightedF1: 0, logLoss: 0 };
  const intervals = { accuracy, macroF1: none, weightedF1: none, logLoss: none };
  const text = verdict({ from: 'a', to: 'b', rows: 9, difference, intervals }, 'accuracy');
  return /\((.*)\)$/.exec(text)?.[1] ?? text;
}

describe('the word on a difference', () => {
  it.each<[Interval, string]>([
    [[0.001, 0.02], 'better'],
    [[0, 0.02], 'within noise'],
    [[-0.001, 0.02], 'within noise'],
    [[-0.02, 0], 'within noise'],
    [[-0.02, -0.001], 'worse'],
  ])('of %j is %s: an interval that touches 0 is not clear of it', (interval, word) => {
    expect(wordOf(interval)).toBe(word);
  });
});
