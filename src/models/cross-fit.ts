import { EsciSelectError } from '../errors.js';
import { safeFileName } from '../io/atomic.js';
import { sha256File } from '../io/hash.js';
import { runTasks, workerModule } from '../threads/pool.js';
import { packResult, taskFingerprint, unpackResult } from './cross-fit/checkpoint.js';
import { taskShares } from './cross-fit/shares.js';
import {
  type EpochReport,
  type FitResult,
  type FitTask,
  type Fold,
  predictedRows,
  taskSeed,
} from './cross-fit/task.js';
import type { Latency } from './latency.js';
import type { CurvePoint } from './model.js';
import { modelNamed } from './registry.js';
import type { BackendName } from './tfjs/backend.js';

/** Where finished fits are kept, by file-safe names. */
interface Checkpoints {
  load(name: string): Promise<Uint8Array | null>;
  save(name: string, bytes: Uint8Array): Promise<void>;
}

/** An epoch of one fit. */
export interface CrossFitProgress {
  readonly model: string;
  readonly fold: Fold;
  /** from 1 */
  readonly epoch: number;
  /** at most; early stopping may end sooner */
  readonly epochs: number;
  /** mean training loss in nats */
  readonly loss: number;
  /** fits finished, and all fits */
  readonly done: number;
  readonly total: number;
  /** how much of everything is done, and of this model's fits, 0..1; by expected length, the running epochs included */
  readonly share: number;
  readonly modelShare: number;
}

export interface CrossFitOptions {
  /** Arrow file of the examples: the workers read it themselves */
  readonly examplesPath: string;
  readonly models: readonly string[];
  /** [row]: fold 0..folds-1 of training rows, -1 for rows that only the refit predicts */
  readonly foldOf: Int16Array;
  readonly folds: number;
  readonly seed: number;
  /** worker threads; 0 works in this thread */
  readonly threads: number;
  readonly checkpoints: Checkpoints;
  /** training rows of a fit at most, drawn as `sampleRows` does; all unless given */
  readonly maxTrainRows?: number;
  /** files of saved models by name, whose weights the fits start from */
  readonly warmStart?: ReadonlyMap<string, ReadonlyMap<string, Uint8Array>>;
  /** `tensorflow`, where it is installed, is faster and gives up byte-equal results; `wasm` unless told */
  readonly backend?: BackendName;
  readonly onProgress?: (progress: CrossFitProgress) => void;
  readonly signal?: AbortSignal;
}

/** How one fit went. */
export interface FitCurve {
  readonly fold: Fold;
  /** training rows it learnt from, and those there were */
  readonly rows: number;
  readonly availableRows: number;
  readonly points: readonly CurvePoint[];
}

