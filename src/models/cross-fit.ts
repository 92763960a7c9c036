import { setImmediate as nextTurn } from 'node:timers/promises';
import { readExamples } from '../data/examples/file.js';
import { EsciSelectError } from '../errors.js';
import { safeFileName } from '../io/atomic.js';
import { sha256File } from '../io/hash.js';
import { withSmallHeaps } from '../threads/heap-growth.js';
import { runTasks, workerModule } from '../threads/pool.js';
import { interruption } from '../threads/pool-options.js';
import type { ChosenModel } from './choose.js';
import { packResult, taskFingerprint, unpackResult } from './cross-fit/checkpoint.js';
import { fitTask } from './cross-fit/fit.js';
import type { CrossFitResult, FitCurve } from './cross-fit/result.js';
import { taskShares } from './cross-fit/shares.js';
import {
  type EpochReport,
  type FitResult,
  type FitTask,
  type Fold,
  predictedRows,
  taskSeed,
} from './cross-fit/task.js';
import type { Signals } from './encoder/signals.js';
import { type BackendName, prepareTensorflow } from './tfjs/backend.js';

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
  readonly models: readonly ChosenModel[];
  /** [row]: fold 0..folds-1 of training rows, -1 for rows that only the refit predicts */
  readonly foldOf: Int16Array;
  readonly folds: number;
  readonly seed: number;
  /** worker threads; 0 works in this thread, as live models always do */
  readonly threads: number;
  readonly checkpoints: Checkpoints;
  /** training rows of a fit at most, drawn as `sampleRows` does; all unless given */
  readonly maxTrainRows?: number;
  /** files of saved models by name, whose weights the fits start from */
  readonly warmStart?: ReadonlyMap<string, ReadonlyMap<string, Uint8Array>>;
  /** what language models have read, by name: one reading serves all fits */
  readonly signals?: ReadonlyMap<string, Signals>;
  /** `tensorflow` needs the native package and gives other bytes than `wasm`, which it is unless told */
  readonly backend?: BackendName;
  /** how much an earlier run has done already: the share by expected length, fits, and all fits */
  readonly onBegin?: (progress: Pick<CrossFitProgress, 'share' | 'done' | 'total'>) => void;
  readonly onProgress?: (progress: CrossFitProgress) => void;
  readonly signal?: AbortSignal;
}

/**
 * Cross-fits models on worker threads: one fit per model and fold, which predicts that fold, and one refit per model on
 * all training rows, which predicts the rest and is saved. Finished fits are checkpointed, so an interrupted run goes
 * on where it was, with the same bytes; so does any number of threads. Live models are trained in this thread, after the
 * others and without checkpoints, because nothing tells their code from an earlier one's. Throws what the fits throw.
 */
export async function crossFit(options: CrossFitOptions): Promise<CrossFitResult[]> {
  checkFolds(options);
  const tasks = await planTasks(options);
  const results: (FitResult | null)[] = await finishedFits(options, tasks);
  const due = tasks.map((_, at) => at).filter((at) => results[at] === null);
  let done = tasks.length - due.length;
  const shares = taskShares(
    tasks.map(({ task }) => task),
    (name) => options.models.find(({ model }) => model.name === name)?.model.effort ?? 1,
  );
  for (const [at, result] of results.entries()) if (result !== null) shares.setDone(at);
  options.onBegin?.({ share: shares.all(), done, total: tasks.length });
  await fitAll(
    options,
    due.map((at) => tasks[at]),
    {
      onProgress: (index, report) => {
        const { model, fold } = tasks[due[index]].task;
        shares.setEpochs(due[index], report.epoch, report.epochs);
        const soFar = { share: shares.all(), modelShare: shares.ofModel(model) };
        options.onProgress?.({ model, fold, ...report, ...soFar, done, total: tasks.length });
      },
      onDone: async (index, result) => {
        const { task, fingerprint } = tasks[due[index]];
        results[due[index]] = result;
        if (fingerprint !== null) {
          await options.checkpoints.save(checkpointName(task), packResult(result, fingerprint));
        }
        shares.setDone(due[index]);
        done++;
      },
    },
  );
  const fits = tasks.map(({ task }, at) => ({ task, result: results[at]! }));
  return options.models.map((chosen) => assemble(chosen, options, fits));
}

/** A fit to be done. */
interface PlannedFit {
  readonly task: FitTask;
  readonly chosen: ChosenModel;
  /** what a checkpoint of it must be made from; null for a live model, which has none */
  readonly fingerprint: string | null;
}

/** The results that checkpoints hold, null where none does; [task]. */
async function finishedFits(
  { checkpoints }: CrossFitOptions,
  tasks: readonly PlannedFit[],
): Promise<(FitResult | null)[]> {
  const results: (FitResult | null)[] = [];
  for (const { task, fingerprint } of tasks) {
    const bytes = fingerprint === null ? null : await checkpoints.load(checkpointName(task));
    results.push(bytes === null ? null : unpackResult(bytes, fingerprint!));
  }
  return results;
}

