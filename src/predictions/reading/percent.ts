import { EsciSelectError, quote } from '../../errors.js';
import { sampleRows } from '../layout/spot-check.js';
import type { ValueTask } from './value-task.js';

const PERCENT = 100;
/** Rounding to whole percents moves a row's sum by up to half a point a class. */
const ROUNDING = 0.5;

/**
 * What numbers must be divided by to be probabilities: 100 where the user says so, or where every row looked at lies between
 * 0 and 100 and adds up to 100; else 1. Throws 'data' where such numbers are said to be logits: softmax would make 0 and 1
 * of them.
 */
export function scaleOf(task: ValueTask, columns: readonly ArrayLike<number>[]): number {
  if (task.percent) return PERCENT;
  if (columns.length !== task.classes.length || !addUpToPercent(task, columns)) return 1;
  if (task.kind !== 'logits') return PERCENT;
  throw new EsciSelectError(
    'data',
    `numbers of model ${quote(task.model)} add up to 100 in every row: they are percentages, not logits`,
    { path: task.table.path, hint: 'say so with --kind percent' },
  );
}

function addUpToPercent({ table, rows }: ValueTask, columns: readonly ArrayLike<number>[]): boolean {
  const total = rows === null ? table.rows : rows.length;
  const tolerance = ROUNDING * columns.length;
  let seen = 0;
  for (const at of sampleRows(total)) {
    const row = rows === null ? at : rows[at];
    let sum = 0;
    for (const column of columns) sum += column[row];
    if (Number.isNaN(sum)) continue;
    if (Math.abs(sum - PERCENT) > tolerance || columns.some((column) => column[row] < 0)) return false;
    seen++;
  }
  return seen > 0;
}
