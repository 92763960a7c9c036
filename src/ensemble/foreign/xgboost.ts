import { quote } from '../../errors.js';
import type { Tree } from '../tree.js';
import { boosterModel, weightTrees } from '../xgboost/booster.js';
import {
  badField,
  floats,
  type JsonField,
  listOf,
  member,
  optionalMember,
  textOf,
  wholeNumber,
} from '../xgboost/json-field.js';
import {
  baseScores,
  columnCount,
  groupCount,
  learnerOf,
  logit,
  namesOf,
  roundsOf,
  treeInfoOf,
} from '../xgboost/learner.js';
import { readAnyTree, type XgboostTree } from '../xgboost/tree.js';
import { CATEGORY_THRESHOLD, ColumnBook } from './columns.js';
import type { EnsembleFormat, ForeignEnsemble, MarginLink } from './foreign-ensemble.js';
import { checkDepth } from './node-list.js';
import { xgboostLevels } from './xgboost-levels.js';

const MOST = 2_147_483_647;

/** What an objective's margins mean, and how its base score becomes one. */
interface Objective {
  readonly link: MarginLink;
  readonly margin: (score: number) => number;
}

const identity = (score: number) => score;
const scores: Objective = { link: 'identity', margin: identity };
const softmax: Objective = { link: 'softmax', margin: identity };
const logarithm: Objective = { link: 'identity', margin: (score) => Math.log(Math.fround(score)) };

const OBJECTIVES = new Map<string, Objective>([
  ['multi:softprob', softmax],
  ['multi:softmax', softmax],
  ['binary:logistic', { link: 'sigmoid', margin: logit }],
  ['binary:logitraw', { link: 'sigmoid', margin: identity }],
  ['binary:hinge', scores],
  ['reg:logistic', { link: 'sigmoid', margin: logit }],
  ['reg:squarederror', scores],
  ['reg:squaredlogerror', scores],
  ['reg:pseudohubererror', scores],
  ['reg:absoluteerror', scores],
  ['reg:quantileerror', scores],
  ['reg:expectileerror', scores],
  ['reg:gamma', logarithm],
  ['reg:tweedie', logarithm],
  ['count:poisson', logarithm],
  ['rank:ndcg', scores],
  ['rank:map', scores],
  ['rank:pairwise', scores],
]);

/** An XGBoost model, parsed from JSON or UBJSON. Throws 'model'. O(size). */
export function readXgboost(source: unknown, format: EnsembleFormat, path?: string): ForeignEnsemble {
  const learner = learnerOf(source, path);
  const objective = objectiveOf(learner);
  const parameters = member(learner, 'learner_model_param');
  const { model, weights } = boosterModel(learner);
  const list = member(model, 'trees');
  const features = columnCount(learner);
  const groups = groupsOf(learner, listOf(list).length);
  const raw = listOf(list).map((value, at) => {
    const name = `trees[${at}]`;
    const tree = readAnyTree({ value, name, path }, features);
    checkDepth(tree.tree, { name, path });
    return tree;
  });
  const info = treeInfoOf(model, raw.length, groups);
  const names = namesOf(learner, features);
  const book = new ColumnBook(names);
  const weighted = weights === null ? raw : weightAll(raw, weights);
  const { trees, treeClass, places } = ungroup(
    weighted.map((tree) => testColumns(tree, book)),
    info,
    groups,
    path,
  );
  const starts = roundsOf(model, raw.length);
  const levels = xgboostLevels(model, names.length);
  return {
    format,
    objective: textOf(member(member(learner, 'objective'), 'name')),
    link: objective.link,
    columns: names.map((_, at) => book.column(at, levels[at])),
    derived: book.derived,
    thresholds: book.thresholds,
    ensemble: {
      classes: groups,
      featureNames: book.derivedNames,
      baseScore: Float32Array.from(baseScores(member(parameters, 'base_score'), groups, objective.margin)),
      trees,
      treeClass,
    },
    offset: new Float64Array(groups),
    arithmetic: 'float32',
    roundStarts: starts === null ? null : starts.map((tree) => places[tree]),
    bestRounds: bestRounds(learner),
    averagedOver: 1,
  };
}

