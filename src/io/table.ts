/** A column of text; null where the file has none. */
interface TextColumn {
  readonly kind: 'text';
  readonly values: readonly (string | null)[];
}

/** A column of numbers (float or small integer types); `missing[row]` is 1 where the file has none. */
export interface NumberColumn {
  readonly kind: 'number';
  readonly values: Float32Array | Float64Array | Int32Array;
  readonly missing: Uint8Array | null;
}

/** A column of 64-bit integers, exact. */
interface IntegerColumn {
  readonly kind: 'integer';
  readonly values: BigInt64Array;
  readonly missing: Uint8Array | null;
}

/** A column of number lists (JSONL arrays, parquet lists). */
interface ListColumn {
  readonly kind: 'list';
  readonly values: readonly (readonly number[] | null)[];
}

export type Column = TextColumn | NumberColumn | IntegerColumn | ListColumn;

export type TableFormat = 'csv' | 'tsv' | 'jsonl' | 'parquet' | 'arrow';

/** A file's rows as columns, in the file's order. Nothing of ESCI is known here. */
export interface Table {
  /** as the user gave it, for messages */
  readonly path: string;
  readonly format: TableFormat;
  readonly rows: number;
  /** by name, in file order; a CSV column with no name is '' */
  readonly columns: ReadonlyMap<string, Column>;
  /** first physical line of each row, counting from 1, for text formats; null for binary ones */
  readonly lines: Int32Array | null;
  /** columns of types that no column kind holds, by name with their type, left out */
  readonly unread?: ReadonlyMap<string, string>;
}

/** A value of a column as text; integers keep every digit, whole numbers have no decimal point; null if missing. */
export function textAt(column: Column, row: number): string | null {
  if (column.kind === 'text') return column.values[row];
  if (column.kind === 'list') return column.values[row] === null ? null : JSON.stringify(column.values[row]);
  if (column.missing !== null && column.missing[row] === 1) return null;
  const value = column.values[row];
  return column.values instanceof Float32Array ? shortestFloat32(value as number) : String(value);
}

/** The shortest decimal text that is this float32 again: 0.1, not 0.10000000149011612. */
function shortestFloat32(value: number): string {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(Number.isFinite(value) ? Number(value.toPrecision(9)) : value);
}

/** The place of a row for an error or a finding. */
export function placeOf(table: Table, row: number): { path: string; line?: number; row: number } {
  return table.lines === null ? { path: table.path, row } : { path: table.path, line: table.lines[row], row };
}

/** Rows [from, to) of a column, as views where it allows them. */
export function sliceColumn(column: Column, from: number, to: number): Column {
  if (column.kind === 'text') return { ...column, values: column.values.slice(from, to) };
  if (column.kind === 'list') return { ...column, values: column.values.slice(from, to) };
  const missing = column.missing?.subarray(from, to) ?? null;
  if (column.kind === 'integer') return { ...column, values: column.values.subarray(from, to), missing };
  return { ...column, values: column.values.subarray(from, to), missing };
}
