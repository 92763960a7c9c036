import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scoreMargins } from '../../src/ensemble/scoring/score.js';
import { trainBoosting } from '../../src/ensemble/training/train.js';
import { floatText } from '../../src/ensemble/xgboost/float-text.js';
import { fromXgboostJson, toXgboostJson, xgboostAttributes } from '../../src/ensemble/xgboost/json.js';
import { plain, simulate, smallData } from './support.js';

const fixtures = join(dirname(fileURLToPath(import.meta.url)), '../fixtures/ensemble');
const models = readdirSync(fixtures).filter((file) => file.endsWith('.json') && !file.includes('.expected.'));

describe('models written by XGBoost', () => {
  it('are there as fixtures', () => {
    expect(models.length).toBeGreaterThanOrEqual(6);
  });

  it.each(models)('%s gives its margins to the bit', (file) => {
    const model = fromXgboostJson(readFileSync(join(fixtures, file)), file);
    const expected = JSON.parse(
      readFileSync(join(fixtures, file.replace('.json', '.expected.json')), 'utf8'),
    );
    const values = Float32Array.from(expected.values, (value: number | null) => value ?? Number.NaN);
    const features = {
      rows: values.length / expected.columns,
      columns: expected.columns,
      names: expected.names,
      values,
    };
    const margins = scoreMargins(model, features);
    const isBinary = file.includes('binary');
    const classOne = margins.filter((_, at) => at % 2 === 1);
    expect([...(isBinary ? classOne : margins)]).toEqual(expected.margins);
    if (isBinary)
      expect([...margins.filter((_, at) => at % 2 === 0)].every((margin) => margin === 0)).toBe(true);
    expect(model.classes).toBe(isBinary ? 2 : 3);
    expect(fromXgboostJson(toXgboostJson(model))).toEqual(model);
  });
});

describe('toXgboostJson', () => {
  it('is read back as the same ensemble, from text, bytes and parsed JSON', () => {
    fc.assert(
      fc.property(
        smallData,
        fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { maxLength: 4 }),
        (data, base) => {
          const trained = trainBoosting({ ...data, options: plain() }).ensemble;
          const ensemble = { ...trained, baseScore: trained.baseScore.map((zero, k) => base[k] ?? zero) };
          const text = toXgboostJson(ensemble);
          expect(fromXgboostJson(text)).toEqual(ensemble);
          expect(fromXgboostJson(Buffer.from(text))).toEqual(ensemble);
          expect(fromXgboostJson(JSON.parse(text))).toEqual(ensemble);
          expect(toXgboostJson(fromXgboostJson(text))).toBe(text);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('keeps the numbering of nodes, whatever the order of growth', () => {
    const options = plain({ rounds: 1, growth: 'leafwise', maxDepth: 0, maxLeaves: 12 });
    const { ensemble } = trainBoosting({ ...simulate(2, 300, 4, 3), options });
    const levels = ensemble.trees.map((tree) => [...tree.left].filter((child) => child >= 0));
    expect(levels.some((children) => children.some((child, at) => child < children[at - 1]))).toBe(true);
    expect(fromXgboostJson(toXgboostJson(ensemble))).toEqual(ensemble);
  });

  it('has the members that XGBoost asks for', () => {
    const data = simulate(1, 40, 3, 3);
    const { ensemble } = trainBoosting({ ...data, options: plain({ rounds: 2, maxDepth: 1 }) });
    const { learner, version } = JSON.parse(toXgboostJson(ensemble));
    expect(version).toEqual([2, 1, 0]);
    expect(learner.learner_model_param).toMatchObject({
      base_score: '0E0',
      num_class: '3',
      num_feature: '3',
    });
    expect(learner.objective).toEqual({
      name: 'multi:softprob',
      softmax_multiclass_param: { num_class: '3' },
    });
    expect(learner.feature_names).toEqual(['a', 'b', 'c']);
    const { model, name } = learner.gradient_booster;
    expect(name).toBe('gbtree');
    expect(model.gbtree_model_param).toEqual({ num_parallel_tree: '1', num_trees: '6' });
    expect(model.iteration_indptr).toEqual([0, 3, 6]);
    expect(model.tree_info).toEqual([0, 1, 2, 0, 1, 2]);
    const [tree] = model.trees;
    expect(tree).toMatchObject({
      left_children: [1, -1, -1],
      right_children: [2, -1, -1],
      parents: [2147483647, 0, 0],
    });
    expect(tree.split_conditions.slice(1).map(Math.fround)).toEqual([...ensemble.trees[0].value.slice(1)]);
    const { learner: shifted } = JSON.parse(
      toXgboostJson({ ...ensemble, baseScore: Float32Array.of(0, 1, 2) }),
    );
    expect(shifted.learner_model_param.base_score).toBe('[0E0,1E0,2E0]');
  });

  it('keeps metadata under any name', () => {
    const { ensemble } = trainBoosting({ ...simulate(1, 20, 2, 2), options: plain({ rounds: 1 }) });
    const metadata = { classes: '["é","\\""]', constructor: 'x', ['__proto__']: 'y' };
    expect(xgboostAttributes(toXgboostJson(ensemble, metadata))).toEqual(new Map(Object.entries(metadata)));
    expect(Object.keys(metadata)).toContain('__proto__');
    expect(xgboostAttributes(toXgboostJson(ensemble)).size).toBe(0);
  });
});

describe('floatText', () => {
  it('is the shortest text that reads back as the same float32', () => {
    const bits = new DataView(new ArrayBuffer(4));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (pattern) => {
        bits.setUint32(0, pattern);
        const value = bits.getFloat32(0);
        if (!Number.isFinite(value)) return;
        const text = floatText(value);
        expect(Object.is(Math.fround(Number(text)), value)).toBe(true);
        const digits = text.split('E')[0].replace(/[-.]/g, '').length;
        if (digits > 1) expect(Math.fround(Number(value.toPrecision(digits - 1)))).not.toBe(value);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    [0, '0E0'],
    [-0, '-0E0'],
    [0.5, '5E-1'],
    [-1.5, '-1.5E0'],
    [Math.fround(0.1), '1E-1'],
    [Math.fround(3.4028234663852886e38), '3.4028235E38'],
    [1.401298464324817e-45, '1E-45'],
  ])('writes %d as XGBoost does', (value, text) => {
    expect(floatText(value)).toBe(text);
  });
});
