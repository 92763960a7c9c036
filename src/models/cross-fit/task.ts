import type { Examples } from '../../data/examples/examples.js';
import { createRandom } from '../../math/random.js';
import type { PretrainedFolder } from '../encoder/kind.js';
import type { Signals } from '../encoder/signals.js';
import type { Latency } from '../latency.js';
import type { CurvePoint } from '../model.js';
import type { ModelModule } from '../own/module.js';
import type { BackendName } from '../tfjs/backend.js';

/** A fold that is predicted by a fit on the others, or the fit on all training rows. */
export type Fold = number | 'refit';

/** One fit, as a worker gets it. */
export interface FitTask {
  readonly examplesPath: string;
  readonly model: string;
  /** where the model's code or its folder is, unless it is of the registry */
  readonly module?: ModelModule | PretrainedFolder;
  /** what a language model has read, shared by all fits */
  readonly signals?: Signals;
  readonly fold: Fold;
  /** [row]: fold, or -1 for rows that no fit learns from */
  readonly foldOf: Int16Array;
  readonly seed: number;
  /** training rows at most; all unless given */
  readonly maxTrainRows?: number;
  /** files of a saved model to start from */
  readonly start?: ReadonlyMap<string, Uint8Array>;
  readonly backend?: BackendName;
}

/** What a fit leaves. */
export interface FitResult {
  /** [row predicted][class], rows ascending */
  readonly probabilities: Float32Array;
  readonly parameters: number;
  readonly bytes: number;
  readonly curve: readonly CurvePoint[];
  /** training rows it learnt from, and those there were */
  readonly trained: { readonly rows: number; readonly of: number };
  /** measured on the refit, else null */
  readonly latency: Latency | null;
  /** the saved model, of the refit only */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** how long the training and the answers took, in seconds; never part of a result */
  readonly seconds?: number;
}

/** An epoch done, as a worker reports it. */
export interface EpochReport {
  readonly epoch: number;
  readonly epochs: number;
  readonly loss: number;
}

/** Rows that the task's fit learns from: labelled, in a fold, and not in the fold it predicts. */
export function trainingRows(task: Pick<FitTask, 'foldOf' | 'fold'>, label: Examples['label']): Int32Array {
  const rows = Int32Array.from(task.foldOf, (_, row) => row);
  return rows.filter((row) => task.foldOf[row] >= 0 && task.foldOf[row] !== task.fold && label[row] >= 0);
}

/** Rows that the task's fit predicts: those of its fold; those of no fold for the refit. */
export function predictedRows(task: Pick<FitTask, 'foldOf' | 'fold'>): Int32Array {
  const wanted = task.fold === 'refit' ? -1 : task.fold;
  return Int32Array.from(task.foldOf, (_, row) => row).filter((row) => task.foldOf[row] === wanted);
}

/** A fit's seed: depends on run, model and fold alone, so the order of fits does not matter. */
export function taskSeed(seed: number, model: string, fold: Fold): number {
  return createRandom(`${seed}/${model}/${fold}`).next();
}
