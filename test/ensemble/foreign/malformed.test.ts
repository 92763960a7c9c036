import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseEnsemble } from '../../../src/ensemble/foreign/format.js';
import { parseUbj } from '../../../src/ensemble/foreign/ubj.js';
import { EsciSelectError } from '../../../src/errors.js';
import { createRandom } from '../../../src/math/random.js';
import { casePath } from '../foreign-case.js';

// biome-ignore lint/suspicious/noExplicitAny: models are changed in places that no type knows of
type Json = any;

/** The 'model' error of a file. */
function refusal(content: string | Uint8Array): EsciSelectError {
  try {
    parseEnsemble(Buffer.from(content as string), 'm');
  } catch (error) {
    if (error instanceof EsciSelectError) return error;
    throw error;
  }
  throw new Error('the model was accepted');
}

function changedJson(name: string, change: (model: Json) => void): string {
  const model = JSON.parse(readFileSync(casePath(name), 'utf8'));
  change(model);
  return JSON.stringify(model);
}

function changedText(change: (text: string) => string, name = 'lightgbm-categorical'): string {
  const text = readFileSync(casePath(name, 'model.txt'), 'utf8');
  const changed = change(text);
  expect(changed).not.toBe(text);
  return changed;
}

const xgboost = (change: (model: Json, learner: Json) => void, name = 'xgboost-partition') =>
  changedJson(name, ({ learner }) => change(learner.gradient_booster.model, learner));
/** A key of the first tree that has splits. */
const line = (key: string, value: string) =>
  changedText((text) => text.replace(new RegExp(`^${key}=\\S.*$`, 'm'), `${key}=${value}`));
const firstLine = (key: string, edit: (words: string[]) => string[]) =>
  changedText((text) =>
    text.replace(
      new RegExp(`^${key}=(.*)$`, 'm'),
      (_, words) => `${key}=${edit(words.split(' ')).join(' ')}`,
    ),
  );

