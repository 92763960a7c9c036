import { z } from 'zod';
import { planScoring } from '../ensemble/scoring/plan.js';
import { scoreRange } from '../ensemble/scoring/run.js';
import { fromXgboostJson } from '../ensemble/xgboost/read.js';
import { EsciSelectError } from '../errors.js';
import { decide } from '../evaluation/decision-rule.js';
import { softmaxRows } from '../math/softmax.js';
import { featureNames } from '../predictions/store/store.js';
import { floatsOf } from './fit.js';

/** The blocks are a model file, then the models' probabilities [row][model][class]. */
const PREDICT = z.object({
  rows: z.number().int().nonnegative(),
  models: z.array(z.string()),
  classes: z.array(z.string()),
  /** [class] what the rule adds to margins */
  offsets: z.array(z.number()),
});

/** Probabilities [row][class] in float32 and answers [row] in int16 of a decision's ensemble. Throws 'model' and 'data'. */
export function predict(header: unknown, [file, values]: readonly Uint8Array[]): Uint8Array[] {
  const { rows, models, classes, offsets } = PREDICT.parse(header);
  const ensemble = fromXgboostJson(Uint8Array.from(file));
  const given = featureNames({ classes, cards: models.map((name) => ({ name })) as never });
  const places = ensemble.featureNames.map((name) => {
    const place = given.indexOf(name);
    if (place >= 0) return place;
    throw new EsciSelectError('data', `predictions lack column '${name}' of the ensemble`);
  });
  const all = floatsOf(values);
  const own = new Float32Array(rows * places.length);
  for (let row = 0, at = 0; row < rows; row++) {
    for (const place of places) own[at++] = all[row * given.length + place];
  }
  const features = { rows, columns: places.length, names: ensemble.featureNames, values: own };
  const margins = new Float32Array(rows * classes.length);
  if (rows > 0) scoreRange(planScoring(ensemble), features, { from: 0, to: rows, rows: undefined }, margins);
  const probabilities = Float32Array.from(softmaxRows(margins, classes.length));
  const answers = decide(margins, classes.length, offsets);
  return [probabilities, answers].map((array) => new Uint8Array(array.buffer));
}
