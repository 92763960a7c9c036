import { setImmediate as nextTurn } from 'node:timers/promises';
import { EsciSelectError } from '../errors.js';
import { keepIdle, takeIdle } from './idle-threads.js';
import { packError, unpackError, type WorkerMessage } from './pool-messages.js';
import { interruption, type PoolOptions, type TaskModule, taskLabel } from './pool-options.js';
import { OUT_OF_MEMORY, PoolThread, type ThreadEvents } from './pool-thread.js';
import { WaitingTasks } from './waiting-tasks.js';

/** Starts of one task before it counts as failed: the first, and one more after its worker died. */
const MOST_STARTS = 2;
const HEAP_HINT =
  'allow a larger heap, in MiB: NODE_OPTIONS=--max-old-space-size=4096; fewer --threads need less memory in all';

/** One call of runTasks on worker threads: which tasks wait, run and are done. */
export class PoolRun<Task, Result> {
  readonly #module: URL;
  readonly #tasks: readonly Task[];
  readonly #options: PoolOptions<Result>;
  readonly #results: Result[];
  /** [task] how often it was started */
  readonly #starts: Uint8Array;
  readonly #threads = new Set<PoolThread>();
  /** threads on their way out and callbacks under way: settled before the run is */
  readonly #pending: Promise<void>[] = [];
  readonly #waiting: WaitingTasks;
  #left: number;
  #over = false;
  #finish: () => void = () => {};
  #fail: (error: unknown) => void = () => {};

  constructor(module: URL, tasks: readonly Task[], options: PoolOptions<Result>) {
    this.#module = module;
    this.#tasks = tasks;
    this.#options = options;
    this.#results = new Array(tasks.length);
    this.#starts = new Uint8Array(tasks.length);
    this.#left = tasks.length;
    this.#waiting = new WaitingTasks(tasks.length, options.kinOf);
  }

  /** Runs everything, once; see runTasks for what it returns and throws. */
  async results(): Promise<Result[]> {
    const { signal, threads, here = false } = this.#options;
    const abort = () => this.#fail(interruption(signal!));
    if (signal?.aborted) throw interruption(signal);
    if (this.#tasks.length === 0) return [];
    signal?.addEventListener('abort', abort);
    try {
      await new Promise<void>((resolve, reject) => {
        this.#finish = resolve;
        this.#fail = reject;
        const workers = Math.min(here ? threads - 1 : threads, this.#tasks.length);
        for (let worker = 0; worker < workers; worker++) this.#hire(here);
        if (here) void this.#workHere().catch(this.#fail);
      });
    } finally {
      this.#over = true;
      signal?.removeEventListener('abort', abort);
      // a thread that has not started yet has nothing to stop
      for (const thread of this.#threads) {
        if (this.#left === 0 && thread.current === null) this.#dismiss(thread);
        else this.#retire(thread);
      }
      await Promise.allSettled(this.#pending);
    }
    return this.#results;
  }

  /** Does tasks in this thread until none waits. Between two the event loop turns, so that others are heard. */
  async #workHere(): Promise<void> {
    for (let last: number | null = null; !this.#over; ) {
      const index: number | null = this.#waiting.take(last, this.#running());
      if (index === null) return;
      last = index;
      this.#starts[index]++;
      try {
        const { run }: TaskModule<Task, Result> = await import(this.#module.href);
        const result = await run(this.#tasks[index], (value) => {
          if (!this.#over) this.#options.onProgress?.(index, value);
        });
        if (!this.#over) this.#keep(index, result);
      } catch (error) {
        const packed = packError(error);
        if (packed.ours) throw unpackError(packed);
        this.#retry(index, packed.message, error);
      }
      await nextTurn();
    }
  }

  /** What the threads are at. */
  #running(): number[] {
    return [...this.#threads].flatMap(({ current }) => current ?? []);
  }

  /**
   * One more thread. One that was kept begins at once, and so does a new one, but where this thread works too: then it takes
   * a task when it has started, if one waits still.
   */
  #hire(here: boolean): void {
    const kept = this.#options.keep === true ? takeIdle(this.#module) : undefined;
    const thread = this.#employ(kept);
    if (kept !== undefined || !here) this.#occupy(thread, null);
  }

  /** Gives a thread its next task, or lets it go. */
  #occupy(thread: PoolThread, last: number | null): void {
    const next = this.#waiting.take(last, this.#running());
    if (next !== null) this.#start(thread, next);
    else this.#dismiss(thread);
  }

  #employ(kept?: PoolThread): PoolThread {
    const events: ThreadEvents = {
      onMessage: (message) => this.#attempt(() => this.#hear(thread, message)),
      onDeath: (reason) => this.#attempt(() => this.#bury(thread, reason)),
      onOnline: () =>
        this.#attempt(() => {
          if (thread.current === null) this.#occupy(thread, null);
        }),
    };
    const thread = kept ?? new PoolThread(this.#module, this.#options.memoryLimitMb, events);
    kept?.wake(events);
    this.#threads.add(thread);
    return thread;
  }

  #start(thread: PoolThread, index: number): void {
    this.#starts[index]++;
    try {
      thread.start(index, this.#tasks[index]);
    } catch (cause) {
      throw new EsciSelectError('internal', `${this.#label(index)} cannot be sent to a worker: ${cause}`, {
        cause,
      });
    }
  }

  #hear(thread: PoolThread, message: WorkerMessage): void {
    if (message.index !== thread.current) return; // a report from a task that has already answered
    if (message.kind === 'progress') {
      this.#options.onProgress?.(message.index, message.value);
    } else if (message.kind === 'done') {
      this.#keep(message.index, message.result as Result);
      thread.current = null;
      this.#occupy(thread, message.index);
    } else if (message.error.ours) {
      this.#fail(unpackError(message.error));
    } else {
      this.#retire(thread); // what a failed task left behind in it is unknown
      this.#retry(message.index, message.error.message, unpackError(message.error));
    }
  }

  /** Stores a result and tells the caller; the task counts as done when the caller's callback is. */
  #keep(index: number, result: Result): void {
    this.#results[index] = result;
    const told = async () => this.#options.onDone?.(index, result);
    const counted = () => {
      this.#left--;
      if (this.#left === 0) this.#finish();
    };
    this.#pending.push(told().then(counted, this.#fail));
  }

  #bury(thread: PoolThread, reason: string): void {
    this.#threads.delete(thread);
    if (thread.current !== null) this.#retry(thread.current, reason);
  }

  #retry(index: number, reason: string, cause?: unknown): void {
    if (this.#starts[index] >= MOST_STARTS) {
      const message = `${this.#label(index)} failed twice, last because: ${reason}`;
      if (reason === OUT_OF_MEMORY) throw new EsciSelectError('io', message, { hint: HEAP_HINT });
      throw new EsciSelectError('internal', message, { cause });
    }
    this.#start(this.#employ(), index);
  }

  /** A thread that has answered all it was given. */
  #dismiss(thread: PoolThread): void {
    if (this.#options.keep !== true) {
      this.#retire(thread);
      return;
    }
    this.#threads.delete(thread);
    keepIdle(this.#module, thread);
  }

  #retire(thread: PoolThread): void {
    this.#threads.delete(thread);
    this.#pending.push(thread.stop());
  }

  /** What goes wrong in an event handler ends the run, not the process. */
  #attempt(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#fail(error);
    }
  }

  #label(index: number): string {
    return taskLabel(index, this.#tasks.length, this.#options);
  }
}
