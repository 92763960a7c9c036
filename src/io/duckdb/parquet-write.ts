import type { DuckDBConnection, DuckDBType, DuckDBValue } from '@duckdb/node-api';
import { EsciSelectError, quote } from '../../errors.js';
import { writeThroughTemporary } from '../atomic.js';
import { quoteIdentifier, quoteLiteral, withDuckDB } from './duckdb.js';
import { duckdbError } from './errors.js';
import { type DuckDBLibrary, loadDuckDB } from './library.js';

/** A column to write; null or undefined in `values` is a missing value. */
export interface ParquetColumn {
  name: string;
  type: 'string' | 'int64' | 'float' | 'int32';
  values: ArrayLike<string | number | bigint | null | undefined>;
}

/** Row groups and compression. */
export interface ParquetOptions {
  /** rows per row group; 122,880 by default */
  rowGroupRows?: number;
}

function typesOf({
  VARCHAR,
  BIGINT,
  FLOAT,
  INTEGER,
}: DuckDBLibrary): Record<ParquetColumn['type'], DuckDBType> {
  return { string: VARCHAR, int64: BIGINT, float: FLOAT, int32: INTEGER };
}

const CHUNK_ROWS = 2048; // DuckDB's vector size
const ROW_GROUP_ROWS = 122_880;

/**
 * Writes columns of equal length as a zstd-compressed parquet file: atomically, on one thread, the same bytes for the same
 * input. int64 values may be given as numbers or bigints. Throws 'io' if writing fails, 'internal' if lengths differ.
 */
export async function writeParquet(
  path: string,
  columns: readonly ParquetColumn[],
  options: ParquetOptions = {},
): Promise<void> {
  checkLengths(path, columns);
  await writeThroughTemporary(path, (temporary) =>
    withDuckDB({ threads: 1 }, async (connection) => {
      const settings = `FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${options.rowGroupRows ?? ROW_GROUP_ROWS}`;
      try {
        await fillTable(connection, columns);
        await connection.run(`COPY output TO ${quoteLiteral(temporary)} (${settings})`);
      } catch (error) {
        throw duckdbError(path, error, 'parquet file cannot be written', 'io');
      }
    }),
  );
}

function checkLengths(path: string, columns: readonly ParquetColumn[]): void {
  if (columns.length === 0) throw new EsciSelectError('internal', 'parquet file needs a column', { path });
  for (const { name, values } of columns) {
    if (values.length === columns[0].values.length) continue;
    const problem = `column ${quote(name)} has ${values.length} rows where ${columns[0].values.length} are due`;
    throw new EsciSelectError('internal', problem, { path });
  }
}

async function fillTable(connection: DuckDBConnection, columns: readonly ParquetColumn[]): Promise<void> {
  const library = await loadDuckDB();
  const typeOf = typesOf(library);
  const declared = columns.map(({ name, type }) => `${quoteIdentifier(name)} ${typeOf[type]}`);
  await connection.run(`CREATE TABLE output (${declared.join(', ')})`);
  const appender = await connection.createAppender('output');
  const types = columns.map(({ type }) => typeOf[type]);
  const rows = columns[0].values.length;
  for (let start = 0; start < rows; start += CHUNK_ROWS) {
    const end = Math.min(rows, start + CHUNK_ROWS);
    const chunk = library.DuckDBDataChunk.create(types);
    chunk.setColumns(columns.map((column) => valuesOf(column, start, end)));
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}

function valuesOf({ type, values }: ParquetColumn, start: number, end: number): DuckDBValue[] {
  const result: DuckDBValue[] = [];
  for (let row = start; row < end; row++) {
    const value = values[row] ?? null;
    result.push(type === 'int64' && typeof value === 'number' ? BigInt(value) : value);
  }
  return result;
}
