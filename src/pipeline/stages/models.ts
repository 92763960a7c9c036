import type { Protocol } from '../../evaluation/protocol.js';
import { sha256 } from '../../io/hash.js';
import type { ChosenModel } from '../../models/choose.js';
import { filesSha256 } from '../../models/cross-fit/checkpoint.js';
import type { CrossFitResult } from '../../models/cross-fit/result.js';
import { crossFit } from '../../models/cross-fit.js';
import { isPretrained } from '../../models/encoder/kind.js';
import type { ReadAll } from '../../models/encoder/read-all.js';
import { Checkpoints } from '../../run/checkpoint.js';
import type { RunFolder } from '../../run/run-folder.js';
import type { PipelineContext } from '../events.js';
import { versionedKey } from '../files/keys.js';
import { EXAMPLES, STAGES } from '../files/layout.js';
import { tellFindings } from '../files/run-findings.js';
import { readWarmStart, type WarmStartFiles } from '../files/warm-start.js';
import type { TrainOptions } from '../train-options.js';
import type { DataStage } from './data.js';
import { readLanguageModels } from './language.js';
import { recordMeasured, saveModel } from './saved-model.js';
import { fitWithinLimit, isLimited } from './time-limit.js';

/**
 * The models to train here: of those that came with `all`, the ones that the data has the ingredients for; the others
 * are named in a note.
 */
export function availableModels(
  chosen: readonly ChosenModel[],
  { examples }: DataStage,
  context: PipelineContext,
): ChosenModel[] {
  const has = { text: examples.text !== null, behaviours: examples.behaviours !== null };
  return chosen.filter(({ model: { name, needs }, optional }) => {
    const lacking = needs.filter((need) => !has[need]);
    if (lacking.length === 0 || !optional) return true;
    const message = `${name} is left out: the data has no ${lacking.join(' and no ')}`;
    context.onEvent?.({ kind: 'note', message });
    return false;
  });
}

/** A choice of models as a run records it: as it was typed, or by name; a user's modules by name and hash, without paths. */
export function describeChoice(choice: TrainOptions['models'], chosen: readonly ChosenModel[]): string {
  if (typeof choice === 'string' && chosen.every(({ origin }) => origin === 'registry')) return choice;
  const names = chosen.map(({ model: { name }, origin }) => {
    if (isPretrained(origin)) return `${name} (${origin.sha256})`;
    if (typeof origin === 'object') return `${name} (module ${origin.sha256})`;
    return origin === 'live' ? `${name} (live)` : name;
  });
  return names.length === 0 ? 'none' : names.join(',');
}

/** Options, and the models that they mean. */
export type ChosenOptions = TrainOptions & { readonly chosen: readonly ChosenModel[] };

/** What is to be done for the chosen models. */
export interface ModelWork {
  /** models to fit, and those that are unchanged */
  readonly due: readonly ChosenModel[];
  readonly kept: readonly ChosenModel[];
  /** key of everything but the model */
  readonly base: string;
  readonly warm: WarmStartFiles;
  readonly keyOf: (model: ChosenModel) => string;
}

/**
 * Tells models to fit from those to keep, of which code, data, folds, seed and backend are unchanged; a live one never is
 * kept, because nothing tells its code from what it was. `run` is null for a run that does not exist yet. Writes nothing.
 */
export async function modelWork(
  run: RunFolder | null,
  { examples, key }: Pick<DataStage, 'examples' | 'key'>,
  protocol: Protocol,
  options: ChosenOptions,
): Promise<ModelWork> {
  const { maxTrainRows, seed, backend, chosen } = options;
  const base = versionedKey('models', key, sha256(bytesOf(protocol.foldOf)), seed, maxTrainRows, backend);
  const names = chosen.map(({ model }) => model.name);
  const warm = await readWarmStart(options.warmStart, names, examples);
  const keyOf = ({ model: { name }, origin }: ChosenModel) =>
    versionedKey(
      base,
      name,
      filesSha256(warm.get(name)),
      typeof origin === 'object' ? origin.sha256 : origin,
    );
  const due: ChosenModel[] = [];
  for (const one of chosen) {
    const always = run === null || options.force || one.origin === 'live';
    if (always || !(await run.isCurrent(STAGES.model(one.model.name), keyOf(one)))) due.push(one);
  }
  return { due, kept: chosen.filter((one) => !due.includes(one)), base, warm, keyOf };
}

interface ModelInput {
  readonly data: DataStage;
  readonly protocol: Protocol;
  readonly options: ChosenOptions;
}

/**
 * Cross-fits the chosen models on worker threads, those that `modelWork` keeps aside: all side by side, or one by one for
 * as long as the time limit lets another begin.
 *
 * @returns names of the models that the time limit left out, in the order given
 */
