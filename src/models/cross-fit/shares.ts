import type { FitTask } from './task.js';

/** How much of the fits is done, by their expected length. */
export interface Shares {
  /** a fit that has done so many of at most so many epochs */
  setEpochs(task: number, done: number, most: number): void;
  setDone(task: number): void;
  /** of all fits, 0..1, weighted by how long each is expected to take */
  all(): number;
  /** of one model's fits */
  ofModel(model: string): number;
}

/** What a fit takes before its first epoch ends, beside one epoch: reading texts, building graphs. */
const PREPARATION = 0.25;
/** A refit learns from a fold more, and is timed and saved. */
const REFIT = 1.5;

/** Shares of planned fits, all 0; `effortOf` is a model's training time per row relative to the others. */
export function taskShares(tasks: readonly FitTask[], effortOf: (model: string) => number): Shares {
  const shares = new Float64Array(tasks.length);
  const efforts = tasks.map(({ model, fold }) => effortOf(model) * (fold === 'refit' ? REFIT : 1));
  const of = (wanted: readonly number[]) => {
    const total = wanted.reduce((sum, at) => sum + efforts[at], 0);
    return wanted.reduce((sum, at) => sum + efforts[at] * shares[at], 0) / total;
  };
  const every = tasks.map((_, at) => at);
  return {
    setEpochs(task, done, most) {
      shares[task] = PREPARATION + ((1 - PREPARATION) * done) / most;
    },
    setDone(task) {
      shares[task] = 1;
    },
    all: () => of(every),
    ofModel: (model) => of(every.filter((at) => tasks[at].model === model)),
  };
}
