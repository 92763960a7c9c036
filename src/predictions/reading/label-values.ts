import type { Place } from '../../data/examples/examples.js';
import { isNoLabel } from '../../data/examples/labels.js';
import { quote } from '../../errors.js';
import { type Column, placeOf, textAt } from '../../io/table.js';
import { cellError } from '../cells.js';
import { type ClassReading, classNumber } from '../layout/class-order.js';
import type { MatchClass } from '../layout/names.js';
import type { ValueTask } from './value-task.js';

const MISSING = -1;
const UNKNOWN = -2;

/** Up to this share of a model's answers may be no class: language models digress, and say so in a warning. */
const STRAYS = 0.02;

/** An answer that is no class, and where it stands. */
export interface Stray {
  readonly text: string;
  readonly place: Place;
}

/**
 * Read hard labels as one-hot rows. Answers that are no class count as missing, and are returned, if they are at most 2%
 * of the rows or `--missing` is on; otherwise the first is an error at its line with the classes, or goes to the
 * rejects file. An empty answer is an error unless `--missing` is on. O(rows).
 */
export function readLabels(
  task: ValueTask,
  readings: readonly ClassReading[],
): { strays: Stray[]; numbered: boolean } {
  if (task.source.shape !== 'label') return { strays: [], numbered: false };
  const { table, targets, values, account, classes } = task;
  const column = table.columns.get(task.source.column)!;
  const { match, numbered } = fittingReading(column, table.rows, readings);
  const total = task.rows === null ? table.rows : task.rows.length;
  const unusable: number[] = [];
  for (let at = 0; at < total; at++) {
    const row = task.rows === null ? at : task.rows[at];
    if (targets[row] < 0) continue;
    const label = classify(textAt(column, row), match);
    if (label < 0) {
      unusable.push(row);
      continue;
    }
    const start = targets[row] * classes.length;
    for (let k = 0; k < classes.length; k++) values[start + k] = k === label ? 1 : 0;
    account.kept++;
  }
  const texts = unusable.map((row) => ({ row, text: textAt(column, row)?.trim() ?? '' }));
  const strays = texts.filter(({ text }) => text !== '' && !isNoLabel(text));
  const few = strays.length <= STRAYS * total && task.reject === null;
  for (const { row, text } of texts) {
    const empty = text === '' || (match(text) === null && isNoLabel(text));
    if (task.missingValues || (few && !empty)) account.missing++;
    else refuse(task, row, empty ? null : text, task.reject === null && repeated(strays, text));
  }
  const told = task.reject === null ? strays : [];
  return { strays: told.map(({ row, text }) => ({ text, place: placeOf(table, row) })), numbered };
}

function classify(text: string | null, match: MatchClass): number {
  if (text === null || text.trim() === '') return MISSING;
  return match(text) ?? (isNoLabel(text) ? MISSING : UNKNOWN);
}

/** The first reading under which every number in the column is a class; the likeliest if there is none. */
function fittingReading(
  column: Column,
  rows: number,
  readings: readonly ClassReading[],
): { match: MatchClass; numbered: boolean } {
  if (readings.length === 1) return { match: readings[0].match, numbered: false };
  const numbers = new Set<string>();
  for (let row = 0; row < rows; row++) {
    const text = textAt(column, row);
    if (text !== null && classNumber(text) !== null) numbers.add(text);
  }
  const fits = readings.filter(({ match }) => [...numbers].every((text) => match(text) !== null));
  const taken = fits[0] ?? readings[0];
  return { match: taken.match, numbered: numbers.size > 0 && taken.numbers !== 'names' };
}

/** Whether an answer that is no class comes again: it may be a class that no example is labelled with. */
function repeated(strays: readonly { text: string }[], text: string): boolean {
  return strays.filter((stray) => stray.text === text).length > 1;
}

function refuse(task: ValueTask, row: number, text: string | null, again: boolean): void {
  const { table, model, classes, source, account } = task;
  const column = quote(source.shape === 'label' ? source.column : '');
  const reason =
    text === null
      ? `label in column ${column} is empty`
      : `label ${quote(text)} in column ${column} is no class`;
  if (task.reject === null) {
    const number = text !== null && classNumber(text) !== null;
    const numbers = number
      ? `; say what numbers mean in their order with --class-order ${classes.join(',')}`
      : '';
    const declared = `; if it is a class that no example is labelled with, give --classes ${[...classes, text].join(',')}`;
    throw cellError(table, row, `${reason} (model ${quote(model)})`, {
      hint: `classes are ${classes.join(', ')}${numbers}${again && !number ? declared : ''}; --missing imports other answers as missing`,
    });
  }
  account.rejected++;
  task.reject({
    path: table.path,
    ...(table.lines === null ? {} : { line: table.lines[row] }),
    row,
    model,
    reason,
  });
}
