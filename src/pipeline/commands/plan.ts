import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InputFile } from '../../data/examples/examples.js';
import { loadExamples } from '../../data/load.js';
import { boostingOptions } from '../../ensemble/boosting-options.js';
import { type Protocol, planProtocol } from '../../evaluation/protocol.js';
import { choosesModels } from '../../models/choose.js';
import { importPredictions } from '../../predictions/import.js';
import { RunFolder } from '../../run/run-folder.js';
import type { PipelineContext } from '../events.js';
import { fingerprint } from '../files/fingerprint.js';
import { EXAMPLES, STAGES } from '../files/layout.js';
import { coveredByAny, readPredictions } from '../files/predictions.js';
import { readTimings, type Timings } from '../files/timings.js';
import { type DataStage, dataKey, dataPaths, sameRows } from '../stages/data.js';
import { ensembleKey, refuseNoModels } from '../stages/ensemble.js';
import { ensembleEstimate, memoryEstimate, rowsOfFits } from '../stages/estimates.js';
import { importStageKey } from '../stages/import.js';
import { availableModels, type ModelWork, modelWork } from '../stages/models.js';
import {
  type PlannedModel,
  type PlannedStage,
  planFits,
  stageOf,
  type TrainPlan,
} from '../stages/planned.js';
import { describe, protocolKey } from '../stages/protocol.js';
import type { TrainOptions } from '../train-options.js';
import { checkedOptions, isOfOtherData, refuseClash } from './train.js';

/** What a plan is made of. */
interface Planning {
  /** the run as it lies there; null where nothing of it can be kept */
  readonly run: RunFolder | null;
  readonly options: TrainOptions;
  /** where rows that options leave out are written, and deleted */
  readonly scratch: string;
  readonly timings: Timings | null;
  readonly threads: number;
}

/**
 * What `train` with the same options would do, and how long it would take. Data and predictions are read as `train` reads
 * them, so that what is wrong with them is found; nothing is written in the run folder or beside it. Times of fits are those of
 * an earlier `train` in the run, scaled by rows, else reference figures of one machine.
 *
 * @throws EsciSelectError what `train` would throw before it fits
 */
