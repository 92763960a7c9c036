import { readFile, stat } from 'node:fs/promises';
import { EsciSelectError } from '../../errors.js';
import { cannotRead } from '../../io/errors.js';
import type { ForeignEnsemble } from './foreign-ensemble.js';
import { parseEnsemble } from './format.js';

/** Node's longest string (2^29 - 24 characters) bounds what can be parsed as text. */
const MOST_BYTES = 2 ** 29 - 24;

/**
 * The ensemble in a model file of XGBoost, LightGBM, CatBoost or treelite, as parseEnsemble. Throws 'io' where it cannot
 * be read, 'model' where it is larger than 512 MiB or no such model.
 *
 * @example
 * import { writeFileSync } from 'node:fs';
 * import { boostingOptions, readEnsemble, toXgboostJson, trainBoosting } from 'esci-select';
 *
 * const features = { rows: 4, columns: 2, names: ['a', 'b'], values: Float32Array.of(0, 1, 0, 2, 1, 1, 1, 2) };
 * const { ensemble } = trainBoosting({
 *   features,
 *   labels: Int16Array.of(0, 0, 1, 1),
 *   classes: 2,
 *   rows: Int32Array.of(0, 1, 2, 3),
 *   options: boostingOptions({ rounds: 4, minDataInLeaf: 1, minChildWeight: 0, baggingFraction: 1, featureFraction: 1 }),
 * });
 * writeFileSync('stack.json', toXgboostJson(ensemble));
 * const { columns } = await readEnsemble('stack.json');
 * columns.map(({ name }) => name); // => [ 'a', 'b' ]
 */
export async function readEnsemble(path: string): Promise<ForeignEnsemble> {
  let bytes: Uint8Array;
  try {
    const { size } = await stat(path);
    if (size > MOST_BYTES) throw tooLarge(path, size);
    bytes = await readFile(path);
  } catch (error) {
    throw cannotRead(path, error);
  }
  return parseEnsemble(bytes, path);
}

function tooLarge(path: string, size: number): EsciSelectError {
  const mebibytes = (bytes: number) => Math.ceil(bytes / 2 ** 20);
  return new EsciSelectError(
    'model',
    `model file has ${mebibytes(size)} MiB, at most ${mebibytes(MOST_BYTES)} can be read`,
    { path, hint: 'save fewer rounds, for example booster.save_model("model.txt", num_iteration=500)' },
  );
}
