import { EsciSelectError, quote } from '../errors.js';
import { CONFIG_FILE, unpackModel } from './files.js';
import type { FittedModel } from './model.js';
import type { LoadableModel } from './neural.js';
import { MODELS, modelNamed } from './registry.js';

/**
 * Reloads a model from the files that FittedModel.save gave; its predictions equal the saved model's bit for bit.
 * Throws EsciSelectError('model') for damaged files or a model that this version does not have.
 */
export async function loadModel(files: ReadonlyMap<string, Uint8Array>): Promise<FittedModel> {
  const saved = unpackModel(files);
  return modelOf(saved.model).load(saved);
}

function modelOf(name: string): LoadableModel {
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
