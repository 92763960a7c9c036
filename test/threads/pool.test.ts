import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { threadId } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { exitCode } from '../../src/errors.js';
import { createRandom } from '../../src/math/random.js';
import { runTasks } from '../../src/threads/pool.js';

const fixture = (name: string) => new URL(`../fixtures/kernels/${name}`, import.meta.url);
const TASKS = fixture('tasks.mjs');

describe.each([
  { threads: 0, here: false },
  { threads: 1, here: false },
  { threads: 3, here: false },
  { threads: 3, here: true },
])('pool with $threads threads, this one among them: $here', ({ threads, here }) => {
  it('returns results in task order, whatever order they finish in', async () => {
    const random = createRandom(7 + threads + Number(here));
    const tasks = Array.from({ length: 24 }, (_, value) => ({
      do: 'square',
      value,
      delay: random.integer(12),
    }));
    const finished: number[] = [];
    const results = await runTasks(TASKS, tasks, {
      threads,
      here,
      onDone: (index) => void finished.push(index),
    });
    expect(results).toEqual(tasks.map(({ value }) => value * value));
    expect([...finished].sort((a, b) => a - b)).toEqual(tasks.map(({ value }) => value));
  });

  it('passes on what tasks report, in order, with the task it belongs to', async () => {
    const reports: unknown[][] = [[], []];
    const tasks = [
      { do: 'report', values: ['a', { b: 1 }] },
      { do: 'report', values: [2] },
    ];
    const results = await runTasks(TASKS, tasks, {
      threads,
      here,
      onProgress: (index, value) => reports[index].push(value),
    });
    expect(results).toEqual([2, 1]);
    expect(reports).toEqual([['a', { b: 1 }], [2]]);
  });

  it('throws a task error of ours with all its fields', async () => {
    const tasks = [{ do: 'square', value: 1, delay: 0 }, { do: 'ours' }];
    await expect(runTasks(TASKS, tasks, { threads, here })).rejects.toMatchObject({
      name: 'EsciSelectError',
      code: 'data',
      message: 'label is odd',
      path: 'a.csv',
      line: 3,
      column: 7,
      hint: 'use E',
      stack: expect.stringContaining('tasks.mjs'),
    });
  });

  it('names the task whose code is wrong', async () => {
    const starts = new Int32Array(new SharedArrayBuffer(4));
    const tasks = [
      { do: 'square', value: 1, delay: 0 },
      { do: 'bug', starts },
    ];
    const run = runTasks(TASKS, tasks, { threads, here, label: (index) => `model ${index}` });
    await expect(run).rejects.toMatchObject({
      code: 'internal',
      message: expect.stringMatching(/^model 1 failed.*TypeError: x is not a function$/),
    });
    expect(starts[0]).toBe(threads === 0 ? 1 : 2);
  });

  it('reports a module that does not load', async () => {
    await expect(runTasks(fixture('broken.mjs'), [{}], { threads, here })).rejects.toMatchObject({
      code: 'internal',
      message: expect.stringMatching(/^task 1 of 1 failed.*this module does not load$/),
    });
  });

  it('does nothing for no tasks', async () => {
    expect(await runTasks(fixture('broken.mjs'), [], { threads, here })).toEqual([]);
  });

  it('stops on an error in a callback, and throws it', async () => {
    const tasks = Array.from({ length: 5 }, (_, value) => ({ do: 'square', value, delay: 1 }));
    const onDone = async () => {
      throw new Error('disk full');
    };
    await expect(runTasks(TASKS, tasks, { threads, here, onDone })).rejects.toThrow('disk full');
  });

  it('waits for callbacks before it settles', async () => {
    let written = 0;
    const onDone = async () => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      written++;
    };
    await runTasks(TASKS, [{ do: 'print' }, { do: 'print' }], { threads, here, onDone });
    expect(written).toBe(2);
  });

  it('throws interrupted for a signal aborted before or during the work', async () => {
    await expect(
      runTasks(TASKS, [{ do: 'print' }], { threads, here, signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ code: 'interrupted' });
    const controller = new AbortController();
    const run = runTasks(TASKS, [{ do: 'hang' }], {
      threads,
      here,
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    const error = await run.catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'interrupted' });
    expect(exitCode(error)).toBe(130);
  });

  it('refuses what is not a number of threads', async () => {
    for (const bad of [-1, 1.5, Number.NaN]) {
      await expect(runTasks(TASKS, [], { threads: bad })).rejects.toMatchObject({ code: 'usage' });
    }
  });
});

