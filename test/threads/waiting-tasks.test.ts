import { describe, expect, it } from 'vitest';
import { WaitingTasks } from '../../src/threads/waiting-tasks.js';

describe('waiting tasks', () => {
  it('come in their order without kin, and once each', () => {
    const waiting = new WaitingTasks(3);
    expect([0, 1, 2, 3].map(() => waiting.take(null, [0]))).toEqual([0, 1, 2, null]);
  });

  it('keep a thread at the kin of its last task, and away from that of another', () => {
    const kin = ['a', 'b', 'a', 'b', null, 'a', 'b'];
    const waiting = new WaitingTasks(kin.length, (task) => kin[task]);
    expect(waiting.take(null, [])).toBe(0);
    // the other thread is at a
    expect(waiting.take(null, [0])).toBe(1);
    expect(waiting.take(0, [0, 1])).toBe(2);
    expect(waiting.take(1, [1, 2])).toBe(3);
    expect(waiting.take(2, [2, 3])).toBe(5);
    // nothing of a is left: not b, which the other one is at, but what is of no kin
    expect(waiting.take(5, [3, 5])).toBe(4);
    // nothing else is left: b all the same
    expect(waiting.take(4, [3, 4])).toBe(6);
    expect(waiting.take(3, [3, 6])).toBe(null);
  });
});
