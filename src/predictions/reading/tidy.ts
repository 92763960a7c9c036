import { EsciSelectError, quote } from '../../errors.js';
import { type Column, type Table, textAt } from '../../io/table.js';
import { parseNumber } from '../../io/text/number.js';
import type { ClassReading } from '../layout/class-order.js';
import { parseOwnClass } from '../layout/names.js';

const CLASS_COLUMN =
  /^(class|classes|class_?name|class_?label|label|category|esci_label|target|level|variable|predicted_class|outcome)$/i;
const VALUE_COLUMN =
  /^(p|pr|prob|proba|probability|probabilities|score|value|confidence|logits?|log_?probs?|\.?estimate)$/i;

/**
 * A table of one row per example and class (a column of class names, one of numbers, every other column repeated) as one of
 * a row per example with a column per class; null for any other table. Throws 'data' for a class given twice. O(rows).
 */
export function pivotTidy(
  table: Table,
  classes: readonly string[],
  readings: readonly ClassReading[],
): { table: Table; note: string } | null {
  const names = [...table.columns.keys()];
  const labelled = names.filter(
    (name) => CLASS_COLUMN.test(name) && table.columns.get(name)!.kind === 'text',
  );
  const valued = names.filter((name) => VALUE_COLUMN.test(name) && table.columns.get(name)!.kind !== 'list');
  if (labelled.length !== 1 || valued.length !== 1 || table.rows < 2 * classes.length - 1) return null;
  if (names.some((name) => parseOwnClass(name, readings[0].match) !== null)) return null;
  const [label, value] = [labelled[0], valued[0]];
  const classOf = classesOf(table.columns.get(label)!, table.rows, readings);
  const others = names.filter((name) => name !== label && name !== value);
  if (classOf === null || others.length === 0) return null;
  const { firstRow, rowOf } = groupRows(table, others);
  if (table.rows !== firstRow.length * classes.length) return null;
  const numbers = classes.map(() => new Float64Array(firstRow.length).fill(Number.NaN));
  for (let row = 0; row < table.rows; row++) {
    const column = numbers[classOf[row]];
    if (!Number.isNaN(column[rowOf[row]])) throw twice(table, row, classes[classOf[row]]);
    column[rowOf[row]] = parseNumber(textAt(table.columns.get(value)!, row) ?? '') ?? Number.NaN;
  }
  const word = /^log/i.test(value) ? 'logit' : 'p';
  const columns = new Map<string, Column>(
    others.map((name) => [name, picked(table.columns.get(name)!, firstRow)]),
  );
  classes.forEach((name, k) => {
    columns.set(`${word}_${name}`, { kind: 'number', values: numbers[k], missing: null });
  });
  const lines = table.lines === null ? null : Int32Array.from(firstRow, (row) => table.lines![row]);
  const note = `one row per example and class: ${quote(value)} is that of the class in ${quote(label)}`;
  return { table: { ...table, rows: firstRow.length, columns, lines }, note };
}

/** The class of each row, or null if a row has none. */
function classesOf(column: Column, rows: number, readings: readonly ClassReading[]): Int32Array | null {
  for (const { match } of readings) {
    const found = Int32Array.from({ length: rows }, (_, row) => match(textAt(column, row) ?? '') ?? -1);
    if (!found.includes(-1)) return found;
  }
  return null;
}

/** Rows that agree in all of some columns: the first of each, and the group of every row. */
function groupRows(table: Table, names: readonly string[]): { firstRow: number[]; rowOf: Int32Array } {
  const groups = new Map<string, number>();
  const firstRow: number[] = [];
  const columns = names.map((name) => table.columns.get(name)!);
  const rowOf = Int32Array.from({ length: table.rows }, (_, row) => {
    const key = columns.map((column) => textAt(column, row) ?? '').join('\u0000');
    const known = groups.get(key);
    if (known !== undefined) return known;
    groups.set(key, firstRow.length);
    return firstRow.push(row) - 1;
  });
  return { firstRow, rowOf };
}

function picked(column: Column, rows: readonly number[]): Column {
  if (column.kind === 'list') return { kind: 'list', values: rows.map((row) => column.values[row]) };
  return { kind: 'text', values: rows.map((row) => textAt(column, row)) };
}

function twice(table: Table, row: number, label: string): EsciSelectError {
  return new EsciSelectError('data', `class ${quote(label)} is given twice (data row ${row + 1})`, {
    path: table.path,
    line: table.lines?.[row],
    hint: 'keep one row per example and class',
  });
}
