import { describe, expect, it } from 'vitest';
import { Crew } from '../../src/threads/crew.js';

const TASKS = new URL('../fixtures/kernels/tasks.mjs', import.meta.url);

describe('a crew', () => {
  it('does tasks on threads that stay, more than there are threads', async () => {
    const crew = new Crew(TASKS, 2);
    const threads: number[] = [];
    const square = (value: number) => (thread: number) => {
      threads.push(thread);
      return { do: 'square', value, delay: 1 };
    };
    const first = await Promise.all([1, 2, 3, 4, 5].map((value) => crew.run(square(value))));
    expect(first).toEqual([1, 4, 9, 16, 25]);
    expect(await crew.run(square(6))).toBe(36);
    expect(new Set(threads)).toEqual(new Set([0, 1]));
    await crew.close();
  });

  it('fails what a dead thread was at, and all that is asked later', async () => {
    const crew = new Crew(TASKS, 1);
    const starts = new Int32Array(new SharedArrayBuffer(4));
    const dying = crew.run(() => ({ do: 'die', way: 'exit', starts }));
    const waiting = crew.run(() => ({ do: 'square', value: 1, delay: 1 }));
    await expect(dying).rejects.toMatchObject({ code: 'internal' });
    await expect(waiting).rejects.toMatchObject({ code: 'internal' });
    await expect(crew.run(() => ({ do: 'square', value: 1, delay: 1 }))).rejects.toThrow('died');
    await crew.close();
  });
});
