import { dirname } from 'node:path';
import type { Protocol } from '../../evaluation/protocol.js';
import { writeFileAtomic } from '../../io/atomic.js';
import { sha256 } from '../../io/hash.js';
import { filesSha256 } from '../../models/cross-fit/checkpoint.js';
import { type CrossFitResult, crossFit } from '../../models/cross-fit.js';
import { modelNamed, resolveModels } from '../../models/registry.js';
import type { Cost, ModelCard } from '../../predictions/matrix.js';
import { hashOfValues, writeModelPredictions } from '../../predictions/store/store.js';
import { Checkpoints } from '../../run/checkpoint.js';
import type { RunFolder } from '../../run/run-folder.js';
import type { StageOutputs } from '../../run/stage-outputs.js';
import type { PipelineContext } from '../events.js';
import { addCost } from '../files/costs.js';
import { versionedKey } from '../files/keys.js';
import { curvesOf, EXAMPLES, MEASURED_COSTS, modelPath, predictionsPath, STAGES } from '../files/layout.js';
import { readCostTable, recordCosts } from '../files/run-costs.js';
import { readWarmStart, type WarmStartFiles } from '../files/warm-start.js';
import type { TrainOptions } from '../options.js';
import type { DataStage } from './data.js';

/**
 * The models to train here. `all` means those the data has the ingredients for; the others are named in a note.
 *
 * @throws EsciSelectError('usage') for a name that is not registered
 */
export function chosenModels(options: TrainOptions, data: DataStage, context: PipelineContext): string[] {
  const names = resolveModels(options.models);
  if (options.models !== 'all') return names;
  const has = { text: data.examples.text !== null, behaviours: data.examples.behaviours !== null };
  return names.filter((name) => {
    const lacking = modelNamed(name).needs.filter((need) => !has[need]);
    if (lacking.length > 0)
      context.onEvent?.({
        kind: 'note',
        message: `${name} is left out: the data has no ${lacking.join(' and no ')}`,
      });
    return lacking.length === 0;
  });
}

/** Cross-fits the chosen models on worker threads; a model whose data, folds and seed are unchanged is kept. */
export async function modelStage(
  run: RunFolder,
  data: DataStage,
  protocol: Protocol,
  options: TrainOptions & { readonly names: readonly string[] },
  context: PipelineContext,
): Promise<void> {
  const { maxTrainRows, seed } = options;
  const base = versionedKey('models', data.key, sha256(bytesOf(protocol.foldOf)), seed, maxTrainRows);
  const warm = await readWarmStart(options.warmStart, options.names, data.examples);
  const keyOf = (model: string) => versionedKey(base, model, filesSha256(warm.get(model)));
  const due: string[] = [];
  for (const model of options.names) {
    if (options.force || !(await run.isCurrent(STAGES.model(model), keyOf(model)))) due.push(model);
    else context.onEvent?.({ kind: 'kept', stage: 'models', message: `${model} is unchanged` });
  }
  if (due.length > 0) {
    const checkpoints = new Checkpoints(run.file('.checkpoints', 'models'), base);
    if (options.force) await checkpoints.clear();
    const results = await crossFitDue(run, { due, protocol, options, warm, checkpoints }, context);
    for (const result of results) {
      if (options.measure) await recordMeasured(run, result);
      await run.stage(STAGES.model(result.name), keyOf(result.name), (out) => saveModel(out, data, result), {
        force: true,
      });
    }
    await checkpoints.clear();
  }
}

interface Due {
  /** models to fit */
  readonly due: readonly string[];
  readonly protocol: Protocol;
  readonly options: TrainOptions;
  readonly warm: WarmStartFiles;
  readonly checkpoints: Checkpoints;
}

async function crossFitDue(
  run: RunFolder,
  { due, protocol, options, warm, checkpoints }: Due,
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
    message: `training ${due.join(', ')}: ${protocol.folds} folds and a refit each, ${fits} fits${most}${from}`,
  });
  return crossFit({
    examplesPath: await EXAMPLES.verified(run),
    models: due,
    foldOf: protocol.foldOf,
    folds: protocol.folds,
    seed: options.seed,
    maxTrainRows: options.maxTrainRows ?? undefined,
    warmStart: warm,
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

/** Writes a model's predictions, weights and curves. */
async function saveModel(out: StageOutputs, data: DataStage, result: CrossFitResult): Promise<void> {
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
    covered: data.examples.rows,
    notes: [modelNamed(result.name).description],
  };
  const { classes } = data.examples.labelSpace;
  const predictions = out.file(predictionsPath(result.name));
  await writeModelPredictions(
    dirname(predictions),
    { card, values: result.probabilities, missing: null },
    classes,
  );
  await curvesOf(result.name).write(out, result.curves);
  for (const [name, bytes] of result.files) {
    await writeFileAtomic(out.file(modelPath(result.name, name)), bytes);
  }
}

/** Adds what was measured to a file of its own, outside the models' keys. */
async function recordMeasured(run: RunFolder, { name: model, latency }: CrossFitResult): Promise<void> {
  const table = await readCostTable(run, MEASURED_COSTS);
  const costs = { latency_ms: latency.bulk, latency_ms_p50: latency.p50, latency_ms_p95: latency.p95 };
  for (const [name, value] of Object.entries(costs)) addCost(table, model, name, { value, unit: 'ms/row' });
  await recordCosts(run, STAGES.measuredCosts, MEASURED_COSTS, table);
}

function bytesOf(values: Float32Array | Int16Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
