import { EsciSelectError, quote } from '../../errors.js';
import { type Column, type Table, textAt } from '../../io/table.js';
import type { ClassReading } from '../layout/class-order.js';
import { isOwnList } from '../layout/names.js';
import { scoredColumns } from './scored-lists.js';
import { parseTextList } from './text-lists.js';
import { pivotTidy } from './tidy.js';

/** Rows looked at before a column is taken for lists in text. */
const SAMPLE_ROWS = 20;

/** A table in which every prediction is a number or a word of its own, and what had to be done for that. */
export interface PreparedTable {
  readonly table: Table;
  readonly notes: readonly string[];
}

/**
 * Takes apart what exports nest: a column of lists written as text becomes a list column, a column of answers with scores
 * (`[{"label": ..., "score": ...}, ...]`) a column per class, and a table of one row per example and class one of a row per
 * example. Throws 'data' where only a part of the rows is so. O(cells of such columns).
 */
export function prepareTable(
  table: Table,
  classes: readonly string[],
  readings: readonly ClassReading[],
): PreparedTable {
  const notes: string[] = [];
  const columns = new Map<string, Column>();
  for (const [name, column] of table.columns) {
    const scored =
      column.kind === 'text'
        ? scoredColumns(table, { name, values: column.values }, classes, readings)
        : null;
    if (scored !== null) {
      for (const [own, values] of scored) columns.set(own, values);
      notes.push(`column ${quote(name)} holds lists of answers with their scores`);
      continue;
    }
    const list = column.kind === 'text' ? textLists(table, name, column.values, classes.length) : null;
    if (list !== null) notes.push(`column ${quote(name)} holds lists as text`);
    columns.set(name, list ?? column);
  }
  const prepared = notes.length === 0 ? table : { ...table, columns };
  const tidy = pivotTidy(prepared, classes, readings);
  return tidy === null ? { table: prepared, notes } : { table: tidy.table, notes: [...notes, tidy.note] };
}

/** The list column of a text column whose first values are all lists of a number per class; null for any other. */
function textLists(
  table: Table,
  name: string,
  values: readonly (string | null)[],
  length: number,
): Column | null {
  const head = values.slice(0, SAMPLE_ROWS).filter((text) => text !== null && text.trim() !== '');
  const lists = head.map((text) => parseTextList(text!));
  const bracketed = head.every((text) => /[[(]/.test(text!));
  if (lists.length === 0 || lists.includes(null)) return null;
  if (!isOwnList(name) && !(bracketed && lists.every((list) => list!.length === length))) return null;
  if (!bracketed && lists.every((list) => list!.length < 2)) return null;
  return {
    kind: 'list',
    values: values.map((text, row) => {
      if (text === null || text.trim() === '') return null;
      const list = parseTextList(text);
      if (list !== null) return list;
      const line = table.lines?.[row];
      const shown = `value ${quote(textAt({ kind: 'text', values }, row))} in column ${quote(name)} is no list of numbers`;
      throw new EsciSelectError('data', shown, {
        path: table.path,
        line,
        hint: 'numpy shortens long arrays with "..."; write lists with json.dumps(array.tolist())',
      });
    }),
  };
}
