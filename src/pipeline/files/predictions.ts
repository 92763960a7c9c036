import type { Examples } from '../../data/examples/examples.js';
import type { PredictionMatrix } from '../../predictions/matrix.js';
import { readPredictionMatrix } from '../../predictions/store/store.js';
import type { RunFolder } from '../../run/run-folder.js';
import { PREDICTIONS_FOLDER, STAGES } from './layout.js';

/** What to run where a file of predictions is not what it was. */
const HINT = 'run esci-select train with the same --run, which makes it again';

/** Prediction files of the run's models, in order of name, but for removed ones; `only` limits them to some stages. */
export function predictionFiles(run: RunFolder, only: (stage: string) => boolean = () => true): string[] {
  const files = Object.entries(run.manifest.stages)
    .filter(([stage]) => only(stage))
    .flatMap(([, { outputs }]) => outputs.map(({ path }) => path))
    .filter((path) => path.startsWith(`${PREDICTIONS_FOLDER}/`) && path.endsWith('.arrow'));
  const removed = Object.keys(run.manifest.stages).map(STAGES.removedFile);
  return [...new Set(files)].filter((file) => !removed.includes(file)).sort();
}

/** Brings removed models back whose predictions a stage has now. */
export async function restoreRemoved(run: RunFolder, stage: string): Promise<void> {
  const outputs = new Set(run.manifest.stages[stage]?.outputs.map(({ path }) => path));
  await run.keepStages((name) => !outputs.has(STAGES.removedFile(name) ?? ''));
}

/** The absolute path of a file of predictions that `predictionFiles` names, verified. Throws 'data' if it was changed. */
export async function verifiedPredictions(run: RunFolder, file: string): Promise<string> {
  return (await run.verified(file, HINT))!; // the manifest names it
}

/**
 * The predictions of the run's models, aligned with its examples; `only` limits them to some stages' models.
 *
 * @throws EsciSelectError('data') where a file was changed
 */
export async function readPredictions(
  run: RunFolder,
  examples: Examples,
  only?: (stage: string) => boolean,
): Promise<PredictionMatrix> {
  const files: string[] = [];
  for (const file of predictionFiles(run, only)) files.push(await verifiedPredictions(run, file));
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
