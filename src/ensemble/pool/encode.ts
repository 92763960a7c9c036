import type { FeatureMatrix } from '../tree.js';
import { ANSWER_THRESHOLD, type PoolPlan } from './plan.js';

/** Rows as a pool reads them; a position is a place in the list of rows they were made from. */
export interface PoolRows {
  readonly count: number;
  /** [position][model][class] binned log-probability less its mean over the plan's rows; 0 where the model is silent */
  readonly evidence: Float32Array;
  /** [position][model] class answered; -1 where undecided or silent, and for models that give probabilities */
  readonly answers: Int8Array;
}

/**
 * The rows given, read once for all pools of a plan. A silent model says what it says on average, that is 0, and so
 * leaves the row to the others. O(rows columns log bins).
 */
export function encodePool(plan: PoolPlan, features: FeatureMatrix, rows: Int32Array): PoolRows {
  const { classes, sources } = plan;
  const models = sources.length;
  const evidence = new Float32Array(rows.length * models * classes);
  const answers = new Int8Array(rows.length * models).fill(-1);
  sources.forEach((source, model) => {
    if (source.kind === 'answers') {
      for (let position = 0; position < rows.length; position++) {
        const from = rows[position] * features.columns + model * classes;
        answers[position * models + model] = answerAt(features.values, from, classes);
      }
      return;
    }
    source.columns.forEach(({ cuts, values }, k) => {
      const column = model * classes + k;
      const centre = plan.centres[column];
      for (let position = 0; position < rows.length; position++) {
        const value = features.values[rows[position] * features.columns + column];
        if (Number.isNaN(value)) continue;
        evidence[position * models * classes + column] = values[binOf(cuts, value)] - centre;
      }
    });
  });
  return { count: rows.length, evidence, answers };
}

function answerAt(values: Float32Array, start: number, classes: number): number {
  for (let k = 0; k < classes; k++) if (values[start + k] >= ANSWER_THRESHOLD) return k;
  return -1;
}

/** Number of cuts that are at most the value. */
function binOf(cuts: Float32Array, value: number): number {
  let low = 0;
  let high = cuts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cuts[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
