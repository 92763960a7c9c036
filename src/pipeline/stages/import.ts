import { basename } from 'node:path';
import type { Examples } from '../../data/examples/examples.js';
import { importPredictions } from '../../predictions/import.js';
import type { PredictionMatrix } from '../../predictions/matrix.js';
import {
  predictionFileName,
  readPredictionMatrix,
  writeModelPredictions,
} from '../../predictions/store/store.js';
import type { RunFolder } from '../../run/run-folder.js';
import type { PipelineContext } from '../events.js';
import { tellFindings, writeFindings } from '../files/findings.js';
import { fingerprint } from '../files/fingerprint.js';
import { versionedKey } from '../files/keys.js';
import { addCosts, DECLARED_FILE } from '../files/measured.js';
import type { TrainOptions } from '../options.js';
import type { DataStage } from './data.js';

export type ImportRequest = Pick<TrainOptions, 'predictions' | 'importing' | 'force'>;

export const PREDICTIONS_FOLDER = 'predictions';
export const TRAIN_IMPORTS = 'predictions';
/** Stages of predictions added by `esci-select import`, one per call; a later `train` keeps them. */
export const ADDED_IMPORTS = 'added:';

/**
 * Imports the given predictions into the run as one stage; kept when files, options and examples are the same.
 *
 * @throws EsciSelectError('data') for any file that is not what it should be; nothing is stored then
 */
export async function importStage(
  run: RunFolder,
  stage: string,
  data: Pick<DataStage, 'examples' | 'files' | 'key'>,
  request: ImportRequest,
  context: PipelineContext,
): Promise<void> {
  const files = await fingerprint(request.predictions);
  const key = versionedKey(TRAIN_IMPORTS, data.key, files, await importKey(request));
  const message = `importing predictions from ${files.length} ${files.length === 1 ? 'file' : 'files'}`;
  context.onEvent?.({ kind: 'stage', stage: 'import', message });
  const outcome = await run.stage(stage, key, () => importAll(run, stage, data, request, context), {
    force: request.force,
  });
  if (outcome === 'kept') {
    context.onEvent?.({ kind: 'kept', stage: 'import', message: 'predictions are unchanged' });
  }
  await tellFindings(run.file(findingsFile(stage)), context);
}

async function importAll(
  run: RunFolder,
  stage: string,
  data: Pick<DataStage, 'examples' | 'files'>,
  request: ImportRequest,
  context: PipelineContext,
): Promise<string[]> {
  const imported = await importPredictions(request.predictions, data.examples, {
    ...request.importing,
    dataFiles: data.files,
    onProgress: (done, total, path) =>
      context.onEvent?.({ kind: 'progress', stage: 'import', done, total, message: basename(path) }),
  });
  const written: string[] = [];
  for (const model of imported.models) {
    await writeModelPredictions(run.file(PREDICTIONS_FOLDER), model, data.examples.labelSpace.classes);
    written.push(`${PREDICTIONS_FOLDER}/${predictionFileName(model.card.name)}`);
  }
  const findings = findingsFile(stage);
  await writeFindings(run.file(findings), imported.findings);
  return [...written, findings];
}

/** Where the findings of an import stage are kept. */
export function findingsFile(stage: string): string {
  return `findings/${stage.replace(':', '-')}.json`;
}

/** What an import depends on beside its files and the examples; the ids file by its bytes. */
async function importKey({ importing }: ImportRequest): Promise<unknown> {
  const { family, labelMap, rejects, ids, ...rest } = importing;
  return {
    ...rest,
    rejects: rejects !== undefined,
    family: [...(family ?? [])],
    labelMap: [...(labelMap ?? [])],
    ids: ids === undefined ? null : await fingerprint([ids]),
  };
}

/** Prediction files named by the run's stages, in order of name; `only` limits them to some stages. */
export function predictionFiles(run: RunFolder, only: (stage: string) => boolean = () => true): string[] {
  const files = Object.entries(run.manifest.stages)
    .filter(([stage]) => only(stage))
    .flatMap(([, { outputs }]) => outputs.map(({ path }) => path))
    .filter((path) => path.startsWith(`${PREDICTIONS_FOLDER}/`) && path.endsWith('.arrow'));
  return [...new Set(files)].sort();
}

/** The predictions of the run's models, aligned with its examples; `only` limits them to some stages' models. */
export async function readPredictions(
  run: RunFolder,
  examples: Examples,
  only?: (stage: string) => boolean,
): Promise<PredictionMatrix> {
  const files = predictionFiles(run, only).map((file) => run.file(file));
  return readPredictionMatrix(files, examples.rows, examples.labelSpace.classes);
}

/** Per row, 1 where any of the models has a prediction; null without models. */
export function coveredByAny(matrix: PredictionMatrix): Uint8Array | null {
  const models = matrix.cards.length;
  if (models === 0) return null;
  const { missing } = matrix;
  if (missing === null) return new Uint8Array(matrix.rows).fill(1);
  return Uint8Array.from({ length: matrix.rows }, (_, row) => {
    for (let model = 0; model < models; model++) if (missing[row * models + model] === 0) return 1;
    return 0;
  });
}

/** Adds the costs of `--costs` files to the run's declared costs. */
export async function declareCosts(run: RunFolder, paths: readonly string[]): Promise<void> {
  for (const path of paths) await addCosts(run.file(DECLARED_FILE), path);
}
