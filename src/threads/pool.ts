import { setImmediate as nextTurn } from 'node:timers/promises';
import { EsciSelectError } from '../errors.js';
import { packError, unpackError } from './pool-messages.js';
import { interruption, type PoolOptions, type TaskModule, taskLabel } from './pool-options.js';
import { PoolRun } from './pool-run.js';

export { workerModule } from '../assets.js';
export type { PoolOptions, TaskModule } from './pool-options.js';

/**
 * Runs `run(task, report)` of `module` for every task on worker threads and returns the results in the tasks' order,
 * whatever order they finish in. A worker serves many tasks. Where one dies, or a task throws anything but an
 * EsciSelectError, the task is done once more on a new worker; if that fails too, 'internal' naming the task is thrown.
 * An EsciSelectError from a task is thrown as it is. An abort throws 'interrupted'. When this settles, all its workers
 * are gone, but for those that wait for the next run (`keep`), and no callback is running.
 */
export async function runTasks<Task, Result>(
  module: URL,
  tasks: readonly Task[],
  options: PoolOptions<Result>,
): Promise<Result[]> {
  const { threads } = options;
  if (!Number.isInteger(threads) || threads < 0) {
    throw new EsciSelectError('usage', `number of threads is ${threads}, not a whole number from 0 up`, {
      hint: '--threads takes a whole number',
    });
  }
  return threads === 0 ? runHere(module, tasks, options) : new PoolRun(module, tasks, options).results();
}

/** The tasks one by one in this thread. Between tasks the event loop turns, so that an abort can come in. */
async function runHere<Task, Result>(
  module: URL,
  tasks: readonly Task[],
  options: PoolOptions<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  if (options.signal?.aborted) throw interruption(options.signal);
  for (let index = 0; index < tasks.length; index++) {
    const result = await untilAbort(options.signal, async () => {
      const { run }: TaskModule<Task, Result> = await import(module.href);
      return run(tasks[index], (value) => {
        if (!options.signal?.aborted) options.onProgress?.(index, value);
      });
    }).catch((error) => {
      throw ourError(error, taskLabel(index, tasks.length, options));
    });
    results.push(result);
    await options.onDone?.(index, result);
    await nextTurn();
    if (options.signal?.aborted) throw interruption(options.signal);
  }
  return results;
}

/** Settles as the work does, or throws as soon as the signal aborts. */
async function untilAbort<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  if (signal === undefined) return work();
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(interruption(signal));
    signal.addEventListener('abort', abort);
  });
  try {
    return await Promise.race([work(), aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function ourError(error: unknown, label: string): EsciSelectError {
  if (error instanceof EsciSelectError) return error;
  const packed = packError(error);
  if (packed.ours) return unpackError(packed);
  return new EsciSelectError('internal', `${label} failed because: ${packed.message}`, { cause: error });
}
