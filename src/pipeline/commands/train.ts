import { VERSION } from '../../assets.js';
import type { InputFile } from '../../data/examples/examples.js';
import { boostingOptions } from '../../ensemble/boosting-options.js';
import { EsciSelectError, quote } from '../../errors.js';
import type { Protocol } from '../../evaluation/protocol.js';
import { type ChosenModel, chooseModels } from '../../models/choose.js';
import { findNative } from '../../models/tfjs/native.js';
import { RunFolder } from '../../run/run-folder.js';
import { type ScreenSummary, screenRun } from '../choosing/screening.js';
import type { PipelineContext } from '../events.js';
import { fingerprint } from '../files/fingerprint.js';
import { givenFlags } from '../files/given-flags.js';
import { versionedKey } from '../files/keys.js';
import { MEASURED_COSTS, STAGES } from '../files/layout.js';
import { coveredByAny, predictionFiles, readPredictions, restoreRemoved } from '../files/predictions.js';
import { recordTimings } from '../files/timings.js';
import { type DescribedModel, trainedModels } from '../files/training-summary.js';
import { warmStartIdentity } from '../files/warm-start.js';
import { type DataStage, dataPaths, dataStage, loadKey } from '../stages/data.js';
import { type EnsembleInput, ensembleKey, ensembleStage } from '../stages/ensemble.js';
import { ensembleWork } from '../stages/estimates.js';
import { declareCosts, importStage } from '../stages/import.js';
import { availableModels, type ChosenOptions, describeChoice, modelStage } from '../stages/models.js';
import { protocolStage } from '../stages/protocol.js';
import { SAMPLE_DATA, type TrainOptions } from '../train-options.js';

/** A model of a run, and how it does against chance. */
export interface TrainedModel extends DescribedModel {
  readonly screen: ScreenSummary;
}

/** What a finished `train` did. */
export interface TrainSummary {
  readonly run: string;
  readonly rows: number;
  readonly mode: Protocol['mode'];
  readonly reason: string;
  readonly models: readonly TrainedModel[];
}

/**
 * Loads and validates the examples, imports predictions, cross-fits the chosen models, fits the ensemble and takes
 * contributions, each stage saved in the run folder and kept when nothing it depends on has changed.
 *
 * @throws EsciSelectError of any input, usage or storage problem; what was saved before stays as it was
 *
 * @example
 * import { TRAIN_DEFAULTS, train } from 'esci-select';
 *
 * const quick = { folds: 3, boosting: { rounds: 20, learningRate: 0.3 } };
 * const own = { data: ['judgements.csv'], models: 'none', predictions: ['predictions'] };
 * const { rows, mode } = await train({ ...TRAIN_DEFAULTS, ...own, ...quick, run: 'my-run' }, { threads: 1 });
 * [rows, mode]; // => [ 300, 'cross-validated' ]
 */
export async function train(options: TrainOptions, given: PipelineContext): Promise<TrainSummary> {
  const begun = performance.now();
  const context = { ...given, elapsedMs: given.elapsedMs ?? (() => performance.now() - begun) };
  const boosting = boostingOptions({ ...options.boosting, seed: options.seed });
  const chosen = await checkedOptions(options);
  const run = await RunFolder.create(options.run, { command: 'train', force: options.force });
  try {
    const inputs = await fingerprint(dataPaths(options));
    await beginRun(run, chosen, inputs);
    const data = await dataStage(run, inputs, options, context);
    const { protocol, protocolKey, matrix } = await modelsOf(run, data, chosen, context);
    const names = matrix.cards.map(({ name }) => name);
    await declareCosts(run, options.costs, names, { ...context, maxUnpacked: options.importing.maxUnpacked });
    const settings = { seed: options.seed, boosting, stack: options.stack, decide: options.decide };
    const input = { examples: data.examples, matrix, settings, protocol, protocolKey };
    await timedEnsemble(run, input, options, context);
    const screens = screenRun(data.examples, protocol, matrix, options.seed);
    const described = await trainedModels(run, matrix.cards);
    return {
      run: options.run,
      rows: data.examples.rows,
      mode: protocol.mode,
      reason: protocol.reason,
      models: described.map((model, at) => ({ ...model, screen: screens[at] })),
    };
  } finally {
    await run.close();
  }
}

/** Options with the models that they mean. Throws 'usage' for what no data can make right. */
export async function checkedOptions(options: TrainOptions): Promise<ChosenOptions> {
  if (options.backend === 'tensorflow') findNative();
  refuseStrayPredictions(options);
  return { ...options, chosen: await chooseModels(options.models) };
}

/** Predictions alone, of what nobody said, are hardly those of the simulated sample. */
function refuseStrayPredictions({ data, models, predictions }: TrainOptions): void {
  if (data.length > 0 || models !== 'none' || predictions.length === 0) return;
  throw new EsciSelectError('usage', 'predictions are given without the examples that they are of', {
    hint: `name the judged examples with --data FILE; those of the simulated sample are --data ${SAMPLE_DATA}`,
  });
}

/** What a run's header says of its data. */
function dataIdentity(options: TrainOptions, inputs: readonly InputFile[]): string {
  return versionedKey(inputs, loadKey({ load: { ...options.load, delimiter: undefined } })); // files say their own
}

