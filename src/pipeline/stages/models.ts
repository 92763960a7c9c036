import { dirname } from 'node:path';
import type { Protocol } from '../../evaluation/protocol.js';
import { writeFileAtomic } from '../../io/atomic.js';
import { sha256 } from '../../io/hash.js';
import type { ChosenModel } from '../../models/choose.js';
import { filesSha256 } from '../../models/cross-fit/checkpoint.js';
import { type CrossFitResult, crossFit } from '../../models/cross-fit.js';
import { isPretrained } from '../../models/encoder/kind.js';
import type { ReadAll } from '../../models/encoder/read-all.js';
import type { Cost, ModelCard } from '../../predictions/matrix.js';
import { hashOfValues, writeModelPredictions } from '../../predictions/store/store.js';
import { Checkpoints } from '../../run/checkpoint.js';
import type { RunFolder } from '../../run/run-folder.js';
import type { StageOutputs } from '../../run/stage-outputs.js';
import type { PipelineContext } from '../events.js';
import { addCost } from '../files/costs.js';
import { versionedKey } from '../files/keys.js';
import {
  curvesOf,
  EXAMPLES,
  findingsOf,
  MEASURED_COSTS,
  modelPath,
  predictionsPath,
  STAGES,
} from '../files/layout.js';
import { readCostTable, recordCosts } from '../files/run-costs.js';
import { tellFindings } from '../files/run-findings.js';
import { readWarmStart, type WarmStartFiles } from '../files/warm-start.js';
import type { TrainingBackend, TrainOptions } from '../options.js';
import type { DataStage } from './data.js';
import { languageFindings, pretrainedCard, readLanguageModels } from './language.js';

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

/**
 * Cross-fits the chosen models on worker threads. A model whose code, data, folds, seed and backend are unchanged is
 * kept; a live one never is, because nothing tells its code from what it was.
 */
export async function modelStage(
  run: RunFolder,
  data: DataStage,
  protocol: Protocol,
  options: ChosenOptions,
  context: PipelineContext,
): Promise<void> {
  const { maxTrainRows, seed, backend, chosen } = options;
  const base = versionedKey(
    'models',
    data.key,
    sha256(bytesOf(protocol.foldOf)),
    seed,
    maxTrainRows,
    backend,
  );
  const names = chosen.map(({ model }) => model.name);
  const warm = await readWarmStart(options.warmStart, names, data.examples);
  const keyOf = ({ model: { name }, origin }: ChosenModel) =>
    versionedKey(
      base,
      name,
      filesSha256(warm.get(name)),
      typeof origin === 'object' ? origin.sha256 : origin,
    );
  const due: ChosenModel[] = [];
  for (const one of chosen) {
    const { name } = one.model;
    const always = options.force || one.origin === 'live';
    if (always || !(await run.isCurrent(STAGES.model(name), keyOf(one)))) due.push(one);
    else context.onEvent?.({ kind: 'kept', stage: 'models', message: `${name} is unchanged` });
  }
  if (due.length > 0) {
    const checkpoints = new Checkpoints(run.file('.checkpoints', 'models'), base);
    if (options.force) await checkpoints.clear();
    const read = await readLanguageModels(run, due, data.examples, context);
    const results = await crossFitDue(run, { due, protocol, options, warm, checkpoints, read }, context);
    for (const [at, result] of results.entries()) {
      if (options.measure) await recordMeasured(run, result);
      await run.stage(
        STAGES.model(result.name),
        keyOf(due[at]),
        (out) => saveModel(out, data, { result, chosen: due[at], backend: options.backend, read }),
        { force: true },
      );
    }
    await checkpoints.clear();
  }
  for (const name of names) await tellFindings(run, STAGES.model(name), context);
}

interface Due {
  /** models to fit */
  readonly due: readonly ChosenModel[];
  readonly protocol: Protocol;
  readonly options: TrainOptions;
  readonly warm: WarmStartFiles;
  readonly checkpoints: Checkpoints;
  /** what language models have read, by name */
  readonly read: ReadonlyMap<string, ReadAll>;
}

async function crossFitDue(
  run: RunFolder,
  { due, protocol, options, warm, checkpoints, read }: Due,
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
    warmStart: warm,
    signals: new Map(Array.from(read, ([name, { signals }]) => [name, signals])),
    backend: options.backend,
    threads: context.threads,
    checkpoints,
    signal: context.signal,
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

/** What is to be saved of a trained model. */
interface SavedFit {
  readonly result: CrossFitResult;
  readonly chosen: ChosenModel;
  readonly backend: TrainingBackend;
  readonly read: ReadonlyMap<string, ReadAll>;
}

/** Writes a model's predictions, weights and curves. */
async function saveModel(
  out: StageOutputs,
  data: DataStage,
  { result, chosen, backend, read }: SavedFit,
): Promise<void> {
  const { pretrained } = chosen;
  const { examples } = data;
  const { classes } = examples.labelSpace;
  const missing = missingRows(result.probabilities, classes.length);
  const costs: Record<string, Cost> = Object.create(null);
  costs.parameters = { value: result.parameters, unit: 'count' };
  costs.bytes = { value: result.bytes, unit: 'B' };
  const card: ModelCard = {
    name: result.name,
    family: result.family,
    source: 'trained',
    kind: 'probabilities',
    costs,
    sha256: hashOfValues(result.probabilities),
    covered: examples.rows - (missing?.reduce((sum, one) => sum + one, 0) ?? 0),
    notes: [chosen.model.description],
    module: typeof chosen.origin === 'object' && pretrained === undefined ? chosen.origin.sha256 : undefined,
    backend: backend === 'wasm' || pretrained !== undefined ? undefined : backend,
    pretrained: pretrained === undefined ? undefined : pretrainedCard(pretrained),
  };
  const predictions = out.file(predictionsPath(result.name));
  const answers = { card, values: result.probabilities, missing };
  await writeModelPredictions(dirname(predictions), answers, classes);
  if (pretrained !== undefined) {
    const findings = languageFindings(pretrained, read.get(result.name)!, answers, examples);
    await findingsOf(STAGES.model(result.name)).write(out, findings);
  }
  await curvesOf(result.name).write(out, result.curves);
  for (const [name, bytes] of result.files) {
    await writeFileAtomic(out.file(modelPath(result.name, name)), bytes);
  }
}

/** [row]: 1 where a model has left a row out; null where none. */
function missingRows(values: Float32Array, classes: number): Uint8Array | null {
  const missing = Uint8Array.from({ length: values.length / classes }, (_, row) =>
    Number.isNaN(values[row * classes]) ? 1 : 0,
  );
  return missing.includes(1) ? missing : null;
}

/** Adds what was measured to a file of its own, outside the models' keys. */
async function recordMeasured(run: RunFolder, { name: model, latency }: CrossFitResult): Promise<void> {
  const table = await readCostTable(run, MEASURED_COSTS);
  const costs = { latency_ms: latency.bulk, latency_ms_p50: latency.p50, latency_ms_p95: latency.p95 };
  for (const [name, value] of Object.entries(costs)) addCost(table, model, name, { value, unit: 'ms/row' });
  if (latency.cold !== undefined) addCost(table, model, 'cold_start_ms', { value: latency.cold, unit: 'ms' });
  await recordCosts(run, STAGES.measuredCosts, MEASURED_COSTS, table);
}

function bytesOf(values: Float32Array | Int16Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
