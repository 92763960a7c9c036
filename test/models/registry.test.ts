import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/math/random.js';
import { packResult, taskFingerprint, unpackResult } from '../../src/models/cross-fit/checkpoint.js';
import { predictedRows, taskSeed, trainingRows } from '../../src/models/cross-fit/task.js';
import { ARRAYS_FILE, CONFIG_FILE, packModel, unpackModel } from '../../src/models/files.js';
import { loadModel } from '../../src/models/load.js';
import { MODELS, modelNamed, resolveModels } from '../../src/models/registry.js';
import {
  batchesByGroup,
  batchesByRow,
  classWeights,
  groupedHoldout,
} from '../../src/models/training-rows.js';
import { rowsWhere, shop } from './shop.js';

describe('registry', () => {
  it('names each model as it calls itself', () => {
    expect(Object.values(MODELS).map(({ name }) => name)).toEqual(Object.keys(MODELS));
  });

  it('resolves all and lists in its own order; the cross-encoder only where it is named', () => {
    const all = Object.keys(MODELS).filter((name) => name !== 'cross-encoder');
    expect(resolveModels(['all'])).toEqual(all);
    expect(resolveModels(['gcn:clicks', 'all', 'lexical'])).toEqual([...all, 'gcn:clicks']);
    expect(resolveModels(['all', 'cross-encoder'])).toEqual(Object.keys(MODELS));
    expect(resolveModels([])).toEqual([]);
    expect(resolveModels([' graphsage', ' lexical', 'graphsage'])).toEqual(['lexical', 'graphsage']);
  });

  it.each(['lexcal', '', 'none', '__proto__', 'constructor'])('refuses %j with the legal names', (spec) => {
    expect(() => resolveModels(['lexical', spec])).toThrow(
      expect.objectContaining({
        code: 'usage',
        hint: expect.stringContaining(Object.keys(MODELS).join(', ')),
      }),
    );
  });

  it('knows relation variants of graph models, whatever order their relations stand in', () => {
    expect(resolveModels(['gatv2:purchases+clicks', 'lexical', 'gatv2:clicks+purchases'])).toEqual([
      'lexical',
      'gatv2:clicks+purchases',
    ]);
    expect(resolveModels(['all']).filter((name) => name.includes(':'))).toEqual([]);
  });

  it.each([
    [
      'graphsage:purchase',
      "relation 'purchase' of model 'graphsage:purchase' is not known",
      "did you mean 'purchases'?",
    ],
    ['gcn:clicks+', "relation '' of model 'gcn:clicks+' is not known", 'joined by +: judged, impressions'],
    ['graphsge:clicks', "model 'graphsge:clicks' is not known", "did you mean 'graphsage:clicks'?"],
    ['lexical:clicks', "'lexical' has no relation variants", 'graph models have variants'],
    ['gcn:__proto__', "relation '__proto__'", 'joined by +: judged'],
  ])('refuses the variant %s', (name, message, hint) => {
    expect(() => modelNamed(name)).toThrow(
      expect.objectContaining({
        code: 'usage',
        message: expect.stringContaining(message),
        hint: expect.stringContaining(hint),
      }),
    );
  });

  it('suggests the nearest name', () => {
    expect(() => modelNamed('graphsge')).toThrow(
      expect.objectContaining({ hint: expect.stringContaining("did you mean 'graphsage'?") }),
    );
  });
});

describe('saved models', () => {
  const files = () =>
    packModel({
      model: 'lexical',
      classes: ['a', 'b'],
      config: { __proto__: null, words: ['x'] },
      arrays: new Map<string, Float32Array | Int32Array>([
        ['weights', Float32Array.of(1.5, Number.NaN, -0)],
        ['__proto__', Int32Array.of(7)],
      ]),
    });

  it('come back as they were, whatever the arrays are called', () => {
    const saved = unpackModel(files());
    expect(saved.arrays.get('weights')).toEqual(Float32Array.of(1.5, Number.NaN, -0));
    expect(saved.arrays.get('__proto__')).toEqual(Int32Array.of(7));
    expect(saved).toMatchObject({ model: 'lexical', classes: ['a', 'b'], config: { words: ['x'] } });
  });

  it.each([
    ['a missing file', () => new Map([...files()].slice(0, 1)), 'lacks weights.bin'],
    [
      'cut weights',
      () => new Map([...files(), [ARRAYS_FILE, new Uint8Array(5)]]),
      'has 5 bytes of weights, expected 16',
    ],
    ['no JSON', () => new Map([...files(), [CONFIG_FILE, Buffer.from('{')]]), 'is not JSON'],
    [
      'another format',
      () => new Map([...files(), [CONFIG_FILE, Buffer.from('{"format":"x"}')]]),
      "format 'x'",
    ],
    ['null', () => new Map([...files(), [CONFIG_FILE, Buffer.from('null')]]), 'format'],
  ])('refuse %s', (_what, broken, message) => {
    expect(() => unpackModel(broken() as Map<string, Uint8Array>)).toThrow(
      expect.objectContaining({ code: 'model', message: expect.stringContaining(message) }),
    );
  });

  it('are read from files as Node reads them, at some place of a larger buffer', () => {
    const [config, bytes] = [...files().values()];
    const pool = Buffer.concat([Buffer.alloc(8, 1), bytes, Buffer.alloc(8, 1)]);
    const read = new Map<string, Uint8Array>([
      [CONFIG_FILE, config],
      [ARRAYS_FILE, pool.subarray(8, 8 + bytes.length)],
    ]);
    expect(unpackModel(read)).toEqual(unpackModel(files()));
  });

  it('refuse a kind that is not known, and weights of another size', async () => {
    const unknown = packModel({ model: 'constructor', classes: ['a'], config: {}, arrays: new Map() });
    await expect(loadModel(unknown)).rejects.toMatchObject({
      code: 'model',
      message: expect.stringContaining('constructor'),
    });
    const short = packModel({
      model: 'two-tower',
      classes: ['a', 'b'],
      config: {},
      arrays: new Map([
        ['idf', new Float32Array(8)],
        ['weights', new Float32Array(3)],
      ]),
    });
    await expect(loadModel(short)).rejects.toMatchObject({
      code: 'model',
      message: expect.stringContaining('3 weights'),
    });
  });
});

