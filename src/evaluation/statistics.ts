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

/** Sums a predictor's results per query. `only` restricts to rows where it is 1. O(rows classes + groups classes^2). */
export function groupStatistics(
  set: EvaluationSet,
  predictor: Predictor,
  only: Uint8Array | null = null,
): GroupStatistics {
  const { probabilities, covered } = predictor;
  const ordered = rowsByGroup(set.groups, set.groupCount);
  const isWanted = (row: number) =>
    (covered === null || covered[row] !== 0) && (only === null || only[row] !== 0);
  const rows = covered === null && only === null ? ordered : ordered.filter(isWanted);
  const answers = predictor.answers ?? likeliest(probabilities, set.classes);
  return statisticsOf(set, rows, answers, groupLosses(set, rows, probabilities));
}

/**
 * The same of several lists of answers to all rows, whose losses, those of the probabilities, are taken once and shared:
 * what decision rules make of the same margins. O(rows (classes + lists)).
 */
export function statisticsOfAnswers(
  set: EvaluationSet,
  probabilities: Float32Array,
  answers: readonly Int16Array[],
): GroupStatistics[] {
  const rows = rowsByGroup(set.groups, set.groupCount);
  const losses = groupLosses(set, rows, probabilities);
  return answers.map((each) => statisticsOf(set, rows, each, losses));
}

function likeliest(probabilities: Float32Array, classes: number): Int16Array {
  const answers = new Int16Array(probabilities.length / classes);
  for (let row = 0; row < answers.length; row++)
    answers[row] = argmaxAt(probabilities, row * classes, classes);
  return answers;
}

/** [group] summed cross-entropy of some rows, which are ordered by group. */
function groupLosses(
  { classes, labels, groups, groupCount }: EvaluationSet,
  rows: Int32Array,
  probabilities: Float32Array,
): Float64Array {
  const losses = new Float64Array(groupCount);
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at];
    losses[groups[row]] += rowLoss(probabilities, row * classes, classes, labels[row]);
  }
  return losses;
}

/** Counts the answers to some rows, which are ordered by group. */
function statisticsOf(
  { classes, labels, groups, groupCount }: EvaluationSet,
  ordered: Int32Array,
  answers: Int16Array,
  losses: Float64Array,
): GroupStatistics {
  const starts = new Int32Array(groupCount + 1);
  const cells = new Uint16Array(ordered.length);
  const counts = new Float64Array(ordered.length);
  const confusion = new Float64Array(classes * classes);
  let entries = 0;
  for (let group = 0, at = 0; group < groupCount; group++) {
    let least = confusion.length;
    let most = 0;
    for (; at < ordered.length && groups[ordered[at]] === group; at++) {
      const cell = labels[ordered[at]] * classes + answers[ordered[at]];
      confusion[cell]++;
      if (cell < least) least = cell;
      if (cell > most) most = cell;
    }
    for (let cell = least; cell <= most; cell++) {
      if (confusion[cell] === 0) continue;
      cells[entries] = cell;
      counts[entries++] = confusion[cell];
      confusion[cell] = 0;
    }
    starts[group + 1] = entries;
  }
  return {
    classes,
    rows: ordered.length,
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
