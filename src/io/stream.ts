import { streamParquet } from './duckdb/parquet.js';
import { detectFormat } from './format.js';
import { readTable } from './read.js';
import { type Column, sliceColumn, type Table } from './table.js';

/**
 * A table file as tables of about so many rows, in order: parquet a part at a time, other formats read whole and cut.
 * Throws as readTable.
 */
export async function* streamTable(
  path: string,
  rows: number,
  columns?: (name: string) => boolean,
): AsyncGenerator<Table> {
  const { format } = await detectFormat(path);
  if (format === 'parquet') {
    yield* streamParquet(path, rows, columns);
    return;
  }
  const table = await readTable(path, { columns });
  for (let from = 0; from < table.rows; from += rows) yield sliceTable(table, from, from + rows);
}

/** Rows [from, to) of a table, as views where its columns allow it. */
function sliceTable(table: Table, from: number, to: number): Table {
  const end = Math.min(to, table.rows);
  const columns = [...table.columns].map(([name, column]): [string, Column] => [
    name,
    sliceColumn(column, from, end),
  ]);
  return {
    ...table,
    rows: end - from,
    columns: new Map(columns),
    lines: table.lines?.subarray(from, end) ?? null,
  };
}
