import { encodePool } from '../../../src/ensemble/pool/encode.js';
import { planPool } from '../../../src/ensemble/pool/plan.js';
import type { FeatureMatrix } from '../../../src/ensemble/tree.js';
import { createRandom } from '../../../src/math/random.js';

export interface PoolTask {
  readonly features: FeatureMatrix;
  readonly labels: Int16Array;
  readonly classes: number;
}

export interface TaskShape {
  readonly rows: number;
  readonly classes: number;
  readonly soft: number;
  readonly hard: number;
  /** part of the rows that each model is silent in */
  readonly silent?: number;
  readonly seed?: string;
}

/** Judged rows with models of falling worth: probabilities first, then answers. */
export function poolTask({ rows, classes, soft, hard, silent = 0, seed = 'pool' }: TaskShape): PoolTask {
  const random = createRandom(seed);
  const models = soft + hard;
  const columns = models * classes;
  const values = new Float32Array(rows * columns);
  const labels = Int16Array.from({ length: rows }, () =>
    Math.min(random.integer(classes), random.integer(classes)),
  );
  for (let row = 0; row < rows; row++) {
    for (let model = 0; model < models; model++) {
      const signal = 2 - (1.5 * model) / models;
      const odds = Array.from({ length: classes }, (_, k) =>
        Math.exp(random.normal() * 1.5 + (k === labels[row] ? signal : 0)),
      );
      const sum = odds.reduce((a, b) => a + b, 0);
      const best = odds.indexOf(Math.max(...odds));
      const isSilent = random.uniform() < silent;
      odds.forEach((odd, k) => {
        const answer = model < soft ? odd / sum : k === best ? 1 : 0;
        values[row * columns + model * classes + k] = isSilent ? Number.NaN : answer;
      });
    }
  }
  const names = Array.from({ length: columns }, (_, at) => `m${Math.floor(at / classes)}|${at % classes}`);
  return { features: { rows, columns, names, values }, labels, classes };
}

export const allRows = ({ features }: PoolTask) =>
  Int32Array.from({ length: features.rows }, (_, row) => row);

/** A task's plan and rows. */
export function encoded(task: PoolTask) {
  const plan = planPool(task.features, allRows(task), task.classes);
  return { plan, rows: encodePool(plan, task.features, allRows(task)) };
}
