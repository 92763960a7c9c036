import { EsciSelectError, quote } from '../../errors.js';
import type { ModelCard, PredictionMatrix } from '../../predictions/matrix.js';
import { byCodeUnits } from '../../predictions/paths.js';
import { emptyMatrix, placeModel } from '../../predictions/store/assemble.js';
import { predictionFileName, readModelPredictions } from '../../predictions/store/store.js';
import type { RunFolder } from '../../run/run-folder.js';
import { PREDICTIONS_FOLDER, predictionFiles } from '../stages/import.js';

/** The shape that a run's prediction files must have. */
export interface PredictionShape {
  readonly rows: number;
  readonly classes: readonly string[];
}

/**
 * One model's probabilities [row][class], NaN where it is silent.
 *
 * @throws EsciSelectError('data') where the run has no such model, or its file was changed
 */
export async function readModel(
  run: RunFolder,
  model: string,
  shape: PredictionShape,
): Promise<Float32Array> {
  const file = `${PREDICTIONS_FOLDER}/${predictionFileName(model)}`;
  if (!predictionFiles(run).includes(file)) {
    throw new EsciSelectError('data', `run has no predictions of ${quote(model)}, which its decision names`, {
      path: run.path,
      hint: 'run esci-select rank again',
    });
  }
  return (await readModelPredictions(run.file(file), shape.rows, shape.classes)).values;
}

/** All models' predictions for some rows: files are read one after the other, so that memory does not grow with models. */
export async function gatherPredictions(
  run: RunFolder,
  shape: PredictionShape,
  rows: Int32Array,
): Promise<PredictionMatrix> {
  const width = shape.classes.length;
  const models: { card: ModelCard; own: Float32Array }[] = [];
  for (const file of predictionFiles(run)) {
    const { card, values } = await readModelPredictions(run.file(file), shape.rows, shape.classes);
    const own = new Float32Array(rows.length * width);
    rows.forEach((row, at) => {
      own.set(values.subarray(row * width, (row + 1) * width), at * width);
    });
    models.push({ card, own });
  }
  models.sort((a, b) => byCodeUnits(a.card.name, b.card.name));
  const cards = models.map(({ card }) => card);
  const matrix = emptyMatrix(rows.length, cards, shape.classes);
  models.forEach(({ own }, model) => {
    placeModel(matrix, model, own);
  });
  return matrix;
}
