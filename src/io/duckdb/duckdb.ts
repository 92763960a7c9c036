import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { EsciSelectError, quote } from '../../errors.js';
import { checkMemoryLimit } from '../memory-limit.js';
import type { Table, TableFormat } from '../table.js';
import { collectColumns, plannedSelect, type SelectPlan } from './columns.js';
import { duckdbError } from './errors.js';
import { loadDuckDB } from './library.js';

export { quoteIdentifier, quoteLiteral, sourceLiteral } from './sql.js';

/** Results of so many cells at most are made as a whole, on threads that go on while this one has other work. */
const MOST_WHOLE_CELLS = 2 ** 25;

/** The limits of a DuckDB instance. */
export interface DuckDBOptions {
  /** such as '2GB'; DuckDB's default is 80% of the machine's memory */
  memoryLimit?: string;
  /** worker threads; DuckDB's default is one per core */
  threads?: number;
  /** where joins larger than memory spill to; a folder of the system's temporary folder by default */
  tempDirectory?: string;
}

/** How the rows of a query are collected. */
export interface QueryOptions {
  columns?: (name: string) => boolean;
  maxRows?: number;
  /** how many rows the query has, where that is known */
  rows?: number;
  /** rows are not made before they are asked for: for instances whose memory is limited */
  streamed?: boolean;
  onRows?: (rowsSoFar: number) => void;
  /** the columns' own names, where the query gives others to those that differ in case only */
  names?: readonly string[];
  /** the format that the table claims; 'parquet' by default */
  format?: TableFormat;
}

/** A connection to a fresh in-memory database; `close` ends both. */
interface OpenDuckDB {
  connection: DuckDBConnection;
  close: () => void;
}

/**
 * Runs `work` with a connection to a fresh in-memory DuckDB and closes it afterwards, whatever happens. Extensions are
 * neither installed nor loaded (RELIABILITY 52). Throws 'usage' for options that DuckDB refuses.
 */
export async function withDuckDB<T>(
  options: DuckDBOptions,
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const { connection, close } = await openDuckDB(options);
  try {
    return await work(connection);
  } finally {
    close();
  }
}

/** As `withDuckDB`, for callers that cannot work in a callback: they must call `close`. */
export async function openDuckDB(options: DuckDBOptions): Promise<OpenDuckDB> {
  checkMemoryLimit(options.memoryLimit);
  const { DuckDBInstance } = await loadDuckDB();
  try {
    const instance = await DuckDBInstance.create(':memory:', settings(options));
    const connection = await instance.connect();
    const close = () => {
      connection.closeSync();
      instance.closeSync();
    };
    return { connection, close };
  } catch (error) {
    throw new EsciSelectError('usage', `database options are not valid: ${quote((error as Error).message)}`, {
      hint: 'give --memory-limit as in 2GB and --threads as a number of at least 1',
      cause: error,
    });
  }
}

function settings(options: DuckDBOptions): Record<string, string> {
  const result: Record<string, string> = {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
    allow_persistent_secrets: 'false',
    temp_directory: options.tempDirectory ?? join(tmpdir(), `esci-select-duckdb-${process.pid}`),
  };
  if (options.memoryLimit !== undefined) result.memory_limit = options.memoryLimit;
  if (options.threads !== undefined) result.threads = String(options.threads);
  return result;
}

/** Whether so many rows of a query's result are known to be small: nobody knows how long texts and lists are. */
function isSmall({ columns }: SelectPlan, rows: number): boolean {
  const isNumbers = columns.every(({ kind }) => kind !== 'text' && kind !== 'list');
  return isNumbers && rows > 0 && rows * columns.length <= MOST_WHOLE_CELLS;
}

/**
 * The rows of a query as a table. FLOAT, DOUBLE and integers of up to 32 bits become number columns, wider integers that
 * fit 64 bits signed become integer columns, lists of numbers become list columns, everything else text. `path` is for
 * messages and the table. Throws 'data' (or 'io' for memory and disk) if the query fails.
 */
export async function readQuery(
  connection: DuckDBConnection,
  sql: string,
  path: string,
  options: QueryOptions = {},
): Promise<Table> {
  try {
    const plan = await plannedSelect(connection, sql, options.columns, options.names);
    const limit = options.maxRows === undefined ? '' : ` LIMIT ${Math.max(0, Math.floor(options.maxRows))}`;
    const expected = Math.min(options.rows ?? 0, options.maxRows ?? Number.POSITIVE_INFINITY);
    const whole = options.streamed !== true && isSmall(plan, expected);
    const limited = `${plan.sql}${limit}`;
    const result = await (whole ? connection.run(limited) : connection.stream(limited));
    const { rows, columns } = await collectColumns(result, plan, { onRows: options.onRows, rows: expected });
    return { path, format: options.format ?? 'parquet', rows, columns, lines: null };
  } catch (error) {
    throw duckdbError(path, error, 'table cannot be read');
  }
}