function objectiveOf(learner: JsonField): Objective {
  const name = member(member(learner, 'objective'), 'name');
  const objective = OBJECTIVES.get(textOf(name));
  if (objective !== undefined) return objective;
  throw badField(
    name,
    `is ${quote(name.value)}, whose base score cannot be read as a margin`,
    `supported objectives: ${[...OBJECTIVES.keys()].join(', ')}`,
  );
}

/** Outputs: classes or targets. */
function groupsOf(learner: JsonField, trees: number): number {
  const parameters = member(learner, 'learner_model_param');
  const classes = optionalMember(parameters, 'num_class');
  const targets = optionalMember(parameters, 'num_target');
  const numbers = [classes, targets].map((field) =>
    field === null ? 1 : groupCount(field, 0, boundOf(learner, trees)),
  );
  if (numbers[0] > 1 && numbers[1] > 1) {
    throw badField(targets!, `is ${numbers[1]} beside ${numbers[0]} classes`, 'train one model per target');
  }
  return Math.max(1, ...numbers);
}

/** What a number of outputs is held against: a tree each, or a number each in leaves that are vectors. */
function boundOf(learner: JsonField, trees: number): number {
  const list = listOf(member(boosterModel(learner).model, 'trees'));
  if (trees === 0) return 0;
  const leaves = optionalMember({ value: list[0], name: 'trees[0]' }, 'leaf_weights');
  return Math.max(trees, leaves === null ? 0 : listOf(leaves).length);
}

/** A tree whose nodes test derived columns. */
function testColumns({ tree, sets, vectors }: XgboostTree, book: ColumnBook): XgboostTree {
  const feature = tree.feature.slice();
  const threshold = tree.threshold.slice();
  for (let node = 0; node < feature.length; node++) {
    if (tree.left[node] < 0) continue;
    const set = sets.get(node);
    if (set === undefined) {
      feature[node] = book.number(feature[node]);
      continue;
    }
    feature[node] = book.category(feature[node], set, 1, 'missing');
    threshold[node] = CATEGORY_THRESHOLD;
  }
  return { tree: { ...tree, feature, threshold }, sets, vectors };
}

function weightAll(trees: readonly XgboostTree[], weights: JsonField): XgboostTree[] {
  const scalars = weightTrees(
    trees.map(({ tree }) => tree),
    weights,
  );
  const factors = floats(weights);
  return trees.map((one, at) => ({
    ...one,
    tree: scalars[at],
    vectors: one.vectors?.map((values) => values.map((value) => value * factors[at])) ?? null,
  }));
}

/** Trees of one output each; `places` [tree of the file, and the number of them] has the first one made of each. */
function ungroup(all: readonly XgboostTree[], info: Int32Array, groups: number, path?: string) {
  const trees: Tree[] = [];
  const classes: number[] = [];
  const places = new Int32Array(all.length + 1);
  all.forEach(({ tree, vectors }, at) => {
    if (vectors === null) {
      trees.push(tree);
      classes.push(info[at]);
    } else {
      if (vectors.length !== groups) {
        throw badField(
          { value: null, name: `trees[${at}]`, path },
          `has leaves of ${vectors.length} numbers, not ${groups}`,
        );
      }
      vectors.forEach((value, output) => {
        trees.push({ ...tree, value });
        classes.push(output);
      });
    }
    places[at + 1] = trees.length;
  });
  return { trees, treeClass: Int32Array.from(classes), places };
}

function bestRounds(learner: JsonField): number | null {
  const attributes = optionalMember(learner, 'attributes');
  const best = attributes && optionalMember(attributes, 'best_iteration');
  return best ? wholeNumber(best, 0, MOST - 1) + 1 : null;
}
