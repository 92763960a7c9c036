import { EsciSelectError, quote } from '../errors.js';
import { CONFIG_FILE, unpackModel } from './files.js';
import type { FittedModel } from './model.js';
import { MODELS, modelNamed } from './registry.js';

/**
 * Reloads a model from the files that FittedModel.save gave; its predictions equal the saved model's bit for bit.
 * Throws EsciSelectError('model') for damaged files or a model that this version does not have.
 */
export async function loadModel(files: ReadonlyMap<string, Uint8Array>): Promise<FittedModel> {
  const saved = unpackModel(files);
  if (!Object.hasOwn(MODELS, saved.model)) {
    throw new EsciSelectError('model', `saved model is of kind ${quote(saved.model)}, which is not known`, {
      path: CONFIG_FILE,
      hint: `known kinds are ${Object.keys(MODELS).join(', ')}`,
    });
  }
  return modelNamed(saved.model).load(saved);
}