describe('pool', () => {
  it('runs at most as many workers as asked, and uses each for several tasks', async () => {
    const counters = new Int32Array(new SharedArrayBuffer(12));
    const tasks = Array.from({ length: 12 }, (_, index) => ({ do: 'crowd', counters, index, wave: 3 }));
    const threadIds = await runTasks<object, number>(TASKS, tasks, { threads: 3 });
    expect([...counters]).toEqual([0, 3, 12]);
    expect(new Set(threadIds).size).toBe(3);
  });

  it('works in this thread too when asked, beside the others', async () => {
    const counters = new Int32Array(new SharedArrayBuffer(12));
    const tasks = Array.from({ length: 12 }, (_, index) => ({ do: 'crowd', counters, index, wave: 3 }));
    const threadIds = await runTasks<object, number>(TASKS, tasks, { threads: 3, here: true });
    expect([...counters]).toEqual([0, 3, 12]);
    expect(new Set(threadIds).size).toBe(3);
    expect(threadIds).toContain(threadId);
  });

  it('does all tasks here where this thread is the only one', async () => {
    const tasks = Array.from({ length: 3 }, (_, value) => ({ do: 'square', value, delay: 0 }));
    expect(await runTasks(TASKS, tasks, { threads: 1, here: true })).toEqual([0, 1, 4]);
  });

  it('moves typed arrays of results, cuts out parts, and shares shared buffers', async () => {
    const shared = new Int32Array(new SharedArrayBuffer(8));
    const [arrays] = await runTasks<object, Record<string, never>>(TASKS, [{ do: 'arrays' }], { threads: 1 });
    expect(arrays).toEqual({
      whole: new Float32Array([1.5, 2.5]),
      part: new Float64Array([2, 3]),
      same: [new Float64Array([1, 2, 3, 4]), new Float64Array([1, 2, 3, 4])],
      buffer: new Uint8Array([97, 98, 99]),
      view: new DataView(new Float64Array([2]).buffer),
      ['__proto__']: 'a name',
    });
    expect((arrays.part as Float64Array).buffer.byteLength).toBe(16);
    const tasks = [0, 1].map((at) => ({ do: 'write', shared, at, value: 5 + at }));
    const results = await runTasks<object, Int32Array>(TASKS, tasks, { threads: 2 });
    expect([...shared]).toEqual([5, 6]);
    expect(results[0].buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  it('takes an EsciSelectError as the reason of an abort', async () => {
    const { EsciSelectError } = await import('../../src/errors.js');
    const signal = AbortSignal.abort(new EsciSelectError('terminated', 'told to end'));
    await expect(runTasks(TASKS, [{}], { threads: 1, signal })).rejects.toMatchObject({ code: 'terminated' });
  });

  it('stops a worker in the middle of an endless loop', async () => {
    const controller = new AbortController();
    const run = runTasks(TASKS, [{ do: 'spin' }], {
      threads: 1,
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(run).rejects.toMatchObject({ code: 'interrupted' });
  }, 10_000);

  it('refuses tasks and results that cannot be sent', async () => {
    await expect(runTasks(TASKS, [() => {}], { threads: 1 })).rejects.toMatchObject({
      code: 'internal',
      message: expect.stringContaining('task 1 of 1 cannot be sent'),
    });
    await expect(runTasks(TASKS, [{ do: 'unsendable' }], { threads: 1 })).rejects.toMatchObject({
      code: 'internal',
      message: expect.stringContaining('DataCloneError'),
    });
  });

  it('ignores what a task reports after its answer', async () => {
    const reports: unknown[] = [];
    const tasks = [{ do: 'late' }, { do: 'square', value: 3, delay: 60 }];
    const onProgress = (_: number, value: unknown) => void reports.push(value);
    expect(await runTasks(TASKS, tasks, { threads: 1, onProgress })).toEqual(['done', 9]);
    expect(reports).toEqual([]);
  });

  it('leaves no thread behind: the process ends by itself, and stdout is ours alone', () => {
    const ended = spawnSync(process.execPath, [fileURLToPath(fixture('leaves.mjs'))], {
      encoding: 'utf8',
      timeout: 30_000,
    });
    expect(ended).toMatchObject({ status: 0, signal: null });
    expect(JSON.parse(ended.stdout)).toEqual([[1, 1, 1], 'data', 'internal', 'interrupted']);
  });
});
