import { readFile, stat } from 'node:fs/promises';
import { EsciSelectError } from '../../errors.js';
import { cannotRead } from '../../io/errors.js';
import type { TreeEnsemble } from '../tree.js';
import { fromXgboostJson } from './read.js';

/** Node's longest string (2^29 - 24 characters) bounds what JSON.parse can take. */
const MOST_BYTES = 2 ** 29 - 24;

/** The ensemble in an XGBoost JSON model file. Throws 'io' if it cannot be read, 'model' as fromXgboostJson does. */
export async function readModelFile(path: string): Promise<TreeEnsemble> {
  return fromXgboostJson(await readBytes(path), path);
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(path);
    if (size > MOST_BYTES) throw tooLarge(path, size);
    return await readFile(path);
  } catch (error) {
    throw cannotRead(path, error);
  }
}

function tooLarge(path: string, size: number): EsciSelectError {
  const megabytes = (bytes: number) => Math.ceil(bytes / 2 ** 20);
  return new EsciSelectError(
    'model',
    `model file has ${megabytes(size)} MiB, at most ${megabytes(MOST_BYTES)} can be read`,
    {
      path,
      hint: 'keep fewer rounds: booster[:rounds].save_model("model.json")',
    },
  );
}
