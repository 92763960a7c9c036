import { idCandidates } from '../../data/examples/columns.js';
import type { Finding } from '../../data/examples/examples.js';
import { EsciSelectError, quote, suggest } from '../../errors.js';
import { type Column, placeOf, type Table, textAt } from '../../io/table.js';
import type { DataFile, ImportOptions } from '../options.js';
import type { RowIndex } from './align.js';

/** How the rows of a file were joined to the examples. */
export interface Alignment {
  /** null: by position, which only a file of the examples themselves allows */
  readonly key: string | null;
  /** the example row of each row of the file; -1 where no example has the id */
  readonly targets: Int32Array;
  readonly findings: readonly Finding[];
}

const SAMPLE = 1000;

/**
 * Join a table's rows to the examples: by the declared key; by position if the table is one of the examples' own files;
 * by a column whose name means an example id; by the one column whose values are all example ids. Throws 'data' when no
 * column or more than one remains: rows are never joined by position otherwise.
 */
export function alignTable(
  table: Table,
  index: RowIndex,
  options: ImportOptions,
  data?: DataFile,
): Alignment {
  if (options.key === undefined && data !== undefined && data.rows === table.rows) {
    const targets = Int32Array.from({ length: table.rows }, (_, row) => data.firstRow + row);
    return { key: null, targets, findings: [] };
  }
  const key = options.key ?? chooseKey(table, index);
  const column = table.columns.get(key);
  if (column === undefined) throw noSuchColumn(table, key);
  refuseEmptyIds(table, key, column);
  const targets = index.locate(column, table.rows);
  const decimals = targets.some((target) => target >= 0) ? null : withoutDecimals(column, table.rows);
  const found = decimals === null ? targets : index.locate(decimals, table.rows);
  const findings =
    isFloat(table, column) || (decimals && found.some((at) => at >= 0)) ? [decimalIds(table, key)] : [];
  return { key, targets: found, findings };
}

function noSuchColumn(table: Table, key: string): EsciSelectError {
  return new EsciSelectError('data', `key column ${quote(key)} is not in the file`, {
    path: table.path,
    hint: suggest(key, [...table.columns.keys()], 'columns'),
  });
}

function chooseKey(table: Table, index: RowIndex): string {
  const names = [...table.columns.keys()].filter((name) => table.columns.get(name)!.kind !== 'list');
  const known = idCandidates(names);
  const share = new Map(names.map((name) => [name, idShare(table.columns.get(name)!, table.rows, index)]));
  const byName = known.find((name) => share.get(name)!.known >= 0.5);
  if (byName !== undefined) return byName;
  const byValues = names.filter((name) => share.get(name)!.known === 1 && share.get(name)!.distinct);
  if (byValues.length === 1) return byValues[0];
  if (known.length > 0 && byValues.length === 0) return known[0];
  const found =
    byValues.length === 0 ? 'no column holds' : `columns ${byValues.map(quote).join(' and ')} hold`;
  throw new EsciSelectError(
    'data',
    `${found} the example ids, and rows are never joined by their order alone`,
    {
      path: table.path,
      hint: `name the id column with --key; the columns are ${names.slice(0, 12).map(quote).join(', ')}`,
    },
  );
}

/** Over evenly spaced rows: which share are example ids, and whether they are distinct. */
function idShare(column: Column, rows: number, index: RowIndex): { known: number; distinct: boolean } {
  const step = Math.max(1, Math.floor(rows / SAMPLE));
  const picked: (string | null)[] = [];
  for (let row = 0; row < rows; row += step) picked.push(textAt(column, row));
  const found = index.locate({ kind: 'text', values: picked }, picked.length);
  const known = found.filter((target) => target >= 0);
  return {
    known: picked.length === 0 ? 0 : known.length / picked.length,
    distinct: new Set(known).size === known.length,
  };
}

function refuseEmptyIds(table: Table, key: string, column: Column): void {
  for (let row = 0; row < table.rows; row++) {
    const empty =
      column.kind === 'text' ? !column.values[row] : column.kind !== 'list' && column.missing?.[row] === 1;
    if (!empty) continue;
    throw new EsciSelectError('data', `id in key column ${quote(key)} is empty (data row ${row + 1})`, {
      path: table.path,
      line: placeOf(table, row).line,
      hint: 'give every row an id, or name another column with --key',
    });
  }
}

/** JSON has one number type: its integers are no decimals. */
function isFloat(table: Table, column: Column): boolean {
  const decimal = column.kind === 'number' && !(column.values instanceof Int32Array);
  return decimal && table.format !== 'jsonl';
}

/** `1018313.0` as `1018313`, if every id of a text column is written so with at most 15 digits; null otherwise. */
function withoutDecimals(column: Column, rows: number): Column | null {
  if (column.kind !== 'text' || rows === 0) return null;
  const values = column.values.map((value) => /^(-?\d{1,15})\.0+$/.exec(value ?? '')?.[1] ?? null);
  return values.includes(null) ? null : { kind: 'text', values };
}

function decimalIds(table: Table, key: string): Finding {
  return {
    severity: 'warning',
    code: 'decimal-ids',
    message: `ids in column ${quote(key)} are decimal numbers (1018313.0); they are read as integers`,
    count: table.rows,
    places: [placeOf(table, 0)],
    hint: 'write ids as integers or text: decimals lose digits above 2^53',
  };
}
