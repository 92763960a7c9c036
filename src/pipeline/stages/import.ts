import { basename, dirname } from 'node:path';
import type { Examples, InputFile } from '../../data/examples/examples.js';
import { release } from '../../io/release.js';
import { type EarlierModel, findEarlierTwins, twinSample } from '../../predictions/checks/twins.js';
import { readCosts } from '../../predictions/costs.js';
import { importPredictions } from '../../predictions/import.js';
import type { ImportOptions } from '../../predictions/import-options.js';
import { unknownModels } from '../../predictions/reading/findings.js';
import { readModelPredictions, writeModelPredictions } from '../../predictions/store/store.js';
import type { RunFolder } from '../../run/run-folder.js';
import type { StageOutputs } from '../../run/stage-outputs.js';
import type { PipelineContext } from '../events.js';
import { addCost } from '../files/costs.js';
import { fingerprint } from '../files/fingerprint.js';
import { versionedKey } from '../files/keys.js';
import { DECLARED_COSTS, findingsOf, predictionsPath, STAGES } from '../files/layout.js';
import { predictionFiles, restoreRemoved, verifiedPredictions } from '../files/predictions.js';
import { readCostTable, recordCosts } from '../files/run-costs.js';
import { tellFindings } from '../files/run-findings.js';
import type { TrainOptions } from '../train-options.js';
import type { DataStage } from './data.js';

export type ImportRequest = Pick<TrainOptions, 'predictions' | 'importing' | 'force'>;

/** What is imported, and as which stage of which run. */
interface ImportWork {
  readonly run: RunFolder;
  readonly stage: string;
  readonly data: Pick<DataStage, 'examples' | 'files' | 'key'>;
  readonly request: ImportRequest;
}

/**
 * Imports the given predictions into the run as one stage; kept when files, options and examples are the same.
 *
 * @throws EsciSelectError('data') for any file that is not what it should be; nothing is stored then
 */
export async function importStage(
  { run, stage, data, request }: ImportWork,
  context: PipelineContext,
): Promise<void> {
  const files = await fingerprint(request.predictions, { nested: true });
  const key = await importStageKey(data, request, files);
  const message = `importing predictions from ${files.length} ${files.length === 1 ? 'file' : 'files'}`;
  context.onEvent?.({ kind: 'stage', stage: 'import', message });
  const outcome = await run.stage(
    stage,
    key,
    (out) => importAll({ run, stage, data, request }, out, context),
    {
      force: request.force,
    },
  );
  if (outcome === 'kept') {
    context.onEvent?.({ kind: 'kept', stage: 'import', message: 'predictions are unchanged' });
  }
  await restoreRemoved(run, stage);
  await tellFindings(run, stage, context);
}

/** The key of an import of these files. */
export async function importStageKey(
  data: Pick<DataStage, 'key'>,
  request: ImportRequest,
  files: readonly InputFile[],
): Promise<string> {
  return versionedKey(STAGES.imports, data.key, files, await importKey(request));
}

async function importAll(
  { run, stage, data, request }: ImportWork,
  out: StageOutputs,
  context: PipelineContext,
): Promise<void> {
  const imported = await importPredictions(request.predictions, data.examples, {
    ...request.importing,
    dataFiles: data.files,
    onProgress: (done, total, path) =>
      context.onEvent?.({ kind: 'progress', stage: 'import', done, total, message: basename(path) }),
  });
  for (const model of imported.models) {
    const file = out.file(predictionsPath(model.card.name));
    await writeModelPredictions(dirname(file), model, data.examples.labelSpace.classes);
  }
  const names = imported.models.map(({ card }) => card.name);
  const earlier = await earlierModels(run, stage, data.examples, names);
  const twins = findEarlierTwins(imported.models, earlier, data.examples.labelSpace.classes.length);
  await findingsOf(stage).write(out, [...imported.findings, ...twins]);
  release(imported.models.map(({ values }) => values)); // what follows reads them from the run
}

/** Models of other imports that stay beside those of this one, which are named `replaced`. */
async function earlierModels(
  run: RunFolder,
  stage: string,
  { rows, labelSpace: { classes } }: Examples,
  replaced: readonly string[],
): Promise<EarlierModel[]> {
  const isOther = (name: string) => name !== stage && (name === STAGES.imports || STAGES.isAdded(name));
  const models: EarlierModel[] = [];
  for (const file of predictionFiles(run, isOther)) {
    const { card, values } = await readModelPredictions(await verifiedPredictions(run, file), rows, classes);
    if (replaced.includes(card.name)) continue;
    models.push({ name: card.name, sha256: card.sha256, sample: twinSample(values, classes.length) });
  }
  return models;
}

/** What an import depends on beside its files and the examples; the ids file by its bytes. */
async function importKey({ importing }: ImportRequest): Promise<unknown> {
  const { family, labelMap, rejects, ids, memoryLimit: _memory, maxUnpacked: _unpacked, ...rest } = importing;
  return {
    ...rest,
    rejects: rejects !== undefined,
    family: [...(family ?? [])],
    labelMap: [...(labelMap ?? [])],
    ids: ids === undefined ? null : await fingerprint([ids]),
  };
}

/**
 * Adds the costs of `--costs` files to the run's declared costs, and warns of costs of models that the run does not have.
 */
export async function declareCosts(
  run: RunFolder,
  paths: readonly string[],
  models: readonly string[],
  { maxUnpacked, ...context }: PipelineContext & Pick<ImportOptions, 'maxUnpacked'>,
): Promise<void> {
  if (paths.length === 0) return;
  const table = await readCostTable(run, DECLARED_COSTS);
  for (const path of paths) {
    const read = await readCosts(path, maxUnpacked);
    for (const [model, costs] of read) {
      for (const name of Object.keys(costs)) addCost(table, model, name, costs[name]);
    }
    for (const finding of unknownModels(read.keys(), path, models)) {
      context.onEvent?.({ kind: 'finding', finding });
    }
  }
  await recordCosts(run, STAGES.declaredCosts, DECLARED_COSTS, table);
}
