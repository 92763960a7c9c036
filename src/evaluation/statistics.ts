import { square } from '../math/power.js';
import { argmaxAt } from '../math/softmax.js';
import { judgedClasses, LOG_LOSS_FLOOR } from './metrics.js';

/** Rows on which predictors are judged. Arrays are [evaluation row]. */
export interface EvaluationSet {
  readonly classes: number;
  /** true class index of each row */
  readonly labels: Int16Array;
  /** dense index of each row's query, 0..groups-1 */
  readonly groups: Int32Array;
  readonly groupCount: number;
}

/** Anything that gives class probabilities for the rows of an evaluation set. */
export interface Predictor {
  readonly name: string;
  /** [evaluation row][class] */
  readonly probabilities: Float32Array;
  /** 1 where the predictor has an answer; null when it has one everywhere */
  readonly covered: Uint8Array | null;
  /** [evaluation row] the class answered where a decision rule says so; the likeliest class where absent */
  readonly answers?: Int16Array;
}

/**
 * A predictor's results summed per query, sparse: group g owns entries starts[g]..starts[g+1]-1, each a cell of the
 * confusion matrix (true * classes + predicted) and the number of rows in it. Everything the query bootstrap needs.
 */
export interface GroupStatistics {
  readonly classes: number;
  readonly rows: number;
  readonly starts: Int32Array;
  readonly cells: Uint16Array;
  readonly counts: Float64Array;
  /** summed cross-entropy per group, nats */
  readonly losses: Float64Array;
  /** classes that macro F1 is the mean over, the same for all predictors of a set [class] (judgedClasses) */
  readonly judged: Uint8Array;
}

/** Cross-entropy of one row in nats, probabilities clipped from below at LOG_LOSS_FLOOR and rescaled to sum 1. */
export function rowLoss(
  probabilities: ArrayLike<number>,
  start: number,
  classes: number,
  label: number,
): number {
  let sum = 0;
  for (let k = 0; k < classes; k++) sum += Math.max(probabilities[start + k], LOG_LOSS_FLOOR);
  return -Math.log(Math.max(probabilities[start + label], LOG_LOSS_FLOOR) / sum);
}

/** Sums a predictor's results per query. `only` restricts to rows where it is 1. O(rows log rows + classes^2). */
export function groupStatistics(
  set: EvaluationSet,
  predictor: Predictor,
  only: Uint8Array | null = null,
): GroupStatistics {
  const { classes, labels, groups, groupCount } = set;
  const { probabilities, covered, answers } = predictor;
  const order = rowsByGroup(groups, groupCount);
  const starts = new Int32Array(groupCount + 1);
  const cells = new Uint16Array(labels.length);
  const counts = new Float64Array(labels.length);
  const losses = new Float64Array(groupCount);
  const confusion = new Float64Array(classes * classes);
  const touched: number[] = [];
  let entries = 0;
  let rows = 0;
  for (let group = 0, at = 0; group < groupCount; group++) {
    for (; at < order.length && groups[order[at]] === group; at++) {
      const row = order[at];
      if ((covered !== null && covered[row] === 0) || (only !== null && only[row] === 0)) continue;
      const answer = answers === undefined ? argmaxAt(probabilities, row * classes, classes) : answers[row];
      const cell = labels[row] * classes + answer;
      if (confusion[cell]++ === 0) touched.push(cell);
      losses[group] += rowLoss(probabilities, row * classes, classes, labels[row]);
      rows++;
    }
    for (const cell of touched.sort((a, b) => a - b)) {
      cells[entries] = cell;
      counts[entries++] = confusion[cell];
      confusion[cell] = 0;
    }
    touched.length = 0;
    starts[group + 1] = entries;
  }
  return {
    classes,
    rows,
    starts,
    cells: cells.slice(0, entries),
    counts: counts.slice(0, entries),
    losses,
    judged: judgedClasses(labels, classes),
  };
}

/** Row indices ordered by group, stable (counting sort). */
function rowsByGroup(groups: Int32Array, groupCount: number): Int32Array {
  const next = new Int32Array(groupCount + 1);
  for (const group of groups) next[group + 1]++;
  for (let group = 0; group < groupCount; group++) next[group + 1] += next[group];
  const order = new Int32Array(groups.length);
  for (let row = 0; row < groups.length; row++) order[next[groups[row]]++] = row;
  return order;
}

/** The whole confusion matrix [true * classes + predicted]. */
export function confusionMatrix(statistics: GroupStatistics): Float64Array {
  const confusion = new Float64Array(square(statistics.classes));
  for (let at = 0; at < statistics.cells.length; at++)
    confusion[statistics.cells[at]] += statistics.counts[at];
  return confusion;
}
