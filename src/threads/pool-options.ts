import { EsciSelectError } from '../errors.js';

/** What a module with work for the pool exports. */
export interface TaskModule<Task, Result> {
  /**
   * Does one task. `report` sends any cloneable value to the pool's `onProgress`. Buffers of typed arrays in the result
   * are moved to the caller: the module must not keep using them. Throws an EsciSelectError for what a user can fix.
   */
  run(task: Task, report: (value: unknown) => void): Promise<Result> | Result;
}

/** How to run tasks. Callbacks come in finishing order, which differs from run to run. */
export interface PoolOptions<Result = unknown> {
  /** most workers at once; 0 does the tasks one by one in this thread, for tests and debugging */
  threads: number;
  /**
   * this thread is one of them, and begins at once, while the others start: for tasks of some tens of milliseconds, since it
   * hears nothing during one. Its tasks see the caller's own objects, not copies
   */
  here?: boolean;
  /**
   * threads that have done all their tasks stay some seconds for the next run of the module, which need not start them: for
   * modules that hold little between tasks
   */
  keep?: boolean;
  /** stops everything at once; an EsciSelectError as its reason (for example 'terminated') is what is thrown then */
  signal?: AbortSignal;
  /** what a task reported; a task that was started again after its worker died reports again */
  onProgress?: (taskIndex: number, value: unknown) => void;
  /** a result, exactly once per task; awaited before runTasks settles; an error here stops the run */
  onDone?: (taskIndex: number, result: Result) => void | Promise<void>;
  /** limit of each worker's JavaScript heap, in MiB; array buffers lie outside it */
  memoryLimitMb?: number;
  /**
   * what a task shares with others, such as what a worker keeps between them: a worker that is free takes the next task of
   * the kin of its last one, else the next of a kin that no worker is at, else the next. No kin: null
   */
  kinOf?: (taskIndex: number) => string | null;
  /** a task's name for messages; default `task 3 of 8` */
  label?: (taskIndex: number) => string;
}

/** A task's name for messages. */
export function taskLabel(index: number, count: number, options: Pick<PoolOptions, 'label'>): string {
  return options.label?.(index) ?? `task ${index + 1} of ${count}`;
}

/** The error of an aborted run: the signal's reason if that is one of ours, else 'interrupted'. */
export function interruption(signal: AbortSignal): EsciSelectError {
  if (signal.reason instanceof EsciSelectError) return signal.reason;
  return new EsciSelectError('interrupted', 'the work was interrupted', {
    hint: 'run the same command again to resume',
    cause: signal.reason,
  });
}
