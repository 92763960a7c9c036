import { readFile, stat } from 'node:fs/promises';
import { EsciSelectError } from '../../errors.js';
import { blocking } from '../../io/blocking.js';
import { cannotRead } from '../../io/errors.js';
import type { TreeEnsemble } from '../tree.js';
import { fromXgboostJson } from './read.js';

/** Node's longest string (2^29 - 24 characters) bounds what JSON.parse can take. */
const MOST_BYTES = 2 ** 29 - 24;

/**
 * The ensemble in an XGBoost JSON model file. Throws 'io' if it cannot be read, 'model' as fromXgboostJson does.
 *
 * @example
 * import { writeFileSync } from 'node:fs';
 * import { boostingOptions, readModelFile, toXgboostJson, trainBoosting } from 'esci-select';
 *
 * const features = { rows: 4, columns: 2, names: ['a', 'b'], values: Float32Array.of(0, 1, 0, 2, 1, 1, 1, 2) };
 * const { ensemble } = trainBoosting({
 *   features,
 *   labels: Int16Array.of(0, 0, 1, 1),
 *   classes: 2,
 *   rows: Int32Array.of(0, 1, 2, 3),
 *   options: boostingOptions({ rounds: 4, minDataInLeaf: 1, minChildWeight: 0, baggingFraction: 1, featureFraction: 1 }),
 * });
 * writeFileSync('model.json', toXgboostJson(ensemble));
 * (await readModelFile('model.json')).featureNames; // => [ 'a', 'b' ]
 */
export async function readModelFile(path: string): Promise<TreeEnsemble> {
  const bytes = await readBytes(path);
  return blocking(() => fromXgboostJson(bytes, path));
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