export async function modelStage(
  run: RunFolder,
  { data, protocol, options }: ModelInput,
  context: PipelineContext,
): Promise<string[]> {
  const work = await modelWork(run, data, protocol, options);
  for (const { model } of work.kept)
    context.onEvent?.({ kind: 'kept', stage: 'models', message: `${model.name} is unchanged` });
  // a run that ended while it cleared its checkpoints leaves some, though nothing is due
  if (work.due.length === 0) await checkpointsOf(run, work).clear();
  const leftOut = work.due.length === 0 ? [] : await fitDue(run, data, { work, protocol, options }, context);
  const fitted = options.chosen.filter(({ model }) => !leftOut.includes(model.name));
  for (const { model } of fitted) await tellFindings(run, STAGES.model(model.name), context);
  return leftOut;
}

const checkpointsOf = (run: RunFolder, { base }: Pick<ModelWork, 'base'>) =>
  new Checkpoints(run.file('.checkpoints', 'models'), base);

/** Fits and saves what is due; returns names of the models that the time limit left out. */
async function fitDue(
  run: RunFolder,
  data: DataStage,
  { work, protocol, options }: Pick<Due, 'work' | 'protocol' | 'options'>,
  context: PipelineContext,
): Promise<string[]> {
  const { due } = work;
  const checkpoints = checkpointsOf(run, work);
  if (options.force) await checkpoints.clear();
  const fitModels = (models: readonly ChosenModel[]) =>
    fitAndSave(run, data, { due: models, work, protocol, options, checkpoints }, context);
  const input = { data, protocol, work, options };
  const leftOut = isLimited(options) ? await fitWithinLimit(run, input, fitModels, context) : [];
  if (!isLimited(options)) await fitModels(due);
  await checkpoints.clear();
  return leftOut;
}

/** Cross-fits models side by side and saves each. */
async function fitAndSave(
  run: RunFolder,
  data: DataStage,
  fits: Omit<Due, 'read'>,
  context: PipelineContext,
): Promise<void> {
  const { due, work, options } = fits;
  const read = await readLanguageModels(run, due, data.examples, context);
  const results = await crossFitDue(run, { ...fits, read }, context);
  for (const [at, result] of results.entries()) {
    if (options.measure) await recordMeasured(run, result);
    await run.stage(
      STAGES.model(result.name),
      work.keyOf(due[at]),
      (out) => saveModel(out, data, { result, chosen: due[at], backend: options.backend, read }),
      { force: true },
    );
  }
}

interface Due {
  /** models to fit */
  readonly due: readonly ChosenModel[];
  readonly protocol: Protocol;
  readonly options: TrainOptions;
  readonly work: ModelWork;
  readonly checkpoints: Checkpoints;
  /** what language models have read, by name */
  readonly read: ReadonlyMap<string, ReadAll>;
}

async function crossFitDue(
  run: RunFolder,
  { due, protocol, options, work, checkpoints, read }: Due,
  context: PipelineContext,
): Promise<CrossFitResult[]> {
  const fits = due.length * (protocol.folds + 1);
  const most =
    options.maxTrainRows === null
      ? ''
      : `, each on at most ${options.maxTrainRows.toLocaleString('en')} rows`;
  const from = options.warmStart === null ? '' : ', from the weights of another run';
  context.onEvent?.({
    kind: 'stage',
    stage: 'models',
    message: `training ${due.map(({ model }) => model.name).join(', ')}: ${protocol.folds} folds and a refit each, ${fits} fits${most}${from}`,
  });
  return crossFit({
    examplesPath: await EXAMPLES.verified(run),
    models: due,
    foldOf: protocol.foldOf,
    folds: protocol.folds,
    seed: options.seed,
    maxTrainRows: options.maxTrainRows ?? undefined,
    warmStart: work.warm,
    signals: new Map(Array.from(read, ([name, { signals }]) => [name, signals])),
    backend: options.backend,
    threads: context.threads,
    checkpoints,
    signal: context.signal,
    onBegin: ({ share, done, total }) =>
      context.onEvent?.({
        kind: 'progress',
        stage: 'models',
        done: share,
        total: 1,
        message: `${done} of ${total} fits are done`,
      }),
    onProgress: ({ model, fold, epoch, epochs, loss, share, modelShare }) =>
      context.onEvent?.({
        kind: 'progress',
        stage: 'models',
        done: share,
        total: 1,
        message: `${model} ${fold === 'refit' ? 'refit' : `fold ${fold + 1}`}, epoch ${epoch} of at most ${epochs}, loss ${loss.toFixed(3)}`,
        part: { name: model, share: modelShare },
      }),
  });
}

function bytesOf(values: Float32Array | Int16Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
