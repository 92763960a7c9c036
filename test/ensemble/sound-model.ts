import { fromXgboostJson } from '../../src/ensemble/xgboost/json.js';
import { EsciSelectError } from '../../src/errors.js';

/** A sound model: two classes, one round, each tree of depth 2 with the nodes 0; 1, 2; 3, 4 under 1. */
function soundTree() {
  return {
    base_weights: [0, 0, 0, 0, 0],
    categories: [] as number[],
    categories_nodes: [] as number[],
    categories_segments: [] as number[],
    categories_sizes: [] as number[],
    default_left: [1, 0, 0, 0, 0] as (number | boolean)[],
    id: 0,
    left_children: [1, 3, -1, -1, -1],
    loss_changes: [3, 2, 0, 0, 0] as (number | null)[],
    parents: [2147483647, 0, 0, 1, 1],
    right_children: [2, 4, -1, -1, -1],
    split_conditions: [0.5, 0.25, 0.3, -0.1, 0.2] as (number | null | string)[],
    split_indices: [0, 1, 0, 0, 0],
    split_type: [0, 0, 0, 0, 0],
    sum_hessian: [9, 6, 3, 2, 4] as (number | null)[],
    tree_param: { num_deleted: '0', num_feature: '2', num_nodes: '5', size_leaf_vector: '1' },
  };
}

export function soundModel() {
  return {
    learner: {
      attributes: {},
      feature_names: ['a', 'b'] as unknown[],
      feature_types: ['float', 'float'],
      gradient_booster: {
        model: {
          cats: { enc: [] as unknown[], feature_segments: [], sorted_idx: [] },
          gbtree_model_param: { num_parallel_tree: '1', num_trees: '2' },
          iteration_indptr: [0, 2] as number[],
          tree_info: [0, 1] as unknown[],
          trees: [soundTree(), soundTree()] as unknown[],
        } as Record<string, unknown>,
        name: 'gbtree' as string,
      },
      learner_model_param: {
        base_score: '5E-1' as unknown,
        num_class: '2',
        num_feature: '2',
        num_target: '1',
      } as Record<string, unknown>,
      objective: { name: 'multi:softprob', softmax_multiclass_param: { num_class: '2' } } as Record<
        string,
        unknown
      >,
    },
    version: [3, 2, 0],
  };
}

export type Model = ReturnType<typeof soundModel>;
export type SoundTree = ReturnType<typeof soundTree>;

export function withTree(change: (tree: SoundTree) => void): Model {
  const model = soundModel();
  const tree = soundTree();
  change(tree);
  (model.learner.gradient_booster.model.trees as unknown[])[1] = tree;
  return model;
}

export function withModel(change: (model: Model) => void): Model {
  const model = soundModel();
  change(model);
  return model;
}

export function refusal(source: unknown): EsciSelectError {
  try {
    fromXgboostJson(source, 'm.json');
  } catch (error) {
    if (error instanceof EsciSelectError) return error;
    throw error;
  }
  throw new Error('the model was accepted');
}

/** A chain of so many inner nodes, each with a leaf on its left. */
export function chain(inner: number): SoundTree {
  const nodes = 2 * inner + 1;
  const each = <T>(value: (node: number) => T) => Array.from({ length: nodes }, (_, node) => value(node));
  const isInner = (node: number) => node % 2 === 0 && node < nodes - 1;
  return {
    ...soundTree(),
    base_weights: each(() => 0),
    default_left: each(() => 0),
    left_children: each((node) => (isInner(node) ? node + 1 : -1)),
    right_children: each((node) => (isInner(node) ? node + 2 : -1)),
    loss_changes: each(() => 0),
    parents: each((node) => (node === 0 ? 2147483647 : node - 2 + (node % 2))),
    split_conditions: each(() => 0.5),
    split_indices: each(() => 0),
    split_type: each(() => 0),
    sum_hessian: each(() => 1),
    tree_param: { ...soundTree().tree_param, num_nodes: String(nodes) },
  };
}
