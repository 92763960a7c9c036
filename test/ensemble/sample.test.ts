import { describe, expect, it } from 'vitest';
import { EarlyStopping } from '../../src/ensemble/training/early-stopping.js';
import { columnsByName, partOf, sampleAscending } from '../../src/ensemble/training/sample.js';
import { createRandom } from '../../src/math/random.js';

describe('sampleAscending', () => {
  it('draws so many different numbers, ascending, each about equally often', () => {
    const random = createRandom(1);
    const times = new Int32Array(10);
    for (let draw = 0; draw < 2000; draw++) {
      const sample = sampleAscending(10, 3, random);
      expect(sample.length).toBe(3);
      expect(sample[0] < sample[1] && sample[1] < sample[2]).toBe(true);
      for (const at of sample) times[at]++;
    }
    // 600 expected, standard deviation 20.5
    for (const count of times) expect(Math.abs(count - 600)).toBeLessThan(90);
  });

  it('draws all, and at least one', () => {
    expect([...sampleAscending(3, 3, createRandom(1))]).toEqual([0, 1, 2]);
    expect([partOf(10, 0.25), partOf(10, 0.01), partOf(10, 1)]).toEqual([3, 1, 10]);
  });
});

describe('columnsByName', () => {
  it('orders by code unit, and equal names by place', () => {
    expect([...columnsByName(['b', '__proto__', 'a', 'B', 'a'])]).toEqual([3, 1, 2, 4, 0]);
  });
});

describe('EarlyStopping', () => {
  it('remembers the first of the least losses and is over when patience is', () => {
    const stopping = new EarlyStopping(2);
    const states = [3, 2, 2.5, 1, 1, 1.5].map((loss) => {
      stopping.add(loss);
      return [stopping.best, stopping.isOver];
    });
    expect(states).toEqual([
      [1, false],
      [2, false],
      [2, false],
      [4, false],
      [4, false],
      [4, true],
    ]);
  });

  it('is never over without patience', () => {
    const stopping = new EarlyStopping(0);
    for (const loss of [1, 2, 3, 4]) stopping.add(loss);
    expect([stopping.best, stopping.isOver]).toEqual([1, false]);
  });
});