/**
 * Whether a run is of other data or loading options, so that none of it can be kept.
 *
 * @throws EsciSelectError('usage') where it holds more than the data, unless forced
 */
export function isOfOtherData(run: RunFolder, options: TrainOptions, inputs: readonly InputFile[]): boolean {
  const stages = run.begun ? Object.keys(run.manifest.stages) : [];
  const other = stages.includes(STAGES.data) && run.manifest.options.data !== dataIdentity(options, inputs);
  const begunOnly = stages.every((stage) => stage === STAGES.data); // as a failed import leaves it
  if (other && !begunOnly && !options.force) {
    throw new EsciSelectError('usage', 'run folder holds a run of other data or loading options', {
      path: options.run,
      hint: 'give another --run, or --force to replace it',
    });
  }
  return other;
}

/** Writes run.json's header; refuses a folder that holds models of other data unless forced, and then empties it. */
async function beginRun(run: RunFolder, options: ChosenOptions, inputs: readonly InputFile[]): Promise<void> {
  const data = dataIdentity(options, inputs);
  const other = isOfOtherData(run, options, inputs);
  const { maxTrainRows, folds, seed, evaluation, measure, boosting, stack, decide } = options;
  const given = givenFlags(options);
  const warmStart = await warmStartIdentity(options.warmStart);
  await run.setHeader({
    seed,
    options: {
      data,
      ...(given.length === 0 ? {} : { given }),
      models: describeChoice(options.models, options.chosen),
      backend: options.backend === 'wasm' ? undefined : options.backend,
      maxTrainRows,
      warmStart,
      folds,
      evaluation,
      measure,
      boosting,
      stack,
      decide,
    },
    inputs: [...inputs, ...(await fingerprint(options.predictions, { nested: true }))],
    version: VERSION,
  });
  if (other) await run.keepStages(() => false);
}

/**
 * Fills the run with models: imports first, because a bad file should fail before minutes of training; then the
 * protocol; then training. Models of earlier commands that are not asked for any more leave the run.
 */
async function modelsOf(run: RunFolder, data: DataStage, options: ChosenOptions, context: PipelineContext) {
  const importing = options.predictions.length > 0;
  if (importing) await importStage({ run, stage: STAGES.imports, data, request: options }, context);
  const isImport = (stage: string) => (importing && stage === STAGES.imports) || STAGES.isAdded(stage);
  const files = predictionFiles(run, isImport);
  const imported = await readPredictions(run, data.examples, isImport);
  const available = availableModels(options.chosen, data, context);
  refuseClash(
    available,
    imported.cards.map(({ name }) => name),
  );
  const planned = { data, imported: coveredByAny(imported), options };
  const { protocol, key } = await protocolStage(run, planned, context);
  const leftOut = await modelStage(
    run,
    { data, protocol, options: { ...options, chosen: available } },
    context,
  );
  const trained = available.filter(({ model }) => !leftOut.includes(model.name));
  if (leftOut.length > 0) await recordLeftOut(run, trained, leftOut);
  const names = trained.map(({ model }) => model.name);
  for (const name of names) await restoreRemoved(run, STAGES.model(name));
  await run.keepStages((stage) => {
    const model = STAGES.modelOf(stage);
    return model === null ? stage !== STAGES.imports || importing : names.includes(model);
  });
  // what was imported is all there is, where nothing was trained or brought back since
  const isAll = predictionFiles(run).join('\n') === files.join('\n');
  return { protocol, protocolKey: key, matrix: isAll ? imported : await readPredictions(run, data.examples) };
}

/** A name has one model. */
export function refuseClash(available: readonly ChosenModel[], imported: readonly string[]): void {
  const clash = available.find(({ model }) => imported.includes(model.name));
  if (clash === undefined) return;
  throw new EsciSelectError('usage', `model ${quote(clash.model.name)} is to be trained and imported`, {
    hint: 'leave it out of --models, or rename the imported one',
  });
}

/** What the time limit left out is part of what the run is: its header names the models as if only they had been asked for. */
async function recordLeftOut(
  run: RunFolder,
  trained: readonly ChosenModel[],
  leftOut: readonly string[],
): Promise<void> {
  const { seed, options, inputs, tool } = run.manifest;
  const models = describeChoice(
    trained.map(({ model }) => model),
    trained,
  );
  await run.setHeader({
    seed,
    options: { ...options, models, leftOutByTime: leftOut },
    inputs,
    version: tool.version,
  });
}

/** The ensemble stage; what it took is kept for the next estimate, in runs that hold other measured things. */
async function timedEnsemble(
  run: RunFolder,
  input: EnsembleInput,
  { force }: TrainOptions,
  context: PipelineContext,
): Promise<void> {
  const isDue = force || !(await run.isCurrent(STAGES.ensemble, ensembleKey(input)));
  const begun = performance.now();
  await ensembleStage(run, input, force, context);
  if (!isDue || !MEASURED_COSTS.isIn(run)) return;
  const { cards, classes } = input.matrix;
  const size = { models: cards.length, classes: classes.length, protocol: input.protocol };
  const seconds = (performance.now() - begun) / 1000;
  await recordTimings(run, { ensemble: { seconds, size: ensembleWork(size) } });
}
