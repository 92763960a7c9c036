import { EsciSelectError, quote } from '../errors.js';
import { CONFIG_FILE, unpackModel } from './files.js';
import type { FittedModel, Model } from './model.js';
import { MODELS, modelNamed } from './registry.js';

/**
 * Reloads a model of the registry from the files that FittedModel.save gave; its predictions equal the saved model's
 * bit for bit. A user's own model loads its files itself: Model.load.
 * Throws EsciSelectError('model') for damaged files or a model that this version does not have.
 *
 * @example
 * import { readdirSync, readFileSync } from 'node:fs';
 * import { loadExamples, loadModel, SAMPLE_DATA, TRAIN_DEFAULTS, train } from 'esci-select';
 *
 * const quick = { load: { locales: ['es'] }, folds: 2, maxTrainRows: 200, measure: false, boosting: { rounds: 5 } };
 * await train({ ...TRAIN_DEFAULTS, ...quick, models: 'lexical', run: 'lexical-run' }, { threads: 1 });
 * const folder = 'lexical-run/models/lexical';
 * const files = new Map(readdirSync(folder).map((name) => [name, readFileSync(`${folder}/${name}`)]));
 * const model = await loadModel(files);
 * const { examples } = await loadExamples([SAMPLE_DATA], { locales: ['es'] });
 * const probabilities = await model.predict(examples, Int32Array.of(0, 1));
 * [examples.labelSpace.classes.length, probabilities.length]; // => [ 4, 8 ]
 */
export async function loadModel(files: ReadonlyMap<string, Uint8Array>): Promise<FittedModel> {
  return modelOf(unpackModel(files).model).load(files);
}

function modelOf(name: string): Model {
  try {
    return modelNamed(name);
  } catch (cause) {
    throw new EsciSelectError('model', `saved model is of kind ${quote(name)}, which is not known`, {
      path: CONFIG_FILE,
      hint: `known kinds are ${Object.keys(MODELS).join(', ')}, and relation variants of the graph models`,
      cause,
    });
  }
}
