import { quote } from '../../errors.js';
import type { TreeEnsemble } from '../tree.js';
import { type BoosterModel, boosterModel, weightTrees } from './booster.js';
import {
  badField,
  type JsonField,
  listOf,
  member,
  optionalMember,
  textOf,
  wholeNumber,
} from './json-field.js';
import {
  baseScores,
  columnCount,
  groupCount,
  learnerOf,
  logit,
  namesOf,
  roundsOf,
  treeInfoOf,
} from './learner.js';
import { readXgboostTree } from './tree.js';

const MOST = 2_147_483_647;

/** How an objective's numbers become margins per class. */
interface Objective {
  readonly classes: (learner: JsonField, trees: number) => number;
  /** base score as stored, to margin */
  readonly link: (score: number) => number;
}

const multiclass: Objective = {
  classes: (learner, trees) => {
    return groupCount(member(member(learner, 'learner_model_param'), 'num_class'), 2, trees);
  },
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
  const parameters = member(learner, 'learner_model_param');
  const features = columnCount(learner);
  const { model, weights } = gbtreeModel(learner, parameters);
  const treeList = member(model, 'trees');
  const classes = objective.classes(learner, listOf(treeList).length);
  const isBinary = objective !== multiclass;
  const unweighted = listOf(treeList).map((value, at) => {
    return readXgboostTree({ value, name: `trees[${at}]`, path: treeList.path }, features);
  });
  const trees = weights === null ? unweighted : weightTrees(unweighted, weights);
  const treeInfo = treeInfoOf(model, trees.length, isBinary ? 1 : classes);
  roundsOf(model, trees.length);
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
