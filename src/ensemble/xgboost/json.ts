import { roundStarts } from '../scoring/score.js';
import type { Tree, TreeEnsemble } from '../tree.js';
import { escapedName } from './feature-names.js';
import { floatText } from './float-text.js';

export { fromXgboostJson, xgboostAttributes } from './read.js';

/** What XGBoost writes as the parent of a root. */
const NO_PARENT = 2_147_483_647;

/**
 * The ensemble as an XGBoost JSON model (objective multi:softprob) that XGBoost itself loads, with equal margins.
 * Equal ensembles give equal text. `metadata` becomes the booster's attributes. Version 2.1's layout, which later
 * versions read too, unless classes have different base scores, which only 3.1 and later can hold.
 *
 * @example
 * import { boostingOptions, toXgboostJson, trainBoosting } from 'esci-select';
 *
 * const features = { rows: 4, columns: 2, names: ['a', 'b'], values: Float32Array.of(0, 1, 0, 2, 1, 1, 1, 2) };
 * const { ensemble } = trainBoosting({
 *   features,
 *   labels: Int16Array.of(0, 0, 1, 1),
 *   classes: 2,
 *   rows: Int32Array.of(0, 1, 2, 3),
 *   options: boostingOptions({ rounds: 4, minDataInLeaf: 1, minChildWeight: 0, baggingFraction: 1, featureFraction: 1 }),
 * });
 * JSON.parse(toXgboostJson(ensemble)).learner.objective.name; // => 'multi:softprob'
 */
export function toXgboostJson(
  ensemble: TreeEnsemble,
  metadata: Readonly<Record<string, string>> = {},
): string {
  const { classes, featureNames, baseScore } = ensemble;
  const shared = baseScore.every((score) => Object.is(score, baseScore[0]));
  const scores = Array.from(shared ? baseScore.slice(0, 1) : baseScore, floatText);
  const learner = {
    attributes: new Map(Object.entries(metadata)),
    feature_names: featureNames.map(escapedName),
    feature_types: featureNames.map(() => 'float'),
    gradient_booster: { model: boosterModel(ensemble), name: 'gbtree' },
    learner_model_param: {
      base_score: shared ? scores[0] : `[${scores.join(',')}]`,
      boost_from_average: '1',
      num_class: String(classes),
      num_feature: String(featureNames.length),
      num_target: '1',
    },
    objective: { name: 'multi:softprob', softmax_multiclass_param: { num_class: String(classes) } },
  };
  return jsonText({ learner, version: Int32Array.from(shared ? [2, 1, 0] : [3, 1, 0]) });
}

function boosterModel(ensemble: TreeEnsemble): JsonRecord {
  const { trees, treeClass, featureNames } = ensemble;
  const starts = roundStarts(ensemble);
  const firstRound = treeClass.subarray(0, starts[1] ?? 0);
  const parallel = Math.max(1, firstRound.filter((k) => k === firstRound[0]).length);
  return {
    gbtree_model_param: { num_parallel_tree: String(parallel), num_trees: String(trees.length) },
    iteration_indptr: Int32Array.from(starts),
    tree_info: treeClass,
    trees: trees.map((tree, id) => treeRecord(tree, id, featureNames.length)),
  };
}

function treeRecord(tree: Tree, id: number, features: number): JsonRecord {
  const nodes = tree.left.length;
  const isLeaf = (node: number) => tree.left[node] < 0;
  const none = new Int32Array(0);
  return {
    base_weights: tree.value,
    categories: none,
    categories_nodes: none,
    categories_segments: none,
    categories_sizes: none,
    default_left: tree.defaultLeft,
    id,
    left_children: tree.left,
    loss_changes: tree.gain,
    parents: parentsOf(tree),
    right_children: tree.right,
    split_conditions: tree.threshold.map((threshold, node) => (isLeaf(node) ? tree.value[node] : threshold)),
    split_indices: tree.feature,
    split_type: new Int32Array(nodes),
    sum_hessian: tree.cover,
    tree_param: {
      num_deleted: '0',
      num_feature: String(features),
      num_nodes: String(nodes),
      size_leaf_vector: '1',
    },
  };
}

function parentsOf(tree: Tree): Int32Array {
  const parents = new Int32Array(tree.left.length).fill(NO_PARENT);
  for (let node = 0; node < parents.length; node++) {
    if (tree.left[node] < 0) continue;
    parents[tree.left[node]] = node;
    parents[tree.right[node]] = node;
  }
  return parents;
}

interface JsonRecord {
  readonly [key: string]: JsonValue;
}
type JsonValue =
  | string
  | number
  | Int32Array
  | Uint8Array
  | Float32Array
  | readonly JsonValue[]
  | ReadonlyMap<string, string>
  | JsonRecord;

/** JSON with floats in XGBoost's form, which JSON.stringify cannot write; a Map keeps names such as __proto__. */
function jsonText(value: JsonValue): string {
  if (typeof value === 'string' || typeof value === 'number') return JSON.stringify(value);
  if (value instanceof Float32Array) return `[${Array.from(value, floatText).join(',')}]`;
  if (value instanceof Int32Array || value instanceof Uint8Array) return `[${value.join(',')}]`;
  if (isList(value)) return `[${value.map(jsonText).join(',')}]`;
  const entries: [string, JsonValue][] = value instanceof Map ? [...value] : Object.entries(value);
  return `{${entries.map(([key, member]) => `${JSON.stringify(key)}:${jsonText(member)}`).join(',')}}`;
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
