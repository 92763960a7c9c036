import type { FitTask } from './task.js';

/** How much of the fits is done, by their expected length. */
export interface Shares {
  /** a task's own share, 0..1 */
  set(task: number, share: number): void;
  /** of all fits, weighted by how long each model's take */
  all(): number;
  /** of one model's fits */
  ofModel(model: string): number;
}

/** Shares of planned fits, all 0; `effortOf` is a model's training time per row relative to the others. */
export function taskShares(tasks: readonly FitTask[], effortOf: (model: string) => number): Shares {
  const shares = new Float64Array(tasks.length);
  const efforts = tasks.map(({ model }) => effortOf(model));
  const total = efforts.reduce((sum, effort) => sum + effort, 0);
  return {
    set(task, share) {
      shares[task] = share;
    },
    all: () => efforts.reduce((sum, effort, at) => sum + effort * shares[at], 0) / total,
    ofModel(model) {
      const own = tasks.map((_, at) => at).filter((at) => tasks[at].model === model);
      return own.reduce((sum, at) => sum + shares[at], 0) / own.length;
    },
  };
}
