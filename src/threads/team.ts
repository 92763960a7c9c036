import { Worker } from 'node:worker_threads';
import { workerModule } from '../assets.js';
import { EsciSelectError } from '../errors.js';
import { instantiateShared, kernelFile, type SharedMemory } from '../kernels/wasm.js';

/** A kernel to call: its name, and the address it works on. */
export interface KernelCall {
  readonly kernel: string;
  readonly address: number;
}

/** Places in the control words that a team shares; calls follow them, two words each. */
export const CONTROL = { round: 0, calls: 1, next: 2, resting: 3, failed: 4, over: 5, first: 8 } as const;

/** What a helper thread is started with. */
export interface HelperData {
  readonly wasm: string;
  readonly memory: SharedMemory;
  readonly control: Int32Array;
  /** exported kernels in the order by which calls name them */
  readonly kernels: readonly string[];
  /** address of the thread's working memory, the second argument of every kernel */
  readonly scratch: number;
}

/** Kernels by name, each taking the address of a job and that of the thread's working memory. */
export type TeamFunctions = Readonly<Record<string, (job: number, scratch: number) => void>>;

/** Milliseconds to wait for helpers before giving up: longer than any batch of calls should take. */
const MOST_WAIT = 600_000;

export interface TeamOptions {
  /** kernel file, as in dist/kernels */
  readonly wasm: string;
  readonly memory: SharedMemory;
  readonly kernels: readonly string[];
  /** [thread] address of each thread's working memory; the calling thread is the first */
  readonly scratch: readonly number[];
  /** calls of one batch at most */
  readonly mostCalls: number;
}

/**
 * Threads that work through batches of kernel calls over one shared memory, the calling thread among them. `run` is
 * synchronous: a batch takes tens of microseconds more than its work, so that rounds of boosting need no event loop.
 * Close it when done; an unclosed team does not keep the process alive.
 */
export class Team {
  readonly #functions: TeamFunctions;
  readonly #options: TeamOptions;
  readonly #control: Int32Array;
  readonly #helpers: Worker[] = [];

  constructor(options: TeamOptions) {
    this.#options = options;
    this.#functions = instantiateShared(options.wasm, options.memory);
    const words = CONTROL.first + 2 * options.mostCalls;
    this.#control = new Int32Array(new SharedArrayBuffer(4 * words));
    for (const scratch of options.scratch.slice(1)) this.#helpers.push(this.#start(scratch));
  }

  #start(scratch: number): Worker {
    const { wasm, memory, kernels } = this.#options;
    const data: HelperData = {
      wasm: kernelFile(wasm).href,
      memory,
      control: this.#control,
      kernels,
      scratch,
    };
    const helper = new Worker(workerModule(import.meta.url, 'team.worker'), { workerData: data });
    helper.unref();
    // an error before the first batch leaves a helper resting for ever, which `run` reports; nothing else can be told
    helper.on('error', () => Atomics.store(this.#control, CONTROL.failed, 1));
    return helper;
  }

  /** Makes the calls, in any order on any thread, and returns when all are done. Throws 'internal' if one fails. */
  run(calls: readonly KernelCall[]): void {
    if (this.#helpers.length === 0 || calls.length === 1) {
      for (const { kernel, address } of calls) this.#functions[kernel](address, this.#options.scratch[0]);
      return;
    }
    const control = this.#control;
    calls.forEach(({ kernel, address }, at) => {
      control[CONTROL.first + 2 * at] = this.#options.kernels.indexOf(kernel);
      control[CONTROL.first + 2 * at + 1] = address;
    });
    Atomics.store(control, CONTROL.calls, calls.length);
    Atomics.store(control, CONTROL.next, 0);
    Atomics.store(control, CONTROL.resting, 0);
    Atomics.add(control, CONTROL.round, 1);
    Atomics.notify(control, CONTROL.round);
    const own = this.#options.kernels.map((name) => this.#functions[name]);
    makeCalls(control, own, this.#options.scratch[0]);
    this.#awaitHelpers();
  }

  #awaitHelpers(): void {
    const control = this.#control;
    const helpers = this.#helpers.length;
    for (;;) {
      const resting = Atomics.load(control, CONTROL.resting);
      if (Atomics.load(control, CONTROL.failed) !== 0) {
        throw new EsciSelectError('internal', 'a kernel failed on a helper thread', {
          hint: 'try again with --threads 1, which shows the error itself',
        });
      }
      if (resting === helpers) return;
      if (Atomics.wait(control, CONTROL.resting, resting, MOST_WAIT) === 'timed-out') {
        throw new EsciSelectError('internal', `a helper thread did not answer for ${MOST_WAIT / 1000} s`, {
          hint: 'try again with --threads 1',
        });
      }
    }
  }

  /** Lets the helper threads end. */
  close(): void {
    Atomics.store(this.#control, CONTROL.over, 1);
    Atomics.add(this.#control, CONTROL.round, 1);
    Atomics.notify(this.#control, CONTROL.round);
  }
}

/** Takes calls off the batch and makes them until none is left. */
export function makeCalls(
  control: Int32Array,
  kernels: readonly ((job: number, scratch: number) => void)[],
  scratch: number,
): void {
  const calls = Atomics.load(control, CONTROL.calls);
  for (;;) {
    const at = Atomics.add(control, CONTROL.next, 1);
    if (at >= calls) return;
    const place = CONTROL.first + 2 * at;
    kernels[control[place]](control[place + 1], scratch);
  }
}