describe('rows', () => {
  const examples = shop({ queries: 40, perQuery: 6 });
  const every = rowsWhere(examples, () => true);
  const groupsOf = (rows: Int32Array) => new Set(Array.from(rows, (row) => examples.group[row]));

  it('holds out whole queries, by the seed', () => {
    const { learn, validate } = groupedHoldout(examples, every, 1);
    expect(learn.length + validate.length).toBe(every.length);
    expect([...groupsOf(learn)].filter((group) => groupsOf(validate).has(group))).toEqual([]);
    expect(groupsOf(validate).size).toBe(4);
    expect(groupedHoldout(examples, every, 1).validate).toEqual(validate);
    expect(groupedHoldout(examples, every, 2).validate).not.toEqual(validate);
    const few = rowsWhere(examples, (group) => group < 10);
    expect(groupedHoldout(examples, few, 1)).toEqual({ learn: few, validate: new Int32Array(0) });
  });

  it('batches hold every row once; grouped ones keep queries whole and only change order', () => {
    const random = createRandom(1);
    const sorted = (batches: Int32Array[]) => batches.flatMap((batch) => [...batch]).sort((a, b) => a - b);
    expect(sorted(batchesByRow(50)(every, random))).toEqual([...every]);
    const divide = batchesByGroup(examples, 50);
    const first = divide(every, random);
    expect(sorted(first)).toEqual([...every]);
    first.forEach((batch, at) => {
      const others = first.filter((_, other) => other !== at).flatMap((other) => [...groupsOf(other)]);
      expect(others.some((group) => groupsOf(batch).has(group))).toBe(false);
    });
    const second = divide(every, random);
    expect(new Set(second)).toEqual(new Set(first));
    expect(second.every((batch) => first.includes(batch))).toBe(true);
  });

  it('weighs rare classes more, by the power', () => {
    const data = { ...examples, label: Int16Array.from(examples.label, (_, row) => (row % 5 === 0 ? 1 : 0)) };
    const rows = every.subarray(0, 200);
    expect(Array.from(classWeights(data, rows, 0))).toEqual([1, 1, 1, 1]);
    expect(classWeights(data, rows, 1)[1]).toBeCloseTo(4, 5);
    expect(classWeights(data, rows, 0.5)[1]).toBeCloseTo(2, 5);
    expect(classWeights(data, rows, 1)[2]).toBe(1);
  });
});

describe('tasks and checkpoints', () => {
  const foldOf = Int16Array.of(0, 1, -1, 0, 1);
  const label = Int16Array.of(0, 1, 2, -1, 0);
  const task = { examplesPath: 'x', model: 'lexical', fold: 0, foldOf, seed: 3 } as const;

  it('a fold learns from the others, the refit from all, unlabelled rows teach nothing', () => {
    expect(trainingRows(task, label)).toEqual(Int32Array.of(1, 4));
    expect(predictedRows(task)).toEqual(Int32Array.of(0, 3));
    expect(trainingRows({ foldOf, fold: 'refit' }, label)).toEqual(Int32Array.of(0, 1, 4));
    expect(predictedRows({ foldOf, fold: 'refit' })).toEqual(Int32Array.of(2));
    expect(taskSeed(1, 'lexical', 0)).not.toBe(taskSeed(1, 'lexical', 1));
  });

  it('a checkpoint comes back, unless it is damaged or of another task', () => {
    const result = {
      probabilities: Float32Array.of(0.25, 0.75),
      parameters: 4,
      bytes: 9,
      curve: [{ epoch: 0, loss: 1.25, validationLoss: null }],
      trained: { rows: 2, of: 3 },
      latency: { bulk: 0.5, p50: 0.75, p95: 2 },
      files: new Map([
        ['a', Uint8Array.of(1, 2, 3)],
        ['b', Uint8Array.of(4)],
      ]),
    };
    const fingerprint = taskFingerprint(task, 'hash');
    const packed = packResult(result, fingerprint);
    expect(unpackResult(packed, fingerprint)).toEqual(result);
    for (const at of [0, 70, packed.length - 1]) {
      const damaged = Uint8Array.from(packed);
      damaged[at] ^= 1;
      expect(unpackResult(damaged, fingerprint)).toBeNull();
    }
    expect(unpackResult(packed.slice(0, 80), fingerprint)).toBeNull();
    expect(unpackResult(new Uint8Array(0), fingerprint)).toBeNull();
    const others = [
      taskFingerprint({ ...task, seed: 4 }, 'hash'),
      taskFingerprint({ ...task, fold: 1 }, 'hash'),
      taskFingerprint({ ...task, foldOf: Int16Array.of(1, 0, -1, 0, 1) }, 'hash'),
      taskFingerprint(task, 'other'),
      taskFingerprint({ ...task, maxTrainRows: 2 }, 'hash'),
      taskFingerprint({ ...task, backend: 'tensorflow' }, 'hash'),
      taskFingerprint({ ...task, module: { path: 'x', sha256: 'a' } }, 'hash'),
      taskFingerprint({ ...task, start: new Map([['a', Uint8Array.of(1)]]) }, 'hash'),
    ];
    for (const other of others) expect(unpackResult(packed, other)).toBeNull();
  });
});
