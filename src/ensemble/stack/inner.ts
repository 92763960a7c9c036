import { createRandom } from '../../math/random.js';
import { encodePool, type PoolRows } from '../pool/encode.js';
import { type PoolPlan, planPool } from '../pool/plan.js';
import type { EnsembleTask } from './task.js';

/** Rows that pools are fitted on and candidates compared on, at most: more change neither. */
export const MOST_INNER_ROWS = 20_000;

/** A fold that takes a turn: positions of the inner rows. */
interface InnerFold {
  readonly training: Int32Array;
  readonly held: Int32Array;
}

/** The rows that candidates are fitted and compared on, whole queries. A position is a place in `rows`. */
export interface InnerRows {
  /** rows of the table, in the task's order */
  readonly rows: Int32Array;
  /** [position] */
  readonly labels: Int16Array;
  readonly foldOf: Int16Array;
  readonly folds: readonly InnerFold[];
  /** positions held out in some fold, fold by fold: the order of everything out of fold */
  readonly held: Int32Array;
  readonly plan: PoolPlan;
  readonly read: PoolRows;
}

/** Takes the rows and reads them for the pool. */
export function takeInnerRows(task: EnsembleTask): InnerRows {
  const elements = sampleElements(task);
  const rows = Int32Array.from(elements, (element) => task.rows[element]);
  const foldOf = Int16Array.from(elements, (element) => task.foldOf[element]);
  const positions = Int32Array.from(rows.keys());
  const folds = Array.from({ length: task.validationFolds }, (_, fold) => ({
    training: positions.filter((position) => foldOf[position] !== fold),
    held: positions.filter((position) => foldOf[position] === fold),
  }));
  const plan = planPool(task.features, rows, task.classes);
  return {
    rows,
    labels: Int16Array.from(rows, (row) => task.labels[row]),
    foldOf,
    folds,
    held: Int32Array.from(folds.flatMap(({ held }) => [...held])),
    plan,
    read: encodePool(plan, task.features, rows),
  };
}

/**
 * Elements of the task's rows, ascending: all of them, or so many of whole queries drawn by seed, at least half of the
 * room going to the folds that take a turn.
 */
function sampleElements(task: EnsembleTask): Int32Array {
  const { rows, foldOf, folds, validationFolds, groups, options } = task;
  const elements = Int32Array.from(rows.keys());
  if (rows.length <= MOST_INNER_ROWS) return elements;
  const share = Math.max(validationFolds / folds, 0.5);
  const room = [MOST_INNER_ROWS * share, MOST_INNER_ROWS * (1 - share)];
  const sizes = new Map<number, number>();
  for (const row of rows) sizes.set(groups[row], (sizes.get(groups[row]) ?? 0) + 1);
  const sideOf = new Map<number, number>();
  rows.forEach((row, element) => {
    sideOf.set(groups[row], foldOf[element] < validationFolds ? 0 : 1);
  });
  const taken = new Set<number>();
  for (const group of createRandom(options.seed)
    .fork('inner rows')
    .shuffle([...sizes.keys()])) {
    const side = sideOf.get(group)!;
    if (sizes.get(group)! > room[side]) continue;
    room[side] -= sizes.get(group)!;
    taken.add(group);
  }
  return elements.filter((element) => taken.has(groups[rows[element]]));
}