const FAULTS: [what: string, content: () => string, message: string][] = [
  [
    'LightGBM: a leaf out of range',
    () => firstLine('left_child', (w) => ['-99', ...w.slice(1)]),
    'left_child',
  ],
  [
    'LightGBM: a child out of range',
    () => firstLine('right_child', (w) => ['99', ...w.slice(1)]),
    'right_child',
  ],
  ['LightGBM: a cycle', () => firstLine('left_child', (w) => ['0', ...w.slice(1)]), 'twice'],
  ['LightGBM: too few leaves', () => firstLine('leaf_value', (w) => w.slice(1)), 'leaf_value has'],
  [
    'LightGBM: a value that is none',
    () => firstLine('leaf_value', (w) => ['nan', ...w.slice(1)]),
    'leaf_value has',
  ],
  [
    'LightGBM: a column out of range',
    () => firstLine('split_feature', (w) => ['99', ...w.slice(1)]),
    'split_feature',
  ],
  ['LightGBM: a cut file', () => changedText((text) => text.slice(0, text.length / 2)), "'end of trees'"],
  ['LightGBM: wrong tree_sizes', () => firstLine('tree_sizes', (w) => w.slice(1)), 'tree_sizes has'],
  ['LightGBM: linear trees', () => line('is_linear', '1'), 'linear_tree'],
  [
    'LightGBM: no counts',
    () => changedText((text) => text.replaceAll('internal_count', 'x')),
    'cannot be attributed',
  ],
  [
    'LightGBM: outputs beyond its trees',
    () => line('num_tree_per_iteration', '1000000000'),
    'does not divide',
  ],
  ['LightGBM: leaves beyond the file', () => line('num_leaves', '1000000000'), 'expected 1000000000'],
  ['LightGBM: columns beyond its names', () => line('max_feature_idx', '100000000'), 'feature_names has'],
  ['LightGBM: sets beyond the file', () => line('num_cat', '100000'), 'cat_threshold'],
  [
    'LightGBM: a key twice',
    () => changedText((text) => text.replace(/^num_cat=.*$/m, '$&\n$&')),
    'given twice',
  ],
  [
    'XGBoost: a million classes',
    () => xgboost((_, l) => (l.learner_model_param.num_class = '1000000000')),
    'num_class',
  ],
  [
    'XGBoost: targets without trees',
    () => xgboost((_, l) => (l.learner_model_param.num_target = '1000000000'), 'xgboost-targets'),
    'num_target',
  ],
  [
    'XGBoost: columns without names',
    () =>
      xgboost((_, l) => {
        l.learner_model_param.num_feature = '100000000';
        l.feature_names = [];
      }),
    'num_feature is 100000000',
  ],
  [
    'XGBoost: categories that overlap',
    () => xgboost((m) => (m.trees[0].categories_segments[0] = 1)),
    'overlap',
  ],
  [
    'XGBoost: a category out of range',
    () => xgboost((m) => (m.trees[0].categories[0] = 2 ** 24)),
    'categories[0]',
  ],
  ['XGBoost: categories of no node', () => xgboost((m) => m.trees[0].split_type.fill(0)), 'split_type 0'],
  ['XGBoost: a node without categories', () => xgboost((m) => m.trees[0].split_type.fill(1)), 'has none'],
  [
    'XGBoost: levels out of order',
    () => xgboost((m) => m.cats.enc.at(-1).offsets.reverse()),
    'does not ascend',
  ],
  [
    'XGBoost: a leaf of no row',
    () => xgboost((m) => m.trees[0].leaf_weights.splice(3), 'xgboost-multi-output'),
    'leaf_weights has',
  ],
  [
    'XGBoost: vectors of another length',
    () => xgboost((m) => (m.trees[0].tree_param.size_leaf_vector = '2'), 'xgboost-multi-output'),
    'leaves of 2 numbers',
  ],
  ['XGBoost: a linear booster', () => xgboost((_, l) => (l.gradient_booster.name = 'gblinear')), 'no trees'],
  [
    'XGBoost: an objective unknown here',
    () => xgboost((_, l) => (l.objective.name = 'survival:cox')),
    'survival:cox',
  ],
  [
    'CatBoost: too few leaves',
    () => changedJson('catboost-plain', (m) => m.oblivious_trees[0].leaf_weights.pop()),
    'leaf_weights',
  ],
  [
    'CatBoost: splits beyond its leaves',
    () =>
      changedJson(
        'catboost-plain',
        (m) => (m.oblivious_trees[0].splits = Array(60).fill(m.oblivious_trees[0].splits[0])),
      ),
    '60 splits',
  ],
  [
    'CatBoost: a column out of range',
    () => changedJson('catboost-plain', (m) => (m.oblivious_trees[0].splits[0].float_feature_index = 6)),
    'float_feature_index',
  ],
  [
    'CatBoost: no weights',
    () => changedJson('catboost-depthwise', (m) => delete m.trees[0].left.left.left.weight),
    'cannot be attributed',
  ],
  [
    'CatBoost: a leaf of two numbers',
    () => changedJson('catboost-depthwise', (m) => (m.trees[0].left.left.left.value = [1, 2])),
    'leaf of 2 numbers',
  ],
  [
    'treelite: a cycle',
    () => changedJson('treelite-rf', (m) => (m.trees[0].nodes[0].left_child = 0)),
    'twice',
  ],
  [
    'treelite: a child out of range',
    () => changedJson('treelite-rf', (m) => (m.trees[0].nodes[0].left_child = 99)),
    'left_child',
  ],
  [
    'treelite: no covers',
    () =>
      changedJson('treelite-rf', (m) =>
        m.trees[0].nodes.forEach((n: Json) => {
          delete n.sum_hess;
          delete n.data_count;
        }),
      ),
    'cannot be attributed',
  ],
  [
    'treelite: a million classes',
    () => changedJson('treelite-rf', (m) => (m.num_class = [1000000000])),
    'num_class',
  ],
  [
    'treelite: a negative cover',
    () => changedJson('treelite-rf', (m) => (m.trees[0].nodes[0].sum_hess = -1)),
    'cover -1',
  ],
  ['JSON of another kind', () => '{"a": 1}', 'no known kind'],
  ['a dump of LightGBM', () => '{"name": "tree", "tree_info": []}', 'a dump of LightGBM'],
  ['CatBoost in binary', () => 'CBM1\x00', 'CatBoost model in its binary format'],
  ['ONNX', () => '\x08\x08\x12\x07', 'carry no covers'],
  ['a pickle', () => '(dp0', 'pickle'],
];

