import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runTasks } from '../../src/threads/pool.js';

const TASKS = new URL('../fixtures/kernels/tasks.mjs', import.meta.url);
const folder = mkdtempSync(join(tmpdir(), 'esci-pool-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe.each(['exit', 'uncaught', 'memory'])('a worker that dies (%s)', (way) => {
  it('has its task done once more, and nothing counted twice', async () => {
    const starts = new Int32Array(new SharedArrayBuffer(4));
    const done: number[] = [];
    const reports: number[] = [];
    const tasks = [0, 1, 2, 3, 4].map((value) =>
      value === 2 ? { do: 'die', way, marker: join(folder, way), starts } : { do: 'square', value, delay: 1 },
    );
    const results = await runTasks(TASKS, tasks, {
      threads: 2,
      memoryLimitMb: 32,
      onDone: (index) => void done.push(index),
      onProgress: (index) => void reports.push(index),
    });
    expect(results).toEqual([0, 1, 'survived', 9, 16]);
    expect(done.sort()).toEqual([0, 1, 2, 3, 4]);
    expect(starts[0]).toBe(2);
    expect(reports).toEqual([2, 2]);
  });

  it('fails the run the second time, naming the task', async () => {
    const starts = new Int32Array(new SharedArrayBuffer(4));
    const tasks = [
      { do: 'square', value: 1, delay: 1 },
      { do: 'die', way, starts },
    ];
    const run = runTasks(TASKS, tasks, { threads: 1, memoryLimitMb: 32, label: (index) => `model ${index}` });
    const reason = { exit: 'code 3', uncaught: 'stray', memory: 'memory limit' }[way];
    await expect(run).rejects.toMatchObject({
      code: way === 'memory' ? 'io' : 'internal',
      hint: way === 'memory' ? expect.stringContaining('--max-old-space-size') : undefined,
      message: expect.stringMatching(new RegExp(`^model 1 failed twice, last because: .*${reason}`)),
    });
    expect(starts[0]).toBe(2);
  });
});
