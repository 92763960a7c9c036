import { Worker } from 'node:worker_threads';
import { workerModule } from '../../assets.js';
import { EsciSelectError } from '../../errors.js';
import { unpackError } from '../../threads/pool-messages.js';
import type { ModelAnswers } from '../answering/model.js';
import type { Bundle } from '../bundle/open.js';
import type { Pair } from '../pair.js';
import type { WorkerAnswer } from './worker-messages.js';

/** Pairs that are answered together at most, where requests wait. */
const BATCH_PAIRS = 64;

interface Waiting {
  readonly model: string;
  readonly pairs: readonly Pair[];
  readonly resolve: (answers: ModelAnswers) => void;
  readonly reject: (error: Error) => void;
}

interface Thread {
  readonly worker: Worker;
  /** what it is at work on; empty while it rests */
  busy: readonly Waiting[];
}

/** Threads that hold a bundle's models. */
export interface ModelThreads {
  answer(model: string, pairs: readonly Pair[]): Promise<ModelAnswers>;
  /** requests that wait for a thread */
  waiting(): number;
  close(): Promise<void>;
}

/**
 * Starts threads that load a bundle's models each. What waits while all are busy is asked together with others of the same
 * model, up to 64 pairs: nothing waits while a thread rests. A thread that dies fails what it was at work on, and another
 * takes its place.
 *
 * @throws what loading the models throws
 */
export async function startThreads(bundle: Bundle, count: number): Promise<ModelThreads> {
  const pool = new Pool(bundle);
  await pool.start(count);
  return pool;
}

class Pool implements ModelThreads {
  readonly #bundle: Bundle;
  readonly #threads = new Set<Thread>();
  readonly #queue: Waiting[] = [];
  #closed = false;
  #jobs = 0;

  constructor(bundle: Bundle) {
    this.#bundle = bundle;
  }

  async start(count: number): Promise<void> {
    try {
      await Promise.all(Array.from({ length: count }, () => this.#startOne()));
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  answer(model: string, pairs: readonly Pair[]): Promise<ModelAnswers> {
    return new Promise((resolve, reject) => {
      if (this.#closed || this.#threads.size === 0) {
        reject(new EsciSelectError('internal', 'no thread is there to answer for models'));
        return;
      }
      this.#queue.push({ model, pairs, resolve, reject });
      this.#assign();
    });
  }

  waiting(): number {
    return this.#queue.length;
  }

  async close(): Promise<void> {
    this.#closed = true;
    const threads = [...this.#threads];
    this.#threads.clear();
    await Promise.all(threads.map(({ worker }) => worker.terminate()));
  }

  #startOne(): Promise<void> {
    const { path, manifest } = this.#bundle;
    const worker = new Worker(workerModule(import.meta.url, 'model.worker'), {
      workerData: { path, id: manifest.id },
    });
    const thread: Thread = { worker, busy: [] };
    return new Promise((resolve, reject) => {
      worker.on('message', (answer: WorkerAnswer) => {
        if (answer.job >= 0) this.#finish(thread, answer);
        else if ('error' in answer) reject(unpackError(answer.error));
        else {
          this.#threads.add(thread);
          resolve();
          this.#assign();
        }
      });
      worker.on('error', (error) => {
        reject(error);
        this.#fail(thread, error);
      });
      worker.on('exit', () => this.#fail(thread, new Error('its thread ended')));
    });
  }

  #assign(): void {
    for (const thread of this.#threads) {
      if (thread.busy.length > 0) continue;
      const batch = this.#take();
      if (batch.length === 0) return;
      thread.busy = batch;
      const pairs = batch.flatMap((waiting) => waiting.pairs);
      thread.worker.postMessage({ job: this.#jobs++, model: batch[0].model, pairs });
    }
  }

  /** The one that waits longest, and others of its model. */
  #take(): Waiting[] {
    const first = this.#queue.shift();
    if (first === undefined) return [];
    const batch = [first];
    let pairs = first.pairs.length;
    for (let at = 0; at < this.#queue.length; ) {
      const next = this.#queue[at];
      if (next.model === first.model && pairs + next.pairs.length <= BATCH_PAIRS) {
        batch.push(next);
        pairs += next.pairs.length;
        this.#queue.splice(at, 1);
      } else at++;
    }
    return batch;
  }

  #finish(thread: Thread, answer: WorkerAnswer): void {
    const batch = thread.busy;
    thread.busy = [];
    if ('error' in answer) {
      for (const { reject } of batch) reject(unpackError(answer.error));
    } else {
      const pairs = batch.reduce((sum, each) => sum + each.pairs.length, 0);
      const width = answer.values.length / Math.max(1, pairs);
      let from = 0;
      for (const { pairs: own, resolve } of batch) {
        const to = from + own.length;
        resolve({
          values: answer.values.slice(from * width, to * width),
          silent: answer.silent.slice(from, to),
        });
        from = to;
      }
    }
    this.#assign();
  }

  #fail(thread: Thread, cause: Error): void {
    const wasThere = this.#threads.delete(thread);
    const error = new EsciSelectError('internal', `models could not answer: ${cause.message}`, { cause });
    for (const { reject } of thread.busy) reject(error);
    thread.busy = [];
    if (this.#closed || !wasThere) return;
    this.#startOne().catch((again: Error) => {
      if (this.#threads.size > 0) return;
      for (const { reject } of this.#queue.splice(0)) reject(again);
    });
  }
}
