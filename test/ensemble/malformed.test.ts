import { describe, expect, it } from 'vitest';
import { fromXgboostJson } from '../../src/ensemble/xgboost/json.js';
import {
  chain,
  type Model,
  refusal,
  type SoundTree,
  soundModel,
  withModel,
  withTree,
} from './sound-model.js';

const TREE_FAULTS: [string, (tree: SoundTree) => void, string][] = [
  [
    'a child out of range',
    (t) => (t.left_children[1] = 99),
    "trees[1].left_children[1] is '99', expected -1 to 4",
  ],
  ['a child below -1', (t) => (t.right_children[1] = -2), "right_children[1] is '-2'"],
  ['a fractional child', (t) => (t.left_children[1] = 2.5), "left_children[1] is '2.5'"],
  [
    'a column out of range',
    (t) => (t.split_indices[1] = 2),
    'trees[1] node 1 tests column 2, the model has columns 0 to 1',
  ],
  ['a negative column', (t) => (t.split_indices[1] = -1), "split_indices[1] is '-1'"],
  ['arrays of unequal length', (t) => t.sum_hessian.pop(), 'sum_hessian has 4 nodes, split_conditions has 5'],
  [
    'a wrong number of nodes',
    (t) => (t.tree_param.num_nodes = '4'),
    'num_nodes is 4, but split_conditions has 5',
  ],
  ['a cycle to the root', (t) => (t.left_children[1] = 0), 'node 0 is reached twice'],
  ['a cycle below the root', (t) => (t.right_children[1] = 1), 'node 1 is reached twice'],
  ['a shared child', (t) => (t.right_children[1] = 3), 'node 3 is reached twice'],
  [
    'a node on its own',
    (t) => {
      t.left_children[1] = -1;
      t.right_children[1] = -1;
    },
    'node 3 cannot be reached',
  ],
  ['one child only', (t) => (t.right_children[1] = -1), 'node 1 has one child'],
  ['a wrong parent', (t) => (t.parents[4] = 0), 'node 4 has parent 0, but is a child of 1'],
  ['a NaN threshold', (t) => (t.split_conditions[1] = null), 'node 1 has the threshold NaN'],
  ['a text threshold', (t) => (t.split_conditions[1] = '0.5'), 'node 1 has the threshold NaN'],
  ['a threshold beyond float32', (t) => (t.split_conditions[1] = 1e39), 'node 1 has the threshold Infinity'],
  ['a NaN leaf', (t) => (t.split_conditions[4] = null), 'node 4 has the value NaN'],
  ['a negative cover', (t) => (t.sum_hessian[2] = -1), 'node 2 has the cover -1'],
  ['a NaN cover', (t) => (t.sum_hessian[2] = null), 'node 2 has the cover NaN'],
  ['a default that is no side', (t) => (t.default_left[0] = 2), "default_left[0] is '2', expected 0 to 1"],
  ['categorical splits', (t) => (t.split_type[1] = 1), 'trees[1] has categorical splits'],
  ['categories', (t) => t.categories_nodes.push(1), 'trees[1] has categorical splits'],
  ['vector leaves', (t) => (t.tree_param.size_leaf_vector = '2'), 'trees[1] has vector leaves'],
  ['no nodes', (t) => (t.split_conditions = []), 'trees[1] has no nodes'],
  ['no children', (t) => Reflect.deleteProperty(t, 'left_children'), "trees[1] has no 'left_children'"],
  [
    'a list that is none',
    (t) => Object.assign(t, { left_children: 'x' }),
    'trees[1].left_children is not a list',
  ],
];

