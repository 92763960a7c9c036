import { basename } from 'node:path';
import { EsciSelectError } from '../../errors.js';
import { readTable } from '../../io/read.js';
import { type Column, placeOf, type Table, textAt } from '../../io/table.js';
import { type ColumnRole, findColumn, isWanted } from '../examples/columns.js';
import type { Finding, Place } from '../examples/examples.js';
import { type LoadOptions, ROLES, type Role } from '../examples/load-options.js';
import type { DataFile } from './example-columns.js';
import { keyLikeColumns } from './key-like.js';
import { undeclaredColumns } from './missing-roles.js';

/** The rows of all examples files, one after the other; `first[file]` is the number of a file's first row. */
export interface Rows {
  readonly tables: readonly Table[];
  readonly first: readonly number[];
  readonly count: number;
  /** column names over all files, in order of first appearance */
  readonly names: readonly string[];
  /** columns without another role whose values looked like ids at the head of a file */
  readonly keyLike: readonly string[];
}

/** Reads the examples files. Throws what `readTable` throws, and 'data' if a declared column is nowhere. */
export async function readRows(files: readonly DataFile[], options: LoadOptions): Promise<Rows> {
  const tables: Table[] = [];
  const first: number[] = [];
  const keyLike = new Set<string>();
  let count = 0;
  for (const file of files) {
    options.onProgress?.(`reading ${basename(file.path)}`, count);
    for (const name of await keyLikeColumns(file.path, options)) keyLike.add(name);
    const table = await readTable(file.path, {
      columns: (name) => keyLike.has(name) || isWanted(name, options.columns, options.text ?? true),
      delimiter: options.delimiter,
      memoryLimit: options.memoryLimit,
      maxUnpacked: options.maxUnpacked,
      onRows: (rows) => options.onProgress?.(`reading ${basename(file.path)}`, count + rows),
    });
    tables.push(table);
    first.push(count);
    count += table.rows;
  }
  const names = [...new Set(files.flatMap((file, at) => [...file.columns, ...tables[at].columns.keys()]))];
  const wrong = undeclaredColumns(files[0].path, names, options);
  if (wrong !== null) throw wrong;
  if (count === 0) {
    throw new EsciSelectError('data', 'there are no rows below the header', {
      path: files[0].path,
      hint: 'give rows',
    });
  }
  return { tables, first, count, names, keyLike: [...keyLike] };
}

/** The file that holds a row (numbered over all files). O(files). */
export function fileOfRow(rows: Rows, row: number): number {
  let file = rows.first.length - 1;
  while (file > 0 && rows.first[file] > row) file--;
  return file;
}

/** Where a row (numbered over all files) is. */
export function placeOfRow(rows: Rows, row: number): Place {
  const file = fileOfRow(rows, row);
  return placeOf(rows.tables[file], row - rows.first[file]);
}

/** A column of text over all rows, null where a row has none; null if no file has the column. `[row]` */
export function textByRole(
  rows: Rows,
  role: Exclude<ColumnRole, 'id'>,
  declared?: Partial<Record<Role, string>>,
): (string | null)[] | null {
  return textBy(rows, (names) => findColumn(names, role, declared));
}

/** The column of that very name over all rows; null if no file has it. `[row]` */
export function textByName(rows: Rows, name: string): (string | null)[] | null {
  return textBy(rows, (names) => (names.includes(name) ? name : undefined));
}

function textBy(rows: Rows, choose: (names: string[]) => string | undefined): (string | null)[] | null {
  const chosen = rows.tables.map((table) => choose([...table.columns.keys()]));
  if (chosen.every((name) => name === undefined)) return null;
  const values: (string | null)[] = new Array(rows.count).fill(null);
  rows.tables.forEach((table, file) => {
    const name = chosen[file];
    if (name === undefined) return;
    copyText(table.columns.get(name) as Column, table.rows, values, rows.first[file]);
  });
  return values;
}

function copyText(column: Column, count: number, values: (string | null)[], first: number): void {
  for (let row = 0; row < count; row++) {
    const value = textAt(column, row);
    values[first + row] = value === null || value.trim() === '' ? null : value;
  }
}

/** Notes files that lack a column which others have: their rows are read as having nothing there. */
export function unevenColumns(rows: Rows, declared?: Partial<Record<Role, string>>): Finding[] {
  const roles = ROLES.filter((role): role is Exclude<Role, 'id'> => role !== 'id');
  return roles.flatMap((role): Finding[] => {
    const lacking = rows.tables.filter(
      (table) => findColumn([...table.columns.keys()], role, declared) === undefined,
    );
    if (lacking.length === 0 || lacking.length === rows.tables.length) return [];
    const files = lacking.map((table) => basename(table.path)).join(', ');
    return [
      {
        severity: 'warning',
        code: 'uneven-columns',
        message: `there is no ${role} column in ${files}, while other files have one: those rows have none`,
        count: lacking.reduce((total, table) => total + table.rows, 0),
        places: lacking.map((table) => ({ path: table.path })),
      },
    ];
  });
}