/** A model's cross-fitted predictions and what it costs. All but `latency` is deterministic. */
export interface CrossFitResult {
  readonly name: string;
  readonly family: string;
  /** [row][class]; every training row's prediction comes from a fit that never saw its query */
  readonly probabilities: Float32Array;
  /** of the refit */
  readonly parameters: number;
  readonly bytes: number;
  readonly latency: Latency;
  readonly curves: readonly FitCurve[];
  /** the refitted model, to be saved */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/**
 * Cross-fits models on worker threads: one fit per model and fold, which predicts that fold, and one refit per model on
 * all training rows, which predicts the rest and is saved. Finished fits are checkpointed, so an interrupted run goes
 * on where it was, with the same bytes; so does any number of threads. Throws what the fits throw.
 */
export async function crossFit(options: CrossFitOptions): Promise<CrossFitResult[]> {
  checkFolds(options);
  const tasks = planTasks(options);
  const { sha256 } = await sha256File(options.examplesPath);
  const fingerprints = tasks.map((task) => taskFingerprint(task, sha256));
  const results: (FitResult | null)[] = [];
  for (const [at, task] of tasks.entries()) {
    const bytes = await options.checkpoints.load(checkpointName(task));
    results.push(bytes === null ? null : unpackResult(bytes, fingerprints[at]));
  }
  const due = tasks.map((_, at) => at).filter((at) => results[at] === null);
  let done = tasks.length - due.length;
  const shares = taskShares(tasks);
  for (const [at, result] of results.entries()) if (result !== null) shares.set(at, 1);
  const progress = (at: number, report: EpochReport) => {
    const { model, fold } = tasks[at];
    shares.set(at, report.epoch / report.epochs);
    const soFar = { share: shares.all(), modelShare: shares.ofModel(model) };
    options.onProgress?.({ model, fold, ...report, ...soFar, done, total: tasks.length });
  };
  if (due.length > 0)
    await runTasks<FitTask, FitResult>(
      workerModule(import.meta.url, 'cross-fit.worker'),
      due.map((at) => tasks[at]),
      {
        threads: Math.min(options.threads, due.length),
        signal: options.signal,
        label: (index) => `model ${tasks[due[index]].model}, fold ${tasks[due[index]].fold}`,
        onProgress: (index, value) => progress(due[index], value as EpochReport),
        onDone: async (index, result) => {
          const at = due[index];
          results[at] = result;
          await options.checkpoints.save(checkpointName(tasks[at]), packResult(result, fingerprints[at]));
          shares.set(at, 1);
          done++;
        },
      },
    );
  return options.models.map((name) => assemble(name, options, tasks, results as FitResult[]));
}

/** Every fit, the longest first, so that the last ones to finish are short. */
function planTasks(options: CrossFitOptions): FitTask[] {
  const { models, foldOf, folds, seed, examplesPath, maxTrainRows, warmStart, backend } = options;
  const present = Array.from({ length: folds }, (_, fold) => fold).filter((fold) => foldOf.includes(fold));
  const wanted: Fold[] = ['refit', ...present];
  return models
    .map(modelNamed)
    .sort((a, b) => b.effort - a.effort)
    .flatMap(({ name }) =>
      wanted.map((fold) => ({
        examplesPath,
        model: name,
        fold,
        foldOf,
        seed: taskSeed(seed, name, fold),
        maxTrainRows,
        start: warmStart?.get(name),
        backend,
      })),
    );
}

function checkFolds({ folds, foldOf }: CrossFitOptions): void {
  if (!Number.isInteger(folds) || folds < 2) {
    throw new EsciSelectError('usage', `number of folds is ${folds}, expected a whole number from 2`, {
      hint: '--folds takes a whole number from 2, 5 unless told',
    });
  }
  const wrong = foldOf.findIndex((fold) => fold < -1 || fold >= folds);
  if (wrong < 0) return;
  throw new EsciSelectError(
    'internal',
    `fold of row ${wrong} is ${foldOf[wrong]}, expected -1 to ${folds - 1}`,
  );
}

function checkpointName({ model, fold }: FitTask): string {
  return `${safeFileName(model)}-${fold === 'refit' ? 'refit' : `fold-${fold}`}`;
}

function curveOf(fold: Fold, { curve, trained }: FitResult): FitCurve {
  return { fold, rows: trained.rows, availableRows: trained.of, points: curve };
}

/** One model's predictions of all rows from its fits. */
function assemble(
  name: string,
  { foldOf }: CrossFitOptions,
  tasks: readonly FitTask[],
  results: readonly FitResult[],
): CrossFitResult {
  const own = tasks.map((_, at) => at).filter((at) => tasks[at].model === name);
  const refit = results[own.find((at) => tasks[at].fold === 'refit')!];
  const values = own.reduce((sum, at) => sum + results[at].probabilities.length, 0);
  const classes = values / foldOf.length;
  const probabilities = new Float32Array(values);
  for (const at of own) {
    predictedRows(tasks[at]).forEach((row, place) => {
      const from = place * classes;
      probabilities.set(results[at].probabilities.subarray(from, from + classes), row * classes);
    });
  }
  return {
    name,
    family: modelNamed(name).family,
    probabilities,
    parameters: refit.parameters,
    bytes: refit.bytes,
    latency: refit.latency!,
    curves: own.map((at) => curveOf(tasks[at].fold, results[at])),
    files: refit.files,
  };
}
