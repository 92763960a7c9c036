import { quote } from '../../errors.js';
import { parseNumber } from '../../io/text/number.js';
import { unescapedName } from './feature-names.js';
import {
  badField,
  type JsonField,
  listOf,
  member,
  optionalMember,
  textOf,
  wholeNumber,
  wholeNumbers,
} from './json-field.js';
import { parseModelText } from './model-text.js';

const MOST = 2_147_483_647;
/** Most classes of a model that has fewer trees than classes; a number that no tree bears out is not believed. */
const MOST_TREELESS = 64;
/** Most columns of a model that does not name them. */
const MOST_UNNAMED = 65_536;

/** The learner of an XGBoost model, given as text, bytes or parsed JSON. Throws 'model' if it is none. */
export function learnerOf(source: unknown, path?: string): JsonField {
  const isText = typeof source === 'string' || source instanceof Uint8Array;
  const value = isText ? parseModelText(source, path) : source;
  const root: JsonField = { value, name: '', path };
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  const learner = isObject ? optionalMember(root, 'learner') : null;
  if (learner !== null) return learner;
  throw badField(
    { ...root, name: 'model file' },
    'is JSON, but no XGBoost model: it has no learner',
    'give the file that booster.save_model("model.json") writes',
  );
}

/** [tree] the group that each tree is of. */
export function treeInfoOf(model: JsonField, trees: number, groups: number): Int32Array {
  const field = member(model, 'tree_info');
  const info = wholeNumbers(field, 0, groups - 1);
  if (info.length !== trees) throw badField(field, `has ${info.length} entries, trees has ${trees}`);
  const parameters = optionalMember(model, 'gbtree_model_param');
  const declared = parameters && optionalMember(parameters, 'num_trees');
  if (declared && wholeNumber(declared, 0, MOST) !== trees) {
    throw badField(declared, `is ${quote(declared.value)}, trees has ${trees}`);
  }
  return info;
}

/**
 * The first tree of every round, then the number of trees: iteration_indptr, which must divide the trees. Null where the
 * file has none, as before XGBoost 2.0.
 */
export function roundsOf(model: JsonField, trees: number): Int32Array | null {
  const field = optionalMember(model, 'iteration_indptr');
  if (field === null) return null;
  const starts = wholeNumbers(field, 0, trees);
  const ascends = starts.every((start, at) => at === 0 || start >= starts[at - 1]);
  if (starts.length === 0 ? trees === 0 : starts[0] === 0 && starts[starts.length - 1] === trees && ascends)
    return starts;
  throw badField(field, `does not ascend from 0 to the number of trees, ${trees}`);
}

/** The number of a model's columns, which its names or a limit bear out. */
export function columnCount(learner: JsonField): number {
  const field = member(member(learner, 'learner_model_param'), 'num_feature');
  const columns = wholeNumber(field, 1, MOST);
  const names = optionalMember(learner, 'feature_names');
  const named = names === null ? 0 : listOf(names).length;
  if (columns <= Math.max(named, MOST_UNNAMED)) return columns;
  throw badField(
    field,
    `is ${columns}, the file names ${named} columns, and without names ${MOST_UNNAMED} are allowed`,
    'train on a table with column names, or on the columns that the trees test',
  );
}

/** A number of classes or targets, of at least `least`, which so many trees bear out. */
export function groupCount(field: JsonField, least: number, trees: number): number {
  const groups = wholeNumber(field, least, MOST);
  if (groups <= Math.max(trees, MOST_TREELESS)) return groups;
  throw badField(field, `is ${groups}, but the model has ${trees} trees`);
}

/** Names of all columns; f0, f1, ... where the model has none. */
export function namesOf(learner: JsonField, features: number): string[] {
  const field = optionalMember(learner, 'feature_names');
  const names = field === null ? [] : listOf(field);
  if (field === null || names.length === 0)
    return Array.from({ length: features }, (_, column) => `f${column}`);
  if (names.length !== features)
    throw badField(field, `has ${names.length} names, num_feature is ${features}`);
  return names.map((value, at) => unescapedName(textOf({ ...field, value, name: `${field.name}[${at}]` })));
}

/** One margin per group, from "5E-1" (before XGBoost 3.1) or "[1E0,2E0]"; a single one serves all groups. */
export function baseScores(field: JsonField, groups: number, link: (score: number) => number): number[] {
  const text = typeof field.value === 'number' ? String(field.value) : textOf(field).trim();
  const parts = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1).split(',') : [text];
  if (parts.length !== 1 && parts.length !== groups) {
    throw badField(field, `has ${parts.length} numbers, expected 1 or ${groups}`);
  }
  const margins = parts.map((part) => Math.fround(link(parseNumber(part) ?? Number.NaN)));
  if (!margins.every(Number.isFinite)) {
    throw badField(field, `is ${quote(text)}, which gives no finite margin`);
  }
  return Array.from({ length: groups }, (_, group) => margins[parts.length === 1 ? 0 : group]);
}

/** XGBoost's ProbToMargin, -log(1/p - 1), in float32. */
export function logit(probability: number): number {
  return Math.fround(-Math.log(Math.fround(Math.fround(1 / Math.fround(probability)) - 1)));
}
