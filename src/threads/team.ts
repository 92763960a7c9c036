import { Worker } from 'node:worker_threads';
import { workerModule } from '../assets.js';
import { EsciSelectError } from '../errors.js';
import { instantiateShared, kernelFile, type SharedMemory } from '../kernels/wasm.js';

/** A kernel to call: its name, and the address it works on. */
export interface KernelCall {
  readonly kernel: string;
  readonly address: number;
}

/**
 * Places in the control words that a team shares. The addresses of the threads' working memory follow them, then calls, two
 * words each, from `first` on.
 */
export const CONTROL = {
  round: 0,
  calls: 1,
  next: 2,
  resting: 3,
  failed: 4,
  over: 5,
  first: 6,
  scratch: 8,
} as const;

/** What a helper thread is started with. */
export interface HelperData {
  readonly wasm: string;
  readonly memory: SharedMemory;
  readonly control: Int32Array;
  /** exported kernels in the order by which calls name them */
  readonly kernels: readonly string[];
  /** which of the team's threads it is */
  readonly thread: number;
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
  readonly #first: number;
  readonly #helpers: Worker[] = [];
  #isAlone: boolean;
  /** no batch is under way, and none has failed */
  #isAtRest = true;

  constructor(options: TeamOptions) {
    this.#options = options;
    this.#functions = instantiateShared(options.wasm, options.memory);
    const threads = options.scratch.length;
    this.#first = CONTROL.scratch + threads;
    this.#control = new Int32Array(new SharedArrayBuffer(4 * (this.#first + 2 * options.mostCalls)));
    this.#control[CONTROL.first] = this.#first;
    this.#control.set(options.scratch, CONTROL.scratch);
    this.#isAlone = threads === 1;
    for (let thread = 1; thread < threads; thread++) this.#helpers.push(this.#start(thread));
  }

  /**
   * Whether the team, between batches, is taken over for other work over its memory: for as many threads as it has, or for
   * the calling one alone, and so many calls of a batch. Starting a thread takes as long as boosting some rounds.
   */
  takeOver({ scratch, mostCalls }: Pick<TeamOptions, 'scratch' | 'mostCalls'>): boolean {
    const threads = scratch.length;
    const fits = threads === 1 || threads === this.#helpers.length + 1;
    const isSound = Atomics.load(this.#control, CONTROL.failed) === 0;
    if (!fits || !isSound || !this.#isAtRest || mostCalls > this.#options.mostCalls) return false;
    this.#control.set(scratch, CONTROL.scratch);
    this.#isAlone = threads === 1;
    return true;
  }

  #start(thread: number): Worker {
    const { wasm, memory, kernels } = this.#options;
    const data: HelperData = {
      wasm: kernelFile(wasm).href,
      memory,
      control: this.#control,
      kernels,
      thread,
    };
    const helper = new Worker(workerModule(import.meta.url, 'team.worker'), { workerData: data });
    helper.unref();
    // an error before the first batch leaves a helper resting for ever, which `run` reports; nothing else can be told
    helper.on('error', () => Atomics.store(this.#control, CONTROL.failed, 1));
    return helper;
  }

  /** Makes the calls, in any order on any thread, and returns when all are done. Throws 'internal' if one fails. */
  run(calls: readonly KernelCall[]): void {
    this.#isAtRest = false;
    if (this.#isAlone || calls.length === 1) {
      const scratch = this.#control[CONTROL.scratch];
      for (const { kernel, address } of calls) this.#functions[kernel](address, scratch);
    } else this.#runTogether(calls);
    this.#isAtRest = true;
  }

  #runTogether(calls: readonly KernelCall[]): void {
    const control = this.#control;
    calls.forEach(({ kernel, address }, at) => {
      control[this.#first + 2 * at] = this.#options.kernels.indexOf(kernel);
      control[this.#first + 2 * at + 1] = address;
    });
    Atomics.store(control, CONTROL.calls, calls.length);
    Atomics.store(control, CONTROL.next, 0);
    Atomics.store(control, CONTROL.resting, 0);
    Atomics.add(control, CONTROL.round, 1);
    Atomics.notify(control, CONTROL.round);
    const own = this.#options.kernels.map((name) => this.#functions[name]);
    makeCalls(control, own, 0);
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

/** Takes calls off the batch and makes them, as one of the team's threads, until none is left. */
export function makeCalls(
  control: Int32Array,
  kernels: readonly ((job: number, scratch: number) => void)[],
  thread: number,
): void {
  const calls = Atomics.load(control, CONTROL.calls);
  const first = control[CONTROL.first];
  const scratch = control[CONTROL.scratch + thread];
  for (;;) {
    const at = Atomics.add(control, CONTROL.next, 1);
    if (at >= calls) return;
    const place = first + 2 * at;
    kernels[control[place]](control[place + 1], scratch);
  }
}
