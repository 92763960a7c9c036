import type { FeatureMatrix } from '../tree.js';
import { BLOCK_ROWS, loadPlan, type ScoreMemory } from './memory.js';
import type { ScorePlan } from './plan.js';
import { SCORING_RECORDS } from './records.js';

/** Rows to score: places from to `to` in `rows`, or in the table itself. */
export interface ScoreRange {
  readonly from: number;
  readonly to: number;
  readonly rows: Int32Array | undefined;
}

/**
 * Writes the margins [place - from][class] of a range of rows. A row's margins do not depend on the rows around it.
 * O(rows (trees + columns) + distinct thresholds).
 */
export function scoreRange(
  plan: ScorePlan,
  features: FeatureMatrix,
  range: ScoreRange,
  margins: Float32Array,
): void {
  const { classes, baseScore } = plan;
  const memory = loadPlan(plan);
  const start = new Float32Array(BLOCK_ROWS * classes);
  for (let row = 0; row < BLOCK_ROWS; row++) start.set(baseScore, row * classes);
  const at = memory.margins >> 2;
  for (let from = range.from; from < range.to; from += BLOCK_ROWS) {
    const rows = Math.min(BLOCK_ROWS, range.to - from);
    copyValues(features, { ...range, from, to: from + rows }, memory);
    memory.floats.set(start, at);
    memory.words[(memory.job + SCORING_RECORDS.job.at.rows) >> 2] = rows;
    memory.kernels.scoreBlock(memory.job);
    margins.set(memory.floats.subarray(at, at + rows * classes), (from - range.from) * classes);
  }
}

function copyValues(
  { values, columns }: FeatureMatrix,
  { from, to, rows }: ScoreRange,
  memory: ScoreMemory,
): void {
  const { floats } = memory;
  let target = memory.values >> 2;
  if (rows === undefined) {
    floats.set(values.subarray(from * columns, to * columns), target);
    return;
  }
  for (let place = from; place < to; place++) {
    const source = rows[place] * columns;
    for (let column = 0; column < columns; column++) floats[target++] = values[source + column];
  }
}