const booster = (m: Model) => m.learner.gradient_booster;
const MODEL_FAULTS: [string, (model: Model) => void, string][] = [
  [
    'a class out of range',
    (m) => (booster(m).model.tree_info = [0, 2]),
    "tree_info[1] is '2', expected 0 to 1",
  ],
  [
    'too few classes of trees',
    (m) => (booster(m).model.tree_info = [0]),
    'tree_info has 1 entries, trees has 2',
  ],
  [
    'a wrong number of trees',
    (m) => (booster(m).model.gbtree_model_param = { num_trees: '3' }),
    "num_trees is '3', trees has 2",
  ],
  [
    'rounds that descend',
    (m) => (booster(m).model.iteration_indptr = [0, 2, 1, 2]),
    'iteration_indptr does not ascend',
  ],
  [
    'rounds that end early',
    (m) => (booster(m).model.iteration_indptr = [0, 1]),
    'iteration_indptr does not ascend',
  ],
  ['DART without its trees', (m) => (booster(m).name = 'dart'), "gradient_booster has no 'gbtree'"],
  ['a linear booster', (m) => (booster(m).name = 'gblinear'), "gradient_booster is 'gblinear'"],
  ['a tree that is none', (m) => (booster(m).model.trees = [1, 2]), 'trees[0] is not an object'],
  ['encoded categories', (m) => (booster(m).model.cats = { enc: [1] }), 'holds categories'],
  ['a regression', (m) => (m.learner.objective.name = 'reg:squarederror'), 'no classifier known here'],
  [
    'an objective called constructor',
    (m) => (m.learner.objective.name = 'constructor'),
    'no classifier known here',
  ],
  ['one class', (m) => (m.learner.learner_model_param.num_class = '1'), "num_class is '1'"],
  [
    'a billion classes',
    (m) => (m.learner.learner_model_param.num_class = '1000000000'),
    'num_class is 1000000000, but the model has 2 trees',
  ],
  [
    'a hundred million columns without names',
    (m) => {
      m.learner.learner_model_param.num_feature = '100000000';
      m.learner.feature_names = [];
    },
    'num_feature is 100000000, the file names 0 columns',
  ],
  ['a text for a number', (m) => (m.learner.learner_model_param.num_feature = 'two'), "num_feature is 'two'"],
  [
    'several targets',
    (m) => (m.learner.learner_model_param.num_target = '2'),
    "num_target is '2', expected 1",
  ],
  [
    'a base score that is none',
    (m) => (m.learner.learner_model_param.base_score = 'half'),
    "base_score is 'half'",
  ],
  [
    'a list of base scores that is cut off',
    (m) => (m.learner.learner_model_param.base_score = '[5E-1'),
    "base_score is '[5E-1'",
  ],
  [
    'too many base scores',
    (m) => (m.learner.learner_model_param.base_score = '[0,0,0]'),
    'base_score has 3 numbers, expected 1 or 2',
  ],
  [
    'no base score',
    (m) => Reflect.deleteProperty(m.learner.learner_model_param, 'base_score'),
    "has no 'base_score'",
  ],
  ['too few names', (m) => (m.learner.feature_names = ['a']), 'feature_names has 1 names, num_feature is 2'],
  ['a name that is no text', (m) => (m.learner.feature_names = ['a', 7]), "feature_names[1] is '7'"],
];

