import { EsciSelectError } from '../../errors.js';
import { parseModelText } from '../xgboost/model-text.js';
import { readCatboost } from './catboost.js';
import type { ForeignEnsemble } from './foreign-ensemble.js';
import { readLightgbm } from './lightgbm.js';
import { readTreelite } from './treelite.js';
import { parseUbj } from './ubj.js';
import { readXgboost } from './xgboost.js';

const UBJ = /^\{[iUIlL$#]/;
const LIGHTGBM = /^tree\r?\n/;

/**
 * A tree ensemble of another engine, told by its content: XGBoost JSON and UBJSON, LightGBM text, CatBoost JSON, treelite
 * JSON. Throws 'model' on other files, on what cannot be attributed exactly (linear boosters and trees, target statistics),
 * with what to do about it, and on malformed files. Sizes that a file declares are held against what it holds. O(size).
 *
 * @example
 * import { boostingOptions, parseEnsemble, toXgboostJson, trainBoosting } from 'esci-select';
 *
 * const features = { rows: 4, columns: 2, names: ['a', 'b'], values: Float32Array.of(0, 1, 0, 2, 1, 1, 1, 2) };
 * const { ensemble } = trainBoosting({
 *   features,
 *   labels: Int16Array.of(0, 0, 1, 1),
 *   classes: 2,
 *   rows: Int32Array.of(0, 1, 2, 3),
 *   options: boostingOptions({ rounds: 4, minDataInLeaf: 1, minChildWeight: 0, baggingFraction: 1, featureFraction: 1 }),
 * });
 * const { format, columns, link } = parseEnsemble(Buffer.from(toXgboostJson(ensemble)));
 * [format, columns.length, link]; // => [ 'xgboost-json', 2, 'softmax' ]
 */
export function parseEnsemble(bytes: Uint8Array, path?: string): ForeignEnsemble {
  const start = Buffer.from(bytes.subarray(0, 8)).toString('latin1');
  if (UBJ.test(start)) return readXgboost(parseUbj(bytes, path), 'xgboost-ubj', path);
  if (LIGHTGBM.test(start)) return readLightgbm(new TextDecoder().decode(bytes), path);
  const value = parseModelText(bytes, path);
  const has = (key: string) => typeof value === 'object' && value !== null && Object.hasOwn(value, key);
  if (has('learner')) return readXgboost(value, 'xgboost-json', path);
  if (has('features_info')) return readCatboost(value, path);
  if (has('leaf_vector_shape') || has('average_tree_output')) return readTreelite(value, path);
  throw new EsciSelectError(
    'model',
    has('tree_info')
      ? 'model file is a dump of LightGBM, not a model'
      : 'model file is JSON of no known kind',
    {
      path,
      hint: 'read are: XGBoost booster.save_model("model.json" or "model.ubj"), LightGBM booster.save_model("model.txt"), CatBoost model.save_model("model.json", format="json"), treelite model.dump_as_json()',
    },
  );
}
