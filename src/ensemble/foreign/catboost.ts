import { quote } from '../../errors.js';
import {
  badField,
  type JsonField,
  listOf,
  member,
  optionalMember,
  textOf,
  wholeNumber,
} from '../xgboost/json-field.js';
import { catboostSplits, numbersOf, type SplitReader } from './catboost-splits.js';
import { nestedTree, obliviousTree } from './catboost-tree.js';
import { ColumnBook } from './columns.js';
import { evenRounds, float64Ensemble } from './float64-ensemble.js';
import type { ForeignEnsemble, MarginLink } from './foreign-ensemble.js';
import { treesOf } from './node-list.js';

const MOST = 65_535;
const LINKS: Readonly<Record<string, MarginLink>> = {
  MultiClass: 'softmax',
  MultiClassOneVsAll: 'one-vs-all',
  Logloss: 'sigmoid',
  CrossEntropy: 'sigmoid',
};

/**
 * A CatBoost model in JSON: symmetric trees, and those of grow_policy Depthwise and Lossguide. Throws 'model', also for
 * what its file does not hold in full: target statistics (CTR), one-hot tests of hashed categories, text and embedding
 * features. O(size).
 */
export function readCatboost(source: unknown, path?: string): ForeignEnsemble {
  const root: JsonField = { value: source, name: '', path };
  const names = namesOf(root);
  const book = new ColumnBook(names);
  const splits = catboostSplits(root, book);
  const { scale, bias } = scaleAndBias(root);
  const outputs = bias.length;
  const isSymmetric = optionalMember(root, 'oblivious_trees') !== null;
  const list = member(root, isSymmetric ? 'oblivious_trees' : 'trees');
  const offset = bias.slice();
  const trees = listOf(list).flatMap((value, at) => {
    const field = { value, name: `${list.name}[${at}]`, path };
    const nodes = (isSymmetric ? obliviousTree : nestedTree)(field, outputs, splits as SplitReader);
    const scaled = { ...nodes, values: nodes.values.map((values) => values.map((leaf) => leaf * scale)) };
    return treesOf(scaled).map(({ tree, centre }, output) => {
      offset[output] += centre;
      return tree;
    });
  });
  const objective = lossOf(root);
  return float64Ensemble(book, {
    format: 'catboost',
    objective,
    link: LINKS[objective] ?? 'identity',
    columns: names.map((_, at) => book.column(at)),
    trees,
    treeClass: Int32Array.from(trees, (_, at) => at % outputs),
    offset,
    roundStarts: evenRounds(trees.length, outputs),
  });
}

/** Names by place in the table. */
function namesOf(root: JsonField): string[] {
  const info = member(root, 'features_info');
  const names: string[] = [];
  for (const kind of ['categorical_features', 'text_features', 'embedding_features']) {
    const features = optionalMember(info, kind);
    if (features === null || listOf(features).length === 0) continue;
    throw badField(
      features,
      'are features whose values the file holds as hashes only',
      'train on numeric columns: encode categories as numbers before, or use XGBoost or LightGBM',
    );
  }
  const floats = optionalMember(info, 'float_features');
  const list = floats === null ? [] : listOf(floats);
  list.forEach((value, at) => {
    const feature = { value, name: `float_features[${at}]`, path: root.path };
    const place = wholeNumber(member(feature, 'flat_feature_index'), 0, MOST);
    if (place !== at) {
      throw badField(feature, `has the place ${place} in the table`, 'train on numeric columns alone');
    }
    const name = optionalMember(feature, 'feature_name') ?? optionalMember(feature, 'feature_id');
    const text = name === null || name.value === '' ? String(place) : textOf(name);
    names.push(text);
  });
  return names;
}

function scaleAndBias(root: JsonField): { readonly scale: number; readonly bias: Float64Array } {
  const field = member(root, 'scale_and_bias');
  const [scale, bias] = listOf(field);
  const list = Array.isArray(bias) ? bias : [bias];
  const isNumber = (value: unknown) => typeof value === 'number' && Number.isFinite(value);
  if (isNumber(scale) && list.length > 0 && list.every(isNumber)) {
    return { scale: scale as number, bias: numbersOf({ ...field, value: list }) };
  }
  throw badField(field, `is ${quote(JSON.stringify(field.value))}, expected a number and a list of numbers`);
}

/** The loss that was trained on, without its parameters; CatBoost keeps it in a text of JSON. */
function lossOf(root: JsonField): string {
  const info = optionalMember(root, 'model_info');
  const parameters = info && optionalMember(info, 'params');
  const text =
    typeof parameters?.value === 'string' ? parameters.value : JSON.stringify(parameters?.value ?? '');
  const found = /['"]loss_function['"]\s*:\s*\{[^}]*?['"]type['"]\s*:\s*['"](\w+)/.exec(text);
  return found?.[1] ?? 'unknown';
}