describe('a sound model', () => {
  it('is read as it stands', () => {
    const model = fromXgboostJson(soundModel());
    expect([...model.baseScore]).toEqual([0.5, 0.5]);
    expect([...model.trees[0].threshold]).toEqual([0.5, 0.25, 0, 0, 0]);
    expect([...model.trees[0].value]).toEqual([0, 0, 0.3, -0.1, 0.2].map(Math.fround));
    expect([...model.trees[0].cover]).toEqual([9, 6, 3, 2, 4]);
  });

  it.each<[string, (model: Model) => void]>([
    ['without iteration_indptr', (m) => Reflect.deleteProperty(booster(m).model, 'iteration_indptr')],
    ['without the members of newer versions', (m) => Reflect.deleteProperty(booster(m).model, 'cats')],
    ['with a list of base scores', (m) => (m.learner.learner_model_param.base_score = '[5E-1,5E-1]')],
    ['with a list of one base score', (m) => (m.learner.learner_model_param.base_score = '[5E-1]')],
    ['with softmax', (m) => (m.learner.objective.name = 'multi:softmax')],
  ])('is the same %s', (_, change) => {
    expect(fromXgboostJson(withModel(change))).toEqual(fromXgboostJson(soundModel()));
  });

  it('may use booleans, lack gains, and hold bare NaN among them', () => {
    const booleans = withTree((tree) => (tree.default_left = [true, false, false, false, false]));
    expect(fromXgboostJson(booleans)).toEqual(fromXgboostJson(soundModel()));
    const text = JSON.stringify(soundModel()).replaceAll('"loss_changes":[3,', '"loss_changes":[NaN,');
    expect(() => JSON.parse(text)).toThrow();
    expect([...fromXgboostJson(text).trees[0].gain]).toEqual([0, 2, 0, 0, 0]);
    const named = JSON.stringify(withModel((m) => (m.learner.feature_names = ['NaN', '\\"-Infinity'])));
    const both = named.replaceAll('"loss_changes":[3,', '"loss_changes":[-Infinity,');
    expect(fromXgboostJson(both).featureNames).toEqual(['NaN', '\\"-Infinity']);
  });

  it('names columns f0, f1 where the file does not', () => {
    expect(fromXgboostJson(withModel((m) => (m.learner.feature_names = []))).featureNames).toEqual([
      'f0',
      'f1',
    ]);
  });

  it('may number children before parents and keep pruned nodes; both are put right', () => {
    const model = withTree((tree) => {
      tree.left_children = [4, -1, -1, -1, 1, -1];
      tree.right_children = [2, -1, -1, -1, 3, -1];
      tree.parents = [2147483647, 4, 0, 4, 0, 2147483647];
      tree.split_indices = [0, 0, 0, 0, 1, 2147483647];
      tree.split_conditions = [0.5, -0.1, 0.3, 0.2, 0.25, 7];
      tree.sum_hessian = [9, 2, 3, 4, 6, 0];
      tree.loss_changes = [3, 0, 0, 0, 2, 0];
      tree.default_left = [1, 0, 0, 0, 0, 1];
      tree.split_type = [0, 0, 0, 0, 0, 0];
      tree.tree_param.num_nodes = '6';
    });
    expect(fromXgboostJson(model)).toEqual(fromXgboostJson(soundModel()));
  });

  it('may be as deep as it likes', () => {
    const deep = withTree((tree) => Object.assign(tree, chain(50_000)));
    expect(fromXgboostJson(deep).trees[1].left.length).toBe(100_001);
  });

  it('of two classes by the logistic has the margin of class 1, and 0 for class 0', () => {
    const binary = withModel((m) => {
      m.learner.objective = { name: 'binary:logistic' };
      Object.assign(m.learner.learner_model_param, { base_score: '[7.5E-1]', num_class: '0' });
      booster(m).model.tree_info = [0, 0];
    });
    const model = fromXgboostJson(binary);
    expect([model.classes, ...model.treeClass]).toEqual([2, 1, 1]);
    expect(model.baseScore[0]).toBe(0);
    expect(model.baseScore[1]).toBeCloseTo(Math.log(3), 6);
  });
});

describe('a malformed model is refused', () => {
  it.each(TREE_FAULTS)('with %s', (_, change, message) => {
    const error = refusal(withTree(change));
    expect(error.code).toBe('model');
    expect(error.path).toBe('m.json');
    expect(error.message).toContain(message);
    expect(error.hint).toMatch(/\w/);
  });

  it.each(MODEL_FAULTS)('with %s', (_, change, message) => {
    const error = refusal(withModel(change));
    expect([error.code, error.path]).toEqual(['model', 'm.json']);
    expect(error.message).toContain(message);
    expect(error.hint).toMatch(/\w/);
  });

  it.each(['0E0', '1E0', '-3E-1', '1.5'])(
    'with the base score %s of a logistic, which is no probability',
    (score) => {
      const binary = withModel((m) => {
        m.learner.objective = { name: 'binary:logistic' };
        m.learner.learner_model_param.base_score = score;
        booster(m).model.tree_info = [0, 0];
      });
      expect(refusal(binary).message).toContain('base_score');
    },
  );

  it.each([
    ['a list', []],
    ['null', null],
    ['a number', 3],
    ['another object', { trees: [] }],
    ['a prototype', Object.create({ learner: {} })],
  ])('as %s', (_, source) => {
    expect(refusal(source).message).toBe('model file is JSON, but no XGBoost model: it has no learner');
  });
});
