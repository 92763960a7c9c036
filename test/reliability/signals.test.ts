import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadExamples } from '../../src/data/load.js';
import { blocking, guardBlocking } from '../../src/io/blocking.js';
import { makeTask } from '../pipeline/task.js';

const program = join(dirname(fileURLToPath(import.meta.url)), '../fixtures/cli/block.mjs');
const MOST_MS = 2000;

describe('34: a signal while the thread is blocked', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('%s ends the program within two seconds', async (signal) => {
    const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    const sent = performance.now();
    child.kill(signal);
    const [code, by] = await once(child, 'exit');
    expect([code, by]).toEqual([null, signal]); // 128 + its number to a shell
    expect(performance.now() - sent).toBeLessThan(MOST_MS);
  });

  it('is what a program makes of it: without a guard, nothing is changed', async () => {
    const calls: string[] = [];
    const before = guardBlocking((work) => {
      calls.push('guarded');
      return work();
    });
    expect(await blocking(() => 7)).toBe(7);
    guardBlocking(before);
    await expect(
      blocking(() => {
        throw new Error('as thrown');
      }),
    ).rejects.toThrow('as thrown');
    expect(calls).toEqual(['guarded']);
  });

  it('reaches the program while data is checked: each part of it runs under the guard', async () => {
    const { folder, data } = makeTask({ queries: 5 });
    let parts = 0;
    const before = guardBlocking((work) => {
      parts++;
      return work();
    });
    try {
      const { examples } = await loadExamples([data]);
      // labels and ids; queries and products; repeats and leaks; leaks of identities
      expect([examples.rows, parts]).toEqual([25, 4]);
    } finally {
      guardBlocking(before);
      rmSync(folder, { recursive: true });
    }
  });
});
