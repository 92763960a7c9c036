import { checkRecords, writeRecord } from '../../kernels/records.js';
import { instantiateShared, type SharedMemory, sharedMemory } from '../../kernels/wasm.js';
import { Team } from '../../threads/team.js';
import { type LayoutInput, layOutTraining, MOST_SEARCHES, type TrainingLayout } from './layout.js';
import { SCRATCH, TRAINING_RECORDS, TRAINING_SIZES } from './records.js';

/** Exports of src/kernels/assembly/training.ts. */
const KERNELS = [
  'gatherCodes',
  'transposeCodes',
  'buildRoots',
  'growTree',
  'plantTree',
  'splitTreeNode',
  'sumTreeRows',
  'searchTreeNode',
  'growTreeNode',
  'addTreeValues',
  'drawBag',
  'computeDerivatives',
  'computeLoss',
  'plantVectorTree',
  'searchVectorColumns',
  'chooseVectorSplit',
  'splitVectorNode',
  'addVectorValues',
] as const;
export type TrainingKernel = (typeof KERNELS)[number];

/** A kernel to call, and the address of its job. */
export interface TrainingCall {
  readonly kernel: TrainingKernel;
  readonly address: number;
}

/** Memory above this size is given back when training ends; smaller is kept for the next on the same thread. */
const KEPT_BYTES = 256 * 2 ** 20;
/** What the last training left: its memory, and the threads that work over it and wait. */
let idle: { readonly memory: SharedMemory; readonly team: Team } | undefined;
/** Whether this thread has compared the records with the kernels' own. */
let checked = false;

/**
 * The memory that the kernels of boosting work in, with the threads that do. Views of all of it stay valid until it is
 * closed. Contents are those of an earlier training: whoever uses a region fills it first.
 */
export class TrainingMemory {
  readonly layout: TrainingLayout;
  readonly bytes: Uint8Array;
  readonly words: Uint32Array;
  readonly integers: Int32Array;
  readonly floats: Float32Array;
  readonly doubles: Float64Array;
  readonly #memory: SharedMemory;
  readonly #team: Team;

  constructor(input: LayoutInput) {
    this.layout = layOutTraining(input);
    // where there is no memory, what is kept stays for the next
    const memory = sharedMemory(this.layout.bytes, idle?.memory);
    const kept = idle;
    idle = undefined;
    if (!checked) checkRecords(instantiateShared('training', memory), TRAINING_RECORDS, TRAINING_SIZES);
    checked = true;
    this.#memory = memory;
    this.bytes = new Uint8Array(memory.buffer);
    this.words = new Uint32Array(memory.buffer);
    this.integers = new Int32Array(memory.buffer);
    this.floats = new Float32Array(memory.buffer);
    this.doubles = new Float64Array(memory.buffer);
    this.#describeThreads();
    this.#team = this.#teamOver(memory, input.classes, kept?.team);
  }

  /** The threads of the last training where they are as many as are wanted; else others. */
  #teamOver(memory: SharedMemory, classes: number, kept: Team | undefined): Team {
    const { threads, rangeJobs, roots, shared } = this.layout;
    const scratch = threads.map(({ record }) => record);
    const ofTrees = Math.max(classes, roots?.jobs.length ?? 0, shared?.mostCalls ?? 0);
    const needed = Math.max(ofTrees, rangeJobs.length + 1, MOST_SEARCHES);
    // so that threads can be taken over for another table
    const mostCalls = 2 ** Math.ceil(Math.log2(needed));
    if (kept?.takeOver({ scratch, mostCalls }) === true) return kept;
    kept?.close();
    return new Team({ wasm: 'training', memory, kernels: KERNELS, scratch, mostCalls });
  }

  /**
   * Calls a kernel for each job, on all threads, and returns when all are done; `first` are calls that may be made at the
   * same time and take longer.
   */
  run(kernel: TrainingKernel, jobs: readonly number[], first: readonly TrainingCall[] = []): void {
    this.#team.run([...first, ...jobs.map((address) => ({ kernel, address }))]);
  }

  /** Ends the threads, or has them wait for the next training. Nothing of the memory may be used afterwards. */
  close(): void {
    idle?.team.close();
    idle = undefined;
    if (this.#memory.buffer.byteLength <= KEPT_BYTES) idle = { memory: this.#memory, team: this.#team };
    else this.#team.close();
  }

  #describeThreads(): void {
    const { threads, batchRows, rootRows, histogramCount } = this.layout;
    for (const { record, ...rooms } of threads) {
      writeRecord(this, SCRATCH, record, { ...rooms, batchRows, rootRows, histogramCount });
    }
  }
}
