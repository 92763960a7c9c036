import { takeRows } from '../math/rows.js';
import type { Predictor } from './statistics.js';

/** What an ensemble says of rows: how likely each class is, and the answer, which a decision rule may have moved. */
export interface Answered {
  /** [row][class] */
  readonly probabilities: Float32Array;
  /** [row] class answered */
  readonly answers: Int16Array;
}

/** An ensemble as a predictor of all rows, judged by its answers and, for log-loss, by its probabilities. */
export function answeredPredictor(name: string, { probabilities, answers }: Answered): Predictor {
  return { name, probabilities, answers, covered: null };
}

/** Some of the rows, in the order given. */
export function answeredRows(
  { probabilities, answers }: Answered,
  classes: number,
  rows: ArrayLike<number>,
): Answered {
  return { probabilities: takeRows(probabilities, classes, rows), answers: takeRows(answers, 1, rows) };
}
