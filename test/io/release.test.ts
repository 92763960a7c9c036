import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { release } from '../../src/io/release.js';

const LARGE = 64 * 2 ** 20;

describe('memory that nobody reads any more', () => {
  it('is given back at once, without the garbage collector', async () => {
    const before = process.memoryUsage().arrayBuffers;
    const memory = new Uint8Array(LARGE).fill(1);
    const views = [memory, new Float32Array(memory.buffer, 4096, 8)];
    expect(process.memoryUsage().arrayBuffers - before).toBeGreaterThanOrEqual(LARGE);
    release(views);
    expect(views.map(({ length }) => length)).toEqual([0, 0]);
    for (let turn = 0; turn < 10 && process.memoryUsage().arrayBuffers - before > LARGE / 2; turn++)
      await setImmediate();
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(LARGE / 2);
  });

  it('leaves alone what is small, and what threads share', () => {
    const small = Uint8Array.of(1, 2);
    const common = new Uint8Array(new SharedArrayBuffer(2 ** 21));
    release([small, common]);
    expect([small.length, common.length]).toEqual([2, 2 ** 21]);
  });
});
