import type { DuckDBConnection } from '@duckdb/node-api';
import type { ReadOptions, TableDescription } from '../read-options.js';
import type { Table } from '../table.js';
import { collectColumns, describeQuery, plannedSelect } from './columns.js';
import { type DuckDBOptions, openDuckDB, readQuery, sourceLiteral, withDuckDB } from './duckdb.js';
import { duckdbError } from './errors.js';
import { leavesOf } from './nested.js';

/** The FROM clause that reads one local parquet file: no partition columns from folder names. */
function parquetSource(path: string): string {
  return `read_parquet(${sourceLiteral(path)}, hive_partitioning = false)`;
}

/**
 * A parquet file as a table. Throws 'io' if it cannot be read and 'data' if it is truncated, corrupt or uses an
 * unsupported codec. 2.6 million rows of an id and four floats take about half a second.
 */
export async function readParquet(path: string, options: ReadOptions & DuckDBOptions = {}): Promise<Table> {
  const { memoryLimit, threads, tempDirectory } = options;
  return withDuckDB({ memoryLimit, threads, tempDirectory }, async (connection) => {
    const names = await columnNames(connection, path);
    const rows = await rowsOf(connection, path);
    const sql = `SELECT * FROM ${parquetSource(path)}`;
    const streamed = memoryLimit !== undefined;
    return readQuery(connection, sql, path, { ...options, names, rows, streamed, format: 'parquet' });
  });
}

/**
 * A parquet file as tables of about so many rows, in the file's order, of which one at a time is held. Throws as
 * readParquet.
 */
export async function* streamParquet(
  path: string,
  rows: number,
  columns?: (name: string) => boolean,
): AsyncGenerator<Table> {
  const { connection, close } = await openDuckDB({ threads: 1 });
  try {
    const names = await columnNames(connection, path);
    const plan = await plannedSelect(connection, `SELECT * FROM ${parquetSource(path)}`, columns, names);
    const result = await connection.stream(plan.sql);
    for (;;) {
      const part = await collectColumns(result, plan, { most: rows });
      if (part.rows === 0) return;
      yield { path, format: 'parquet', ...part, lines: null };
    }
  } catch (error) {
    throw duckdbError(path, error, 'table cannot be read');
  } finally {
    close();
  }
}

/**
 * The names of a file's columns as it writes them: DuckDB's identifiers ignore case, so that it renames columns that differ in
 * case only. The schema is a tree in depth-first order, each node with the number of its children.
 */
async function columnNames(connection: DuckDBConnection, path: string): Promise<string[]> {
  try {
    const result = await connection.run(
      `SELECT name, num_children FROM parquet_schema(${sourceLiteral(path)})`,
    );
    const nodes = (await result.getRows()).map(
      ([name, children]) => [String(name), Number(children ?? 0)] as const,
    );
    const names: string[] = [];
    const skip = (at: number): number => {
      let next = at + 1;
      for (let child = 0; child < nodes[at][1]; child++) next = skip(next);
      return next;
    };
    for (let at = 1; at < nodes.length; at = skip(at)) names.push(nodes[at][0]);
    return names;
  } catch (error) {
    throw duckdbError(path, error, 'table cannot be read');
  }
}

/** How many rows a file's metadata tells. */
async function rowsOf(connection: DuckDBConnection, path: string): Promise<number> {
  try {
    const sql = `SELECT num_rows FROM parquet_file_metadata(${sourceLiteral(path)})`;
    return Number((await (await connection.run(sql)).getRows())[0][0]);
  } catch (error) {
    throw duckdbError(path, error, 'table cannot be read');
  }
}

/** Columns with DuckDB's type names, and the number of rows, from the file's metadata alone. */
export async function describeParquet(path: string): Promise<TableDescription> {
  return withDuckDB({ threads: 1 }, async (connection) => {
    try {
      const names = await columnNames(connection, path);
      const described = await describeQuery(connection, `SELECT * FROM ${parquetSource(path)}`);
      const columns = described.flatMap(({ name, type }, at) =>
        leavesOf(names[at] ?? name, '', type).map((leaf) => ({ name: leaf.name, type: leaf.type })),
      );
      return { format: 'parquet', columns, rows: await rowsOf(connection, path) };
    } catch (error) {
      throw duckdbError(path, error, 'table cannot be read');
    }
  });
}
