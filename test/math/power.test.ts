import { describe, expect, it } from 'vitest';
import { power, square } from '../../src/math/power.js';

describe('powers', () => {
  it('are within a part in 10^14 of those of bisected logarithms', () => {
    for (const base of [1e-9, 0.3, 1, 2.5, 7, 1234.5]) {
      for (const exponent of [0, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 3]) {
        expect(Math.abs(power(base, exponent) / oracle(base, exponent) - 1)).toBeLessThan(1e-14);
      }
    }
  });

  it('are exact where roots are', () => {
    expect([power(16, 0.25), power(9, 0.5), power(7, 1), power(7, 0), square(-3)]).toEqual([2, 3, 7, 1, 9]);
    expect([power(0, 0.3), power(0, 0)]).toEqual([0, 1]);
  });
});

/** base^exponent by square roots alone: the exponent in binary. */
function oracle(base: number, exponent: number): number {
  let value = 1;
  let whole = Math.floor(exponent);
  while (whole-- > 0) value *= base;
  let root = base;
  for (let rest = exponent % 1, at = 0; rest > 0 && at < 60; at++) {
    root = Math.sqrt(root);
    rest *= 2;
    if (rest >= 1) {
      value *= root;
      rest -= 1;
    }
  }
  return value;
}