export async function planTraining(options: TrainOptions, context: PipelineContext): Promise<TrainPlan> {
  const boosting = boostingOptions({ ...options.boosting, seed: options.seed });
  const { chosen } = await checkedOptions(options);
  const inputs = await fingerprint(dataPaths(options));
  const scratch = await mkdtemp(join(tmpdir(), 'esci-select-plan-'));
  try {
    const folder = await RunFolder.peek(options.run);
    const run = folder === null || isOfOtherData(folder, options, inputs) ? null : folder;
    const timings = run === null ? null : await readTimings(run);
    const planning: Planning = { run, options, scratch, timings, threads: context.threads };
    const { data, stage: reading } = await planData(planning, inputs);
    const imports = await planImports(planning, data);
    const available = availableModels(chosen, data, { threads: context.threads });
    refuseClash(available, imports.names);
    const imported = imports.covered;
    const protocol = planProtocol(data.examples, { ...options, imported });
    const key = protocolKey(data, imported, options);
    const work = await modelWork(run, data, protocol, { ...options, chosen: available });
    const lacking = chosen.filter((one) => !available.includes(one)).map(({ model }) => model.name);
    const before = [reading, ...imports.stages, await planFolds(planning, protocol, key)];
    const fitted = planFits(work, {
      rows: rowsOfFits(data.examples, protocol, options.maxTrainRows),
      timings,
      threads: context.threads,
      timeLimit: options.timeLimit ?? null,
      spent: before.reduce((sum, { seconds }) => sum + seconds, 0),
      others: imports.names.length,
      size: { classes: data.examples.labelSpace.classes.length, protocol },
    });
    const names = [...imports.names, ...fitted.models.map(({ name }) => name)];
    refuseNoModels(names.length);
    const isKept =
      [...imports.stages, fitted.stage].every(({ status }) => status === 'kept') &&
      (await isEnsembleKept(planning, { data, protocol, key, work, boosting }));
    const training = chosen.length === 0 ? [] : [fitted.stage];
    const ensemble = planEnsemble(planning, { data, protocol, names, isKept });
    const stages = [...before, ...training, ensemble];
    return {
      schema: 'esci-select/train-plan/1',
      run: options.run,
      rows: data.examples.rows,
      trainRows: protocol.trainRows.length,
      evaluationRows: protocol.evaluationRows.length,
      protocol: describe(protocol),
      stages,
      models: fitted.models,
      imported: imports.names,
      leftOut: [
        ...lacking.map((name) => ({ name, why: 'the data has not what it needs' })),
        ...fitted.leftOut.map((name) => ({ name, why: 'the time limit' })),
      ],
      threads: context.threads,
      seconds: stages.reduce((sum, { seconds }) => sum + seconds, 0),
      peakBytes: memoryEstimate({
        rows: data.examples.rows,
        models: names.length,
        classes: data.examples.labelSpace.classes.length,
        fitsAtOnce: Math.min(context.threads, fitsToDo(fitted.models)),
      }),
    };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function fitsToDo(models: readonly PlannedModel[]): number {
  return models.reduce((sum, { status, fits }) => sum + (status === 'kept' ? 0 : fits), 0);
}

/** Reads the examples, from the run where they are unchanged. */
async function planData({ run, options, scratch, threads }: Planning, inputs: readonly InputFile[]) {
  const key = dataKey(inputs, options);
  const text = choosesModels(options.models);
  const isKept = run !== null && !options.force && (await run.isCurrent(STAGES.data, key));
  const begun = performance.now();
  const load = { ...options.load, text, threads };
  if (load.skipInvalid !== undefined) load.skipInvalid = join(scratch, 'examples.jsonl');
  const examples = isKept
    ? await EXAMPLES.read(run, { text })
    : (await loadExamples(dataPaths(options), load)).examples;
  const data: DataStage = { examples, inputs, files: sameRows(inputs, examples, options.load), key };
  const what = `${examples.rows.toLocaleString('en')} rows of ${counted(inputs.length)}`;
  return { data, stage: stageOf('data', isKept, what, timed(begun)) };
}

function counted(files: number): string {
  return `${files} ${files === 1 ? 'file' : 'files'}`;
}

function timed(begun: number): { readonly seconds: number; readonly basis: 'timed' } {
  return { seconds: (performance.now() - begun) / 1000, basis: 'timed' };
}

interface PlannedImports {
  readonly stages: readonly PlannedStage[];
  /** models of this import and of earlier calls of `import` */
  readonly names: readonly string[];
  readonly covered: Uint8Array | null;
}

/** Reads the predictions, from the run where they are unchanged; those of earlier calls of `import` stay in it. */
async function planImports(planning: Planning, data: DataStage): Promise<PlannedImports> {
  const { run, options, scratch } = planning;
  const isGiven = options.predictions.length > 0;
  const files = await fingerprint(options.predictions, { nested: true });
  const key = await importStageKey(data, options, files);
  const isKept = run !== null && !options.force && (await run.isCurrent(STAGES.imports, key));
  const stays = (stage: string) => STAGES.isAdded(stage) || (isGiven && isKept && stage === STAGES.imports);
  const inRun = run === null ? null : await readPredictions(run, data.examples, stays);
  const names = new Set(inRun?.cards.map(({ name }) => name));
  const covered = inRun === null ? null : coveredByAny(inRun);
  const what = `predictions of ${counted(files.length)}`;
  if (!isGiven) return { stages: [], names: [...names], covered };
  if (isKept) return { stages: [stageOf('import', true, what)], names: [...names], covered };
  const begun = performance.now();
  const { rejects, ...importing } = options.importing;
  const { models } = await importPredictions(options.predictions, data.examples, {
    ...importing,
    ...(rejects === undefined ? {} : { rejects: join(scratch, 'predictions.csv') }),
    dataFiles: data.files,
  });
  const all = covered ?? new Uint8Array(data.examples.rows);
  for (const { card, missing } of models) {
    names.add(card.name);
    for (let row = 0; row < all.length; row++) if (missing === null || missing[row] === 0) all[row] = 1;
  }
  const found = `${models.length} ${models.length === 1 ? 'model' : 'models'} in ${counted(files.length)}`;
  return { stages: [stageOf('import', false, found, timed(begun))], names: [...names], covered: all };
}

async function planFolds({ run, options }: Planning, protocol: Protocol, key: string): Promise<PlannedStage> {
  const isKept = run !== null && !options.force && (await run.isCurrent(STAGES.protocol, key));
  return stageOf('protocol', isKept, `${protocol.folds} folds of whole queries`);
}

interface EnsemblePlace {
  readonly data: DataStage;
  readonly protocol: Protocol;
}

/** Whether the run has the ensemble of these models, all of which are kept. */
async function isEnsembleKept(
  { run, options }: Planning,
  place: EnsemblePlace & {
    readonly key: string;
    readonly work: ModelWork;
    readonly boosting: ReturnType<typeof boostingOptions>;
  },
): Promise<boolean> {
  if (run === null || options.force) return false;
  const { seed, stack, decide } = options;
  const trained = new Set(place.work.kept.map(({ model }) => model.name));
  const matrix = await readPredictions(run, place.data.examples, (stage) => {
    const model = STAGES.modelOf(stage);
    if (model !== null) return trained.has(model);
    return STAGES.isAdded(stage) || (stage === STAGES.imports && options.predictions.length > 0);
  });
  const settings = { seed, boosting: place.boosting, stack, decide };
  const { examples } = place.data;
  const input = { examples, matrix, settings, protocol: place.protocol, protocolKey: place.key };
  return run.isCurrent(STAGES.ensemble, ensembleKey(input));
}

function planEnsemble(
  { timings, threads }: Planning,
  {
    data,
    protocol,
    names,
    isKept,
  }: EnsemblePlace & { readonly names: readonly string[]; readonly isKept: boolean },
): PlannedStage {
  const classes = data.examples.labelSpace.classes.length;
  const fits = protocol.mode === 'cross-validated' ? protocol.folds + 1 : 1;
  const what = `${fits} ${fits === 1 ? 'ensemble' : 'ensembles'} of ${names.length} ${names.length === 1 ? 'model' : 'models'}, and their contributions`;
  const size = { models: names.length, classes, protocol };
  return stageOf('ensemble', isKept, what, ensembleEstimate(size, threads, timings));
}