interface Listeners {
  onProgress(index: number, report: EpochReport): void;
  onDone(index: number, result: FitResult): Promise<void>;
}

/** Does fits, those of live models last; listeners are told by the index in `fits`. */
async function fitAll(
  { threads, signal, examplesPath, backend }: CrossFitOptions,
  fits: readonly PlannedFit[],
  { onProgress, onDone }: Listeners,
): Promise<void> {
  const isLive = (index: number) => fits[index].chosen.origin === 'live';
  const indices = fits.map((_, index) => index);
  const sent = indices.filter((index) => !isLive(index));
  const label = ({ task }: PlannedFit) => `model ${task.model}, fold ${task.fold}`;
  if (sent.length > 0)
    await withSmallHeaps(() =>
      runTasks<FitTask, FitResult>(
        workerModule(import.meta.url, 'cross-fit.worker'),
        sent.map((index) => fits[index].task),
        {
          threads: Math.min(threads, sent.length),
          signal,
          label: (at) => label(fits[sent[at]]),
          kinOf: (at) => kinOf(fits[sent[at]]),
          onProgress: (at, value) => onProgress(sent[at], value as EpochReport),
          onDone: (at, result) => onDone(sent[at], result),
        },
      ),
    );
  const live = indices.filter(isLive);
  if (live.length === 0) return;
  const examples = await readExamples(examplesPath, { text: true });
  await prepareTensorflow({ backend: backend ?? 'wasm' });
  for (const index of live) {
    await nextTurn();
    if (signal?.aborted) throw interruption(signal);
    const { task, chosen } = fits[index];
    const subject = { model: chosen.model, examples, own: true };
    await onDone(index, await fitTask(task, subject, (report) => onProgress(index, report)));
  }
}

/** Graph models share what they learn before training from the same rows. */
function kinOf({ task, chosen }: PlannedFit): string | null {
  const ours = chosen.origin === 'registry';
  return ours && chosen.model.family === 'graph' ? `graph, fold ${task.fold}` : null;
}

/** Every fit, the longest first, so that the last ones to finish are short. */
async function planTasks(options: CrossFitOptions): Promise<PlannedFit[]> {
  const { models, foldOf, folds, seed, examplesPath, maxTrainRows, warmStart, backend, signals } = options;
  const { sha256 } = await sha256File(examplesPath);
  const present = Array.from({ length: folds }, (_, fold) => fold).filter((fold) => foldOf.includes(fold));
  const wanted: Fold[] = ['refit', ...present];
  return [...models]
    .sort((a, b) => (b.model.effort ?? 1) - (a.model.effort ?? 1))
    .flatMap((chosen) =>
      wanted.map((fold) => {
        const { name } = chosen.model;
        const task: FitTask = {
          examplesPath,
          model: name,
          module: typeof chosen.origin === 'object' ? chosen.origin : undefined,
          signals: signals?.get(name),
          fold,
          foldOf,
          seed: taskSeed(seed, name, fold),
          maxTrainRows,
          start: warmStart?.get(name),
          backend,
        };
        return { task, chosen, fingerprint: chosen.origin === 'live' ? null : taskFingerprint(task, sha256) };
      }),
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

/** What a fit took on average; null where a checkpoint of an earlier version does not say. */
function meanSeconds(fits: readonly FitResult[]): CrossFitResult['fitSeconds'] {
  const mean = (of: (fit: FitResult) => number) => fits.reduce((sum, fit) => sum + of(fit), 0) / fits.length;
  if (fits.some(({ seconds }) => seconds === undefined)) return null;
  return { seconds: mean(({ seconds }) => seconds!), rows: mean(({ trained }) => trained.rows) };
}

/** A fit and what it gave. */
interface DoneFit {
  readonly task: FitTask;
  readonly result: FitResult;
}

/** One model's predictions of all rows from its fits. */
function assemble(
  { model: { name, family } }: ChosenModel,
  { foldOf }: CrossFitOptions,
  fits: readonly DoneFit[],
): CrossFitResult {
  const own = fits.filter(({ task }) => task.model === name);
  const { result: refit } = own.find(({ task }) => task.fold === 'refit')!;
  const values = own.reduce((sum, { result }) => sum + result.probabilities.length, 0);
  const classes = values / foldOf.length;
  const probabilities = new Float32Array(values);
  for (const { task, result } of own) {
    predictedRows(task).forEach((row, place) => {
      const from = place * classes;
      probabilities.set(result.probabilities.subarray(from, from + classes), row * classes);
    });
  }
  return {
    name,
    family,
    probabilities,
    parameters: refit.parameters,
    bytes: refit.bytes,
    latency: refit.latency!,
    curves: own.map(({ task, result }) => curveOf(task.fold, result)),
    fitSeconds: meanSeconds(own.map(({ result }) => result)),
    files: refit.files,
  };
}
