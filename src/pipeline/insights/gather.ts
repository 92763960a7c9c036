import { EsciSelectError, quote } from '../../errors.js';
import { takeRows } from '../../math/rows.js';
import type { ModelCard, PredictionMatrix } from '../../predictions/matrix.js';
import { byCodeUnits } from '../../predictions/paths.js';
import { emptyMatrix, placeModel } from '../../predictions/store/assemble.js';
import { readModelPredictions } from '../../predictions/store/store.js';
import type { RunFolder } from '../../run/run-folder.js';
import { predictionsPath } from '../files/layout.js';
import { predictionFiles, verifiedPredictions } from '../files/predictions.js';

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
  const file = predictionsPath(model);
  if (!predictionFiles(run).includes(file)) {
    throw new EsciSelectError('data', `run has no predictions of ${quote(model)}, which its decision names`, {
      path: run.path,
      hint: 'run esci-select rank --budget N again',
    });
  }
  return (await readModelPredictions(await verifiedPredictions(run, file), shape.rows, shape.classes)).values;
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
    const path = await verifiedPredictions(run, file);
    const { card, values } = await readModelPredictions(path, shape.rows, shape.classes);
    models.push({ card, own: takeRows(values, width, rows) });
  }
  models.sort((a, b) => byCodeUnits(a.card.name, b.card.name));
  const cards = models.map(({ card }) => card);
  const matrix = emptyMatrix(rows.length, cards, shape.classes);
  models.forEach(({ own }, model) => {
    placeModel(matrix, model, own);
  });
  return matrix;
}
