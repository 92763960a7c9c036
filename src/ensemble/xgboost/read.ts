import { quote } from '../../errors.js';
import { parseNumber } from '../../io/text/number.js';
import type { TreeEnsemble } from '../tree.js';
import { type BoosterModel, boosterModel, weightTrees } from './booster.js';
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
import { readXgboostTree } from './tree.js';

const MOST = 2_147_483_647;

/** How an objective's numbers become margins per class. */
interface Objective {
  readonly classes: (learner: JsonField) => number;
  /** base score as stored, to margin */
  readonly link: (score: number) => number;
}

const multiclass: Objective = {
  classes: (learner) => wholeNumber(member(member(learner, 'learner_model_param'), 'num_class'), 2, MOST),
  link: (score) => score,
};

const OBJECTIVES = new Map<string, Objective>([
  ['multi:softprob', multiclass],
  ['multi:softmax', multiclass],
  ['binary:logistic', { classes: () => 2, link: logit }],
  ['binary:logitraw', { classes: () => 2, link: (score) => score }],
]);

/**
 * The ensemble in an XGBoost JSON model (XGBoost 1.x to 3.x, or toXgboostJson), given as text, bytes or parsed JSON. A
 * binary model becomes two classes: class 1 has its margins, class 0 has margin 0 throughout, so that the softmax is
 * its probability. Trees that DART dropped have their leaves multiplied by the weight it gave them. Columns without names
 * are called f0, f1, ... Throws 'model' on anything that is not a sound classifier of gbtree or dart: other formats,
 * boosters and objectives, categorical splits, vector leaves, and malformed trees. O(size).
 *
 * @example
 * import { boostingOptions, fromXgboostJson, toXgboostJson, trainBoosting } from 'esci-select';
 *
 * const features = { rows: 4, columns: 2, names: ['a', 'b'], values: Float32Array.of(0, 1, 0, 2, 1, 1, 1, 2) };
 * const { ensemble } = trainBoosting({
 *   features,
 *   labels: Int16Array.of(0, 0, 1, 1),
 *   classes: 2,
 *   rows: Int32Array.of(0, 1, 2, 3),
 *   options: boostingOptions({ rounds: 4, minDataInLeaf: 1, minChildWeight: 0, baggingFraction: 1, featureFraction: 1 }),
 * });
 * const text = toXgboostJson(ensemble);
 * toXgboostJson(fromXgboostJson(text)) === text; // => true
 */
export function fromXgboostJson(source: unknown, path?: string): TreeEnsemble {
  const learner = learnerOf(source, path);
  const objective = objectiveOf(learner);
  const classes = objective.classes(learner);
  const isBinary = objective !== multiclass;
  const parameters = member(learner, 'learner_model_param');
  const features = wholeNumber(member(parameters, 'num_feature'), 1, MOST);
  const { model, weights } = gbtreeModel(learner, parameters);
  const treeList = member(model, 'trees');
  const unweighted = listOf(treeList).map((value, at) => {
    return readXgboostTree({ value, name: `trees[${at}]`, path: treeList.path }, features);
  });
  const trees = weights === null ? unweighted : weightTrees(unweighted, weights);
  const treeInfo = treeInfoOf(model, trees.length, isBinary ? 1 : classes);
  checkRounds(model, trees.length);
  const scores = baseScores(member(parameters, 'base_score'), isBinary ? 1 : classes, objective.link);
  return {
    classes,
    featureNames: namesOf(learner, features),
    baseScore: Float32Array.from(isBinary ? [0, scores[0]] : scores),
    trees,
    treeClass: isBinary ? treeInfo.fill(1) : treeInfo,
  };
}

/** The booster's attributes: the metadata given to toXgboostJson. */
export function xgboostAttributes(source: unknown, path?: string): Map<string, string> {
  const attributes = optionalMember(learnerOf(source, path), 'attributes');
  const keys = attributes === null ? [] : Object.keys(Object(attributes.value));
  return new Map(keys.map((key) => [key, textOf(member(attributes as JsonField, key))]));
}

function learnerOf(source: unknown, path: string | undefined): JsonField {
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

function objectiveOf(learner: JsonField): Objective {
  const name = member(member(learner, 'objective'), 'name');
  const objective = OBJECTIVES.get(textOf(name));
  if (objective !== undefined) return objective;
  throw badField(name, `is ${quote(name.value)}, which is no classifier known here`, hintOf(OBJECTIVES));
}

function hintOf(objectives: ReadonlyMap<string, unknown>): string {
  return `supported objectives: ${[...objectives.keys()].join(', ')}`;
}

function gbtreeModel(learner: JsonField, parameters: JsonField): BoosterModel {
  const { model, weights } = boosterModel(learner);
  const targets = optionalMember(parameters, 'num_target');
  if (targets !== null && wholeNumber(targets, 0, MOST) > 1) {
    throw badField(targets, `is ${quote(targets.value)}, expected 1`, 'train one model per target');
  }
  const categories = optionalMember(model, 'cats');
  const encoded = categories && optionalMember(categories, 'enc');
  if (encoded && listOf(encoded).length > 0) {
    throw badField(encoded, 'holds categories', 'train on numeric columns only');
  }
  return { model, weights };
}

function treeInfoOf(model: JsonField, trees: number, groups: number): Int32Array {
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

/** iteration_indptr, absent before XGBoost 2.0, must divide the trees into rounds. */
function checkRounds(model: JsonField, trees: number): void {
  const field = optionalMember(model, 'iteration_indptr');
  if (field === null) return;
  const starts = wholeNumbers(field, 0, trees);
  const ascends = starts.every((start, at) => at === 0 || start >= starts[at - 1]);
  if (starts.length === 0 ? trees === 0 : starts[0] === 0 && starts[starts.length - 1] === trees && ascends)
    return;
  throw badField(field, `does not ascend from 0 to the number of trees, ${trees}`);
}

function namesOf(learner: JsonField, features: number): string[] {
  const field = optionalMember(learner, 'feature_names');
  const names = field === null ? [] : listOf(field);
  if (field === null || names.length === 0)
    return Array.from({ length: features }, (_, column) => `f${column}`);
  if (names.length !== features)
    throw badField(field, `has ${names.length} names, num_feature is ${features}`);
  return names.map((value, at) => unescapedName(textOf({ ...field, value, name: `${field.name}[${at}]` })));
}

/** One margin per group, from "5E-1" (before XGBoost 3.1) or "[1E0,2E0]"; a single one serves all groups. */
function baseScores(field: JsonField, groups: number, link: Objective['link']): number[] {
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
function logit(probability: number): number {
  return Math.fround(-Math.log(Math.fround(Math.fround(1 / Math.fround(probability)) - 1)));
}
