import { describe, expect, it } from 'vitest';
import { attributeModels } from '../../../src/attribution/models.js';
import { fitPool, poolMargins } from '../../../src/ensemble/pool/fit.js';
import { poolTrees } from '../../../src/ensemble/pool/trees.js';
import { scoreMargins } from '../../../src/ensemble/scoring/score.js';
import { fromXgboostJson, toXgboostJson } from '../../../src/ensemble/xgboost/json.js';
import { marginsByDefinition } from '../../oracles/margins.js';
import { allRows, encoded, type PoolTask, poolTask } from './support.js';

function fitted(task: PoolTask) {
  const { plan, rows } = encoded(task);
  const pool = fitPool({ plan, rows, labels: task.labels, training: allRows(task) });
  return { plan, rows, pool, ensemble: poolTrees(plan, pool, rows, task.features.names) };
}

describe.each([
  ['probabilities', poolTask({ rows: 500, classes: 4, soft: 4, hard: 0 })],
  ['answers', poolTask({ rows: 400, classes: 3, soft: 0, hard: 5 })],
  ['both, with silent models', poolTask({ rows: 400, classes: 5, soft: 3, hard: 3, silent: 0.15 })],
  ['two classes', poolTask({ rows: 200, classes: 2, soft: 2, hard: 2 })],
  ['64 classes', poolTask({ rows: 600, classes: 64, soft: 2, hard: 1 })],
])('a pool as trees: %s', (_, task) => {
  const { rows, pool, ensemble } = fitted(task);
  const { features, classes } = task;

  it('gives the margins of the pool', () => {
    const margins = scoreMargins(ensemble, features);
    expect(margins).toEqual(marginsByDefinition(ensemble, features));
    const exact = poolMargins(pool, rows, allRows(task));
    margins.forEach((margin, at) => {
      expect(Math.abs(margin - exact[at])).toBeLessThan(1e-5);
    });
  });

  it('tests one column a tree, with adjacent children and rows in every node', () => {
    for (const { left, right, feature, cover } of ensemble.trees) {
      const inner = [...left.keys()].filter((node) => left[node] >= 0);
      expect(inner.every((node) => right[node] === left[node] + 1)).toBe(true);
      expect(new Set(inner.map((node) => feature[node])).size).toBeLessThan(2);
      expect(cover.every((weight) => weight > 0)).toBe(true);
    }
  });

  it('explains every margin exactly, models that weigh nothing with exactly 0', () => {
    const models = Array.from({ length: features.columns / classes }, (_, model) => `m${model}`);
    const { shap } = attributeModels({
      ensemble,
      features,
      modelOfColumn: Int32Array.from({ length: features.columns }, (_, at) => Math.floor(at / classes)),
      models,
      margins: scoreMargins(ensemble, features),
    });
    models.forEach((_, model) => {
      expect(shap.meanAbsolute[model] === 0).toBe(pool.weights[model] === 0);
    });
  });

  it('survives the model file', () => {
    const text = toXgboostJson(ensemble);
    const again = fromXgboostJson(text, 'model.json');
    expect(scoreMargins(again, features)).toEqual(scoreMargins(ensemble, features));
    expect(toXgboostJson(again)).toBe(text);
  });
});

describe('a pool as trees', () => {
  it('gives a row that no training row was like its nearest bin, and a missing value about the average', () => {
    const task = poolTask({ rows: 300, classes: 3, soft: 2, hard: 0 });
    const { pool, ensemble } = fitted(task);
    const strange = { ...task.features, rows: 2, values: new Float32Array(12).fill(Number.NaN) };
    strange.values.set([1, 0, 0, 1, 0, 0]);
    const margins = scoreMargins(ensemble, strange);
    expect(margins[0]).toBe(Math.max(...margins));
    pool.biases.forEach((bias, k) => {
      expect(Math.abs(margins[3 + k] - bias)).toBeLessThan(0.25);
    });
  });
});
