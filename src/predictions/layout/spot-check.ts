import { UNLABELLED } from '../../data/examples/examples.js';
import { type Table, textAt } from '../../io/table.js';
import { parseNumber } from '../../io/text/number.js';
import type { LayoutContext, ModelColumns } from './column-layout.js';

/** Rows of a table that are looked at, evenly spaced. */
const SAMPLE_ROWS = 1000;
/** Labelled rows that a share must rest on. */
const FEWEST_LABELLED = 10;

/** Row numbers of a table, at most `SAMPLE_ROWS`, evenly spaced. */
export function sampleRows(rows: number): number[] {
  const step = Math.max(1, Math.floor(rows / SAMPLE_ROWS));
  return Array.from({ length: Math.ceil(rows / step) }, (_, at) => at * step).slice(0, SAMPLE_ROWS);
}

/** The class that a model answers in some rows, -1 where it gives none: what a join of these rows can be judged by. */
export function answersAt(
  table: Table,
  { source, logits }: ModelColumns,
  rows: readonly number[],
  { classes, match }: Pick<LayoutContext, 'classes' | 'match'>,
): Int16Array {
  const number = (name: string, row: number) => parseNumber(textAt(table.columns.get(name)!, row) ?? '');
  const answer = (row: number): number => {
    if (source.shape === 'label') return match(textAt(table.columns.get(source.column)!, row) ?? '') ?? -1;
    if (source.shape === 'answer') return match(textAt(table.columns.get(source.label)!, row) ?? '') ?? -1;
    if (source.shape === 'positive') {
      const value = number(source.column, row);
      if (value === null) return -1;
      return value >= (logits ? 0 : 0.5) ? source.classIndex : 1 - source.classIndex;
    }
    if (source.shape === 'classes') return argmax(source.columns.map((name) => number(name, row)));
    const column = table.columns.get(source.column)!;
    const list = column.kind === 'list' ? column.values[row] : null;
    if (list === null || list.length !== classes.length) return -1;
    return source.order[argmax(list)] ?? -1;
  };
  return Int16Array.from(rows, answer);
}

function argmax(values: readonly (number | null)[]): number {
  let best = -1;
  let most = Number.NEGATIVE_INFINITY;
  for (const [at, value] of values.entries()) {
    if (value === null || !(value > most)) continue;
    most = value;
    best = at;
  }
  return best;
}

/** The share of labelled rows that answers are right on under a join, null where too few are labelled. */
export function shareRight(
  answers: ArrayLike<number>,
  targets: ArrayLike<number>,
  label: ArrayLike<number>,
): number | null {
  let labelled = 0;
  let right = 0;
  for (let at = 0; at < answers.length; at++) {
    const truth = targets[at] < 0 ? UNLABELLED : label[targets[at]];
    if (truth === UNLABELLED || answers[at] < 0) continue;
    labelled++;
    if (answers[at] === truth) right++;
  }
  return labelled < FEWEST_LABELLED ? null : right / labelled;
}

/** A share as people read it. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}
