import { Worker } from 'node:worker_threads';
import { workerModule } from '../assets.js';
import { packError, type WorkerMessage } from './pool-messages.js';

/** What a thread tells its pool. After `onDeath` it says nothing more. */
export interface ThreadEvents {
  onMessage(message: WorkerMessage): void;
  onDeath(reason: string): void;
  /** it has started; what it was given before it does now */
  onOnline?(): void;
  /** what the thread writes to stderr; without, it goes to the process's own, which makes stdout non-blocking too */
  onStderr?(bytes: Uint8Array): void;
}

/** Why a thread died that used up the JavaScript heap it may have. */
export const OUT_OF_MEMORY = 'its thread reached the memory limit of the JavaScript heap';

/** One worker thread, and the task it is at. */
export class PoolThread {
  /** index of the task given and not yet answered, or null */
  current: number | null = null;
  readonly #worker: Worker;
  /** settles when the thread is gone */
  readonly exited: Promise<void>;
  #events: ThreadEvents;
  #stopped = false;

  /** `memoryLimitMb` bounds the JavaScript heap of the thread, in MiB; array buffers lie outside it. */
  constructor(module: URL, memoryLimitMb: number | undefined, events: ThreadEvents) {
    let reason: string | undefined;
    this.#events = events;
    this.#worker = new Worker(workerModule(import.meta.url, 'pool.worker'), {
      workerData: module.href,
      execArgv: [], // flags of a test runner or a debugger are not the worker's
      stdout: true, // what a library prints must not end up among our data: pool.worker.ts throws it away
      stderr: events.onStderr !== undefined,
      resourceLimits: memoryLimitMb === undefined ? undefined : { maxOldGenerationSizeMb: memoryLimitMb },
    });
    if (events.onStderr !== undefined) this.#worker.stderr.on('data', events.onStderr);
    this.#worker.on('message', (message: WorkerMessage) => {
      if (!this.#stopped) this.#events.onMessage(message);
    });
    this.#worker.on('online', () => {
      if (!this.#stopped) this.#events.onOnline?.();
    });
    this.#worker.on('messageerror', (error) => {
      reason = packError(error).message;
      this.#worker.terminate();
    });
    this.#worker.on('error', (error: NodeJS.ErrnoException) => {
      reason = error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? OUT_OF_MEMORY : packError(error).message;
    });
    this.exited = new Promise((resolve) => {
      this.#worker.on('exit', (code) => {
        resolve();
        if (!this.#stopped) this.#events.onDeath(reason ?? `it exited with code ${code}`);
      });
    });
  }

  /** Posts a task. Throws a DataCloneError if the task holds what cannot be sent to a thread. */
  start(index: number, task: unknown): void {
    this.current = index;
    this.#worker.postMessage({ index, task });
  }

  /** From now on others hear what it says, and the process may end without it. */
  rest(events: ThreadEvents): void {
    this.current = null;
    this.#events = events;
    this.#worker.unref();
  }

  /** Back to work, for others. */
  wake(events: ThreadEvents): void {
    this.#events = events;
    this.#worker.ref();
  }

  /** Ends the thread, even in the middle of a loop, and waits until it is gone; no event follows. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#worker.terminate();
    await this.exited;
  }
}
