import { EsciSelectError } from '../errors.js';
import { describeArrow, readArrow } from './arrow/read.js';
import { byteSource } from './bytes.js';
import type { DuckDBOptions } from './duckdb/duckdb.js';
import { describeParquet, readParquet } from './duckdb/parquet.js';
import { detectFormat } from './format.js';
import type { ReadOptions, TableDescription } from './read-options.js';
import type { Table } from './table.js';
import { readCsv } from './text/csv.js';
import { readJsonl } from './text/jsonl.js';

export type { ReadOptions, TableDescription } from './read-options.js';

const DESCRIBED_ROWS = 100;

/**
 * A table file (CSV, TSV, JSON Lines, parquet or Arrow; text also gzip or zstd) as columns in the file's order. The format
 * is that of the file's ending, else of its first bytes. Throws 'io' if it cannot be read and 'data' if its content is
 * not valid, with the line where there is one. Time and memory are linear in the size of the columns kept.
 */
export async function readTable(path: string, options: ReadOptions & DuckDBOptions = {}): Promise<Table> {
  const { format, compression } = await detectFormat(path);
  if (format === 'parquet') return readParquet(path, options);
  if (format === 'arrow') return readArrow(path, options);
  const source = byteSource(path, compression, options.maxUnpacked);
  checkDelimiter(options.delimiter);
  return format === 'jsonl' ? readJsonl(source, options) : readCsv(source, format, options);
}

/** The columns of a table file from its header (the first 100 rows of JSON Lines); the rows where metadata tells. */
export async function describeTable(path: string, options: ReadOptions = {}): Promise<TableDescription> {
  const { format } = await detectFormat(path);
  if (format === 'parquet') return describeParquet(path);
  if (format === 'arrow') return describeArrow(path, options);
  const table = await readTable(path, { ...options, maxRows: format === 'jsonl' ? DESCRIBED_ROWS : 0 });
  const columns = [...table.columns].map(([name, column]) => ({ name, type: column.kind as string }));
  return { format, columns, rows: null };
}

function checkDelimiter(delimiter: string | undefined): void {
  if (delimiter === undefined || /^[^"\r\n\0\u0080-\uffff]$/.test(delimiter)) return;
  throw new EsciSelectError('usage', 'delimiter must be one ASCII character other than a quote or line end', {
    hint: "give --delimiter ';' or --delimiter '\\t'",
  });
}