describe('malformed models of other engines', () => {
  it.each(FAULTS)('%s', (_, content, message) => {
    const error = refusal(content());
    expect(error.code).toBe('model');
    expect(error.message).toContain(message);
    expect(error.path).toBe('m');
    expect(error.hint).toMatch(/^[a-zA-Z'-]+ .*\w/);
  });

  it('a tree deeper than trainers grow them', () => {
    const depth = 5000;
    const leaf = '{"value":1,"weight":1}';
    const split = '"split":{"border":0.5,"float_feature_index":0,"split_type":"FloatFeature"}';
    const tree = `${`{${split},"left":${leaf},"right":`.repeat(depth)}${leaf}${'}'.repeat(depth)}`;
    const info = '{"float_features":[{"flat_feature_index":0,"feature_id":"a"}]}';
    const model = `{"features_info":${info},"scale_and_bias":[1,[0]],"trees":[${tree}]}`;
    expect(refusal(model).message).toContain('deeper than 4096 levels');
  });

  it('text that never ends, among quotes', () => {
    const text = `{"a": "${'\\"'.repeat(200_000)}`;
    expect(refusal(text).message).toContain('not valid JSON');
  });
});

describe('malformed UBJSON', () => {
  const bytes = (...parts: (number | string)[]) =>
    Uint8Array.from(parts.flatMap((part) => (typeof part === 'string' ? [...Buffer.from(part)] : [part])));
  it.each([
    ['a list longer than the file', bytes('[$d#l', 0x7f, 0xff, 0xff, 0xff), '8589934588 bytes'],
    ['doubles longer than the file', bytes('[$D#l', 0, 0, 0, 1, 1, 2, 3, 4), '8 bytes'],
    ['a list without types longer than the file', bytes('[#L', 0, 0, 1, 0, 0, 0, 0, 0), 'bytes where'],
    ['a list of nothing', bytes('[$Z#l', 0x7f, 0xff, 0xff, 0xff), 'take no bytes'],
    ['text longer than the file', bytes('{i', 1, 'aSl', 0, 0, 1, 0, 'x}'), '256 bytes'],
    ['a negative length', bytes('{i', 0xff, 'a'), 'the length -1'],
    ['a length that is no number', bytes('[#S'), 'no whole number'],
    ['deep nesting', bytes('['.repeat(100_000)), 'deeper than 64'],
    ['an unknown marker', bytes('{i', 1, 'a?}'), 'byte 63'],
    ['a cut object', bytes('{i', 1, 'ai'), 'bytes where 0 are left'],
    ['something behind the end', bytes('{}', 'x'), 'goes on'],
    ['broken text', bytes('{i', 1, 'aSi', 1, 0xff, '}'), 'not UTF-8'],
    ['a type without a length', bytes('[$d]'), 'without its length'],
  ])('%s', (_, content, message) => {
    expect(() => parseUbj(content, 'm')).toThrow(message);
  });

  it('reads every kind of value', () => {
    const content = bytes('{i', 1, 'a[iIZTFS', 'i', 2, 'xyC', 'zNU', 9, ']i', 9, '__proto__$');
    expect(() => parseUbj(content)).toThrow();
    const sound = bytes(
      '{i',
      9,
      '__proto__',
      '[',
      'ZTFSi',
      2,
      'xyCzNU',
      9,
      'I',
      1,
      0,
      'd',
      0x3f,
      0x80,
      0,
      0,
      ']',
      '}',
    );
    const value = parseUbj(sound) as Record<string, unknown>;
    expect(Object.getPrototypeOf(value)).toBeNull();
    expect(Object.entries(value)).toEqual([['__proto__', [null, true, false, 'xy', 'z', 9, 256, 1]]]);
  });
});

describe('fuzzed models', () => {
  const FILES: [string, string][] = [
    ['xgboost-partition', 'model.json'],
    ['xgboost-partition', 'model.ubj'],
    ['xgboost-multi-output', 'model.ubj'],
    ['lightgbm-categorical', 'model.txt'],
    ['catboost-lossguide', 'model.json'],
    ['treelite-lightgbm', 'model.json'],
  ];
  it.each(FILES)(
    '%s %s is read or refused, whatever is changed',
    (name, file) => {
      const random = createRandom(`fuzz ${name} ${file}`);
      const original = readFileSync(casePath(name, file));
      const below = (n: number) => Math.floor(random.uniform() * n);
      let refused = 0;
      for (let round = 0; round < 60; round++) {
        let bytes = Buffer.from(original);
        if (round % 4 === 0) bytes = bytes.subarray(0, below(bytes.length));
        for (let change = below(4) + (round % 4 === 0 ? 0 : 1); change > 0 && bytes.length > 0; change--) {
          bytes[below(bytes.length)] = round % 2 === 0 ? below(256) : '0123456789-,]'.charCodeAt(below(13));
        }
        try {
          parseEnsemble(bytes, 'm');
        } catch (error) {
          expect(error).toBeInstanceOf(EsciSelectError);
          expect((error as EsciSelectError).code).toBe('model');
          refused++;
        }
      }
      expect(refused).toBeGreaterThan(15);
    },
    20_000,
  );
});

describe('LightGBM', () => {
  it('writes the threshold of a split by missing values alone as inf: all others go left', () => {
    const changed = changedText((text) =>
      text.replace(
        /^threshold=(.*)$/gm,
        (_, words: string) => `threshold=${words.replaceAll(/\S*\.\S*/g, 'inf')}`,
      ),
    );
    const { thresholds, ensemble } = parseEnsemble(Buffer.from(changed));
    expect(thresholds.some((own) => own?.includes(Number.POSITIVE_INFINITY))).toBe(true);
    expect(ensemble.trees.some(({ threshold }) => threshold.includes(Number.POSITIVE_INFINITY))).toBe(true);
    expect(refusal(changed.replaceAll('inf', 'nan')).message).toContain('threshold');
  });
});
