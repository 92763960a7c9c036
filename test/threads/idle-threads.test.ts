import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { idleThreads, keepIdle, startIdle, takeIdle } from '../../src/threads/idle-threads.js';
import { runTasks } from '../../src/threads/pool.js';
import { PoolThread } from '../../src/threads/pool-thread.js';

const fixture = (name: string) => new URL(`../fixtures/kernels/${name}`, import.meta.url);
const TASKS = fixture('tasks.mjs');

/** The threads that three tasks which wait for each other are done on. */
function threadsOf(options: { keep: boolean }): Promise<number[]> {
  const counters = new Int32Array(new SharedArrayBuffer(12));
  const tasks = Array.from({ length: 3 }, (_, index) => ({ do: 'crowd', counters, index, wave: 3 }));
  return runTasks<object, number>(TASKS, tasks, { threads: 3, ...options });
}

describe('threads that stay', () => {
  it('do the next run of their module, and are used for nothing else', async () => {
    const first = await threadsOf({ keep: true });
    expect((await threadsOf({ keep: true })).sort()).toEqual(first.sort());
    const others = await threadsOf({ keep: false });
    expect(others.filter((id) => first.includes(id))).toEqual([]);
    expect((await threadsOf({ keep: true })).sort()).toEqual(first.sort());
    expect(takeIdle(fixture('leaves.mjs'))).toBeUndefined();
  });

  it('are started before there is work, as many as are not there yet', async () => {
    for (let thread = takeIdle(TASKS); thread !== undefined; thread = takeIdle(TASKS)) await thread.stop();
    startIdle(TASKS, 2);
    expect(idleThreads(TASKS)).toBe(2);
    startIdle(TASKS, 3);
    expect(idleThreads(TASKS)).toBe(3);
    const ids = await threadsOf({ keep: true });
    expect(idleThreads(TASKS)).toBe(3);
    expect((await threadsOf({ keep: true })).sort()).toEqual(ids.sort());
  });

  it('tell that their module is not there with the first task', async () => {
    startIdle(fixture('nowhere.mjs'), 1);
    const run = runTasks(fixture('nowhere.mjs'), [{}], { threads: 1, keep: true });
    await expect(run).rejects.toMatchObject({
      code: 'internal',
      message: expect.stringContaining('nowhere.mjs'),
    });
  });

  it('do not stay where a task failed, or the run was stopped', async () => {
    const fails = (tasks: object[], signal?: AbortSignal) =>
      runTasks(TASKS, tasks, { threads: 1, keep: true, signal });
    const before = await threadsOf({ keep: true });
    for (let n = 0; n < before.length; n++) await takeIdle(TASKS)?.stop();
    await expect(fails([{ do: 'ours' }])).rejects.toMatchObject({ code: 'data' });
    expect(takeIdle(TASKS)).toBeUndefined();
    await expect(fails([{ do: 'spin' }], AbortSignal.timeout(300))).rejects.toMatchObject({
      code: 'interrupted',
    });
    expect(takeIdle(TASKS)).toBeUndefined();
  });

  it('are forgotten when they die', async () => {
    const thread = new PoolThread(TASKS, undefined, { onMessage: () => {}, onDeath: () => {} });
    keepIdle(TASKS, thread);
    expect(takeIdle(TASKS)).toBe(thread);
    keepIdle(TASKS, thread);
    thread.start(0, { do: 'die', way: 'exit' });
    await thread.exited;
    expect(takeIdle(TASKS)).toBeUndefined();
  });

  it('do not keep the process from ending', () => {
    const ended = spawnSync(process.execPath, [fileURLToPath(fixture('keeps.mjs'))], {
      encoding: 'utf8',
      timeout: 30_000,
    });
    expect(ended).toMatchObject({ status: 0, signal: null });
    expect(JSON.parse(ended.stdout)).toEqual({ first: [1, 4], second: [1, 4], holding: [] });
  });
});
