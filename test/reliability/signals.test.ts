import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { blocking, guardBlocking } from '../../src/io/blocking.js';

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
});
