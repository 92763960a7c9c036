import { writeSync } from 'node:fs';
import { EsciSelectError } from '../errors.js';
import { unpackError, type WorkerMessage } from './pool-messages.js';
import { PoolThread } from './pool-thread.js';

/** A task that waits for a thread or is done by one. */
interface Waiting {
  readonly taskFor: (thread: number) => unknown;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Worker threads that stay between calls, and so keep what a module holds: plans that were sent once. Unlike those of
 * runTasks they are not started again: where one dies, what it was at fails, and so does everything that is asked later.
 */
export class Crew {
  readonly #threads: PoolThread[];
  readonly #busy: (Waiting | null)[];
  readonly #waiting: Waiting[] = [];
  #dead: EsciSelectError | null = null;

  /** `module` is one that runTasks would take; `threads` of it are started at once. */
  constructor(module: URL, threads: number) {
    this.#busy = Array.from({ length: threads }, () => null);
    this.#threads = this.#busy.map(
      (_, at) =>
        new PoolThread(module, undefined, {
          onMessage: (message) => this.#hear(at, message),
          onDeath: (reason) => this.#bury(reason),
          onStderr: (bytes) => void writeSync(2, bytes),
        }),
    );
  }

  get size(): number {
    return this.#threads.length;
  }

  /** Does a task on the first thread that is free; `taskFor` makes it when that is known. Tasks begin in order. */
  run<Result>(taskFor: (thread: number) => unknown): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      this.#waiting.push({ taskFor, resolve: resolve as (result: unknown) => void, reject });
      this.#begin();
    });
  }

  #begin(): void {
    if (this.#dead !== null) {
      for (const { reject } of this.#waiting.splice(0)) reject(this.#dead);
      return;
    }
    for (let at = 0; at < this.#threads.length && this.#waiting.length > 0; at++) {
      if (this.#busy[at] !== null) continue;
      const next = this.#waiting.shift()!;
      this.#busy[at] = next;
      this.#threads[at].start(0, next.taskFor(at));
    }
  }

  #hear(at: number, message: WorkerMessage): void {
    const done = this.#busy[at];
    if (done === null || message.kind === 'progress') return;
    this.#busy[at] = null;
    if (message.kind === 'done') done.resolve(message.result);
    else done.reject(unpackError(message.error));
    this.#begin();
  }

  #bury(reason: string): void {
    this.#dead ??= new EsciSelectError('internal', `a worker thread died: ${reason}`);
    for (const at of this.#busy.keys()) {
      this.#busy[at]?.reject(this.#dead);
      this.#busy[at] = null;
    }
    this.#begin();
  }

  /** Ends the threads, even in the middle of a task, whose promise then never settles. */
  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.stop()));
  }
}
