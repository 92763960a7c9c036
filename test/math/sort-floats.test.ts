import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sortFloats } from '../../src/math/sort-floats.js';

describe('sortFloats', () => {
  it('orders as comparing does, infinities and both zeros included', () => {
    fc.assert(
      fc.property(fc.array(fc.float({ noNaN: true }), { maxLength: 60 }), (list) => {
        const values = Float32Array.from(list);
        expect([...sortFloats(values.slice())]).toEqual([...values.slice().sort()]);
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  it('sorts a part of a larger array in place', () => {
    const whole = Float32Array.of(9, 3, -1, 2, 0);
    sortFloats(whole.subarray(1, 4));
    expect([...whole]).toEqual([9, -1, 2, 3, 0]);
  });
});
