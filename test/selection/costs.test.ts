import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseBudget, parseCombine } from '../../src/selection/budget.js';
import { costName, isPercentile, setCost } from '../../src/selection/costs.js';
import { fits, limitsOf, spentOn } from '../../src/selection/limits.js';
import { card } from './pools.js';

const cards = [
  card('a', { latency_ms: 12, 'latency_ms@encoder': 9 }),
  card('b', { latency_ms: 11, 'latency_ms_per_row@encoder': 9, 'latency_ms@fetch': 1 }),
  card('c', { latency_ms: 5 }),
];

describe('the cost of a set', () => {
  it('counts a shared part once, and nothing twice or for less', () => {
    const cost = setCost(cards, 'latency_ms');
    expect([cost([0]), cost([1]), cost([2])]).toEqual([12, 11, 5]);
    expect(cost([0, 1])).toBe(14);
    expect(cost([0, 1, 2])).toBe(19);
    expect(cost([])).toBe(0);
  });

  it('is that of the dearest model where models run side by side', () => {
    const cost = setCost(cards, 'latency_ms_per_row', 'max');
    expect([cost([0, 1, 2]), cost([1, 2]), cost([2])]).toEqual([12, 11, 5]);
  });

  it('takes the dearer of two claims about a part, and no part for more than its model', () => {
    const odd = [card('a', { ms: 4, 'ms@e': 9 }), card('b', { ms: 7, 'ms@e': 2 })];
    expect(setCost(odd, 'ms')([0, 1])).toBe(9);
  });

  it('never falls when a model is added', () => {
    const amount = fc.integer({ min: 0, max: 50 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(amount, amount, amount), { minLength: 2, maxLength: 5 }),
        fc.constantFrom('sum' as const, 'max' as const),
        (models, combine) => {
          const own = models.map(([ms, e, f], at) => card(String(at), { ms, 'ms@e': e, 'ms@f': f }));
          const cost = setCost(own, 'ms', combine);
          const all = [...own.keys()];
          expect(cost(all)).toBeGreaterThanOrEqual(cost(all.slice(1)) - 1e-9);
        },
      ),
    );
  });
});

describe('the name of a cost', () => {
  it.each([
    ['latency_ms_per_row', 'latency_ms', false],
    ['latency_ms_per_pair@encoder', 'latency_ms@encoder', false],
    ['latency_p95_ms', 'latency_ms_p95', true],
    ['latency_ms_p95_per_row', 'latency_ms_p95', true],
    ['latency_p50_us@fetch', 'latency_us_p50@fetch', true],
    ['gpu_p4_ms', 'gpu_p4_ms', false],
  ])('%s goes by %s', (name, expected, percentile) => {
    expect(costName(name)).toBe(expected);
    expect(costName(expected)).toBe(expected);
    expect(isPercentile(name)).toBe(percentile);
  });
});

describe('budgets over such costs', () => {
  it('limits a percentile by either order of its name', () => {
    const slow = [card('a', { latency_ms_p95: 4 }), card('b', { latency_ms_p95: 3 })];
    for (const name of ['latency_p95_ms', 'latency_ms_p95']) {
      const limits = limitsOf(parseBudget([`${name}=6`]), slow);
      expect([fits(limits, [0]), fits(limits, [0, 1])]).toEqual([true, false]);
    }
  });

  it('fit sets that a plain sum would not', () => {
    const [sum] = limitsOf(parseBudget(['latency_ms=14']), cards);
    expect(fits([sum], [0, 1])).toBe(true);
    expect(fits([sum], [0, 2])).toBe(false);
    const [most] = limitsOf(parseBudget(['latency_ms=12'], parseCombine(['latency_ms=max'])), cards);
    expect(spentOn(most, [0, 1, 2])).toBe(12);
    expect(fits([most], [0, 1, 2])).toBe(true);
  });

  it.each(['latency_ms', 'latency_ms=mean', '=max'])('refuse --combine %s', (text) => {
    expect(() => parseCombine([text])).toThrow('is not valid');
  });

  it('refuse a cost combined twice, under either name', () => {
    expect(() => parseCombine(['a_per_row=max', 'a=sum'])).toThrow('twice');
  });
});
