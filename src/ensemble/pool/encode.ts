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
 * leaves the row to the others. O(rows columns).
 */
export function encodePool(plan: PoolPlan, features: FeatureMatrix, rows: Int32Array): PoolRows {
  const { classes, sources } = plan;
  const models = sources.length;
  const evidence = new Float32Array(rows.length * models * classes);
  const answers = new Int8Array(rows.length * models).fill(-1);
  sources.forEach((source, model) => {
    if (source.kind !== 'answers') return;
    for (let position = 0; position < rows.length; position++) {
      const from = rows[position] * features.columns + model * classes;
      answers[position * models + model] = answerAt(features.values, from, classes);
    }
  });
  const coded = sources.flatMap((source, model) =>
    source.kind === 'answers'
      ? []
      : source.columns.map(({ cuts, values }, k): CodedColumn => {
          const column = model * classes + k;
          const said = values.map((value) => value - plan.centres[column]);
          return { column, cuts, said, ...divideEvenly(cuts) };
        }),
  );
  for (let from = 0; from < rows.length; from += NEAR_ROWS) {
    const near = { rows, from, to: Math.min(rows.length, from + NEAR_ROWS) };
    for (const column of coded) encodeColumn(features, near, column, evidence);
  }
  return { count: rows.length, evidence, answers };
}

function answerAt(values: Float32Array, start: number, classes: number): number {
  for (let k = 0; k < classes; k++) if (values[start + k] >= ANSWER_THRESHOLD) return k;
  return -1;
}

/** Rows whose values and evidence stay in the cache from one column to the next. */
const NEAR_ROWS = 256;
/** Steps that the range of a column's cuts is divided into. */
const STEPS = 512;

interface CodedColumn {
  readonly column: number;
  readonly cuts: Float32Array;
  /** [bin] what a value in it says */
  readonly said: Float64Array;
  /** the least cut, and steps per unit */
  readonly first: number;
  readonly scale: number;
  /** [step] cuts in lower steps */
  readonly below: Int16Array;
}

/** Equal steps of the value lead near the bin. */
function divideEvenly(cuts: Float32Array): Pick<CodedColumn, 'first' | 'scale' | 'below'> {
  const first = cuts.length === 0 ? 0 : cuts[0];
  const range = cuts.length === 0 ? 0 : cuts[cuts.length - 1] - first;
  const scale = range > 0 ? STEPS / range : 0;
  const below = new Int16Array(STEPS + 1);
  for (const cut of cuts) below[stepOf(cut, first, scale) + 1]++;
  for (let step = 0; step < STEPS; step++) below[step + 1] += below[step];
  return { first, scale, below };
}

/** Never falls as the value rises: cuts in lower steps are at or below it, and cuts in higher steps above. */
function stepOf(value: number, first: number, scale: number): number {
  const step = (value - first) * scale;
  return step <= 0 ? 0 : step >= STEPS - 1 ? STEPS - 1 : step | 0;
}

/** Writes what a column says in some rows; the bin is the number of cuts that are at most the value. */
function encodeColumn(
  { columns, values }: FeatureMatrix,
  { rows, from, to }: { readonly rows: Int32Array; readonly from: number; readonly to: number },
  { column, cuts, said, first, scale, below }: CodedColumn,
  evidence: Float32Array,
): void {
  const width = evidence.length / rows.length;
  for (let position = from; position < to; position++) {
    const value = values[rows[position] * columns + column];
    if (Number.isNaN(value)) continue;
    const step = stepOf(value, first, scale);
    let bin = below[step];
    for (const end = below[step + 1]; bin < end && cuts[bin] <= value; ) bin++;
    evidence[position * width + column] = said[bin];
  }
}
