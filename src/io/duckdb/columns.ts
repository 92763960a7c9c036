import type { DuckDBConnection, DuckDBListVector, DuckDBResult, DuckDBVector } from '@duckdb/node-api';
import { Growable } from '../growable.js';
import { MissingMarks } from '../missing-marks.js';
import { PROGRESS_ROWS } from '../read-options.js';
import type { Column } from '../table.js';
import { leavesOf } from './nested.js';
import { quoteIdentifier } from './sql.js';
import { missingIn, type NumericArray, pushTexts, rawItems, zeroOf } from './vectors.js';

type Kind = 'float' | 'double' | 'int32' | 'int64' | 'text' | 'list';

/** Which SQL to run so that only a few vector types arrive, and what each column becomes. */
export interface SelectPlan {
  sql: string;
  columns: { name: string; kind: Kind }[];
}

const INT32_TYPES = new Set(['TINYINT', 'SMALLINT', 'INTEGER', 'UTINYINT', 'USMALLINT']);
const NUMBER_LIST = /^(?:U?TINYINT|U?SMALLINT|U?INTEGER|U?BIGINT|FLOAT|DOUBLE|DECIMAL\(\d+,\s*\d+\))\[\d*\]$/;

/**
 * Plans a query: asks DuckDB for the result's types, takes structs apart, and casts the unusual types inside the query.
 * `names` are the columns' own names where DuckDB has to rename them, because they differ in case only.
 */
export async function plannedSelect(
  connection: DuckDBConnection,
  sql: string,
  keep: (name: string) => boolean = () => true,
  names?: readonly string[],
): Promise<SelectPlan> {
  const described = await describeQuery(connection, sql);
  const leaves = described
    .flatMap(({ name, type }, at) => leavesOf(names?.[at] ?? name, quoteIdentifier(name), type))
    .filter(({ name }) => keep(name));
  const columns = leaves.map(({ name, expression, type }) => ({ name, ...castOf(expression, type) }));
  const select = columns.length === 0 ? '1' : columns.map(({ cast }, at) => `${cast} AS c${at}`).join(', ');
  return { sql: `SELECT ${select} FROM (${sql})`, columns };
}

/** The names and DuckDB types of a query's columns; nothing of its rows is read. */
export async function describeQuery(
  connection: DuckDBConnection,
  sql: string,
): Promise<{ name: string; type: string }[]> {
  const rows = await (await connection.run(`DESCRIBE ${sql}`)).getRows();
  return rows.map((row) => ({ name: String(row[0]), type: String(row[1]) }));
}

/** A list of structs, such as a classifier's answers with their scores. */
const STRUCT_LIST = /^STRUCT\(.*\)\[\d*\]$/s;

function castOf(value: string, type: string): { kind: Kind; cast: string } {
  const to = (kind: Kind, target: string) => ({ kind, cast: `CAST(${value} AS ${target})` });
  if (type === 'FLOAT') return { kind: 'float', cast: value };
  if (type === 'DOUBLE') return { kind: 'double', cast: value };
  if (type.startsWith('DECIMAL'))
    return to(NUMBER_LIST.test(type) ? 'list' : 'double', NUMBER_LIST.test(type) ? 'DOUBLE[]' : 'DOUBLE');
  if (type === 'INTEGER') return { kind: 'int32', cast: value };
  if (INT32_TYPES.has(type)) return to('int32', 'INTEGER');
  if (type === 'BIGINT') return { kind: 'int64', cast: value };
  if (type === 'UINTEGER') return to('int64', 'BIGINT');
  if (type === 'VARCHAR') return { kind: 'text', cast: value };
  if (NUMBER_LIST.test(type)) return to('list', 'DOUBLE[]');
  // bytes are text in old files; where they are none, the column is of nobody's use
  if (type === 'BLOB') return { kind: 'text', cast: `TRY(decode(${value}))` };
  if (STRUCT_LIST.test(type)) return { kind: 'text', cast: `CAST(to_json(${value}) AS VARCHAR)` };
  return to('text', 'VARCHAR');
}

/** How a result is collected. */
export interface CollectOptions {
  readonly onRows?: (rowsSoFar: number) => void;
  /** so many rows or a chunk more; all by default */
  readonly most?: number;
  /** how many rows there are, where that is known: memory is then taken once instead of growing */
  readonly rows?: number;
}

/** More rows than this are not believed before they come. */
const MOST_EXPECTED_ROWS = 2 ** 24;

/** Fetches a planned query's result chunk by chunk into columns. */
export async function collectColumns(
  result: DuckDBResult,
  plan: SelectPlan,
  { onRows, most = Number.POSITIVE_INFINITY, rows: expected = 0 }: CollectOptions = {},
): Promise<{ rows: number; columns: Map<string, Column> }> {
  const capacity = Math.min(expected, MOST_EXPECTED_ROWS);
  const collectors = plan.columns.map(({ kind }) => collectorOf(kind, capacity));
  let rows = 0;
  for (let reported = 0; rows < most; ) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) break;
    for (const [index, collector] of collectors.entries()) collector.add(chunk.getColumnVector(index));
    rows += chunk.rowCount;
    if (onRows && rows - reported >= PROGRESS_ROWS) {
      reported = rows;
      onRows(rows);
    }
  }
  return {
    rows,
    columns: new Map(plan.columns.map(({ name }, index) => [name, collectors[index].finish()])),
  };
}

/** Takes a column's vectors in order and makes the column of them. */
interface Collector {
  add(vector: DuckDBVector): void;
  finish(): Column;
}

function collectorOf(kind: Kind, rows: number): Collector {
  if (kind === 'text') return textCollector();
  if (kind === 'list') return listCollector();
  if (kind === 'int64') {
    const typed = typedCollector((length) => new BigInt64Array(length), rows);
    return { add: typed.add, finish: () => ({ kind: 'integer', ...typed.finish() }) };
  }
  const typed =
    kind === 'float'
      ? typedCollector<Float32Array | Float64Array | Int32Array>((length) => new Float32Array(length), rows)
      : kind === 'double'
        ? typedCollector<Float32Array | Float64Array | Int32Array>((length) => new Float64Array(length), rows)
        : typedCollector<Float32Array | Float64Array | Int32Array>((length) => new Int32Array(length), rows);
  return { add: typed.add, finish: () => ({ kind: 'number', ...typed.finish() }) };
}

function textCollector(): Collector {
  const values: (string | null)[] = [];
  return {
    add(vector) {
      pushTexts(vector, values);
    },
    finish: () => ({ kind: 'text', values }),
  };
}

/** Numbers: copied as a block where DuckDB's memory is visible as a typed array. Missing values become 0 and a mark. */
function typedCollector<T extends NumericArray>(allocate: (length: number) => T, rows: number) {
  let values: Growable<T> | null = null;
  const missing = new MissingMarks(rows);
  return {
    add(vector: DuckDBVector) {
      const block = rawItems(vector, allocate);
      const marks = missingIn(vector, block.length);
      missing.add(block.length, marks);
      if (marks !== null) {
        for (let row = 0; row < block.length; row++)
          if (marks[row] === 1) block[row] = zeroOf(block) as never;
      }
      values ??= Growable.of(allocate, Math.max(rows, block.length));
      values.append(block);
    },
    finish: () => ({ values: values?.finish() ?? allocate(0), missing: missing.finish() }),
  };
}

/** Lists of doubles; a missing number inside a list becomes NaN. */
function listCollector(): Collector {
  const values: (readonly number[] | null)[] = [];
  return {
    add(vector) {
      const list = vector as DuckDBListVector;
      for (let row = 0; row < list.itemCount; row++) {
        const item = list.getItemVector(row);
        values.push(
          item === null ? null : item.toArray().map((value) => (value as number | null) ?? Number.NaN),
        );
      }
    },
    finish: () => ({ kind: 'list', values }),
  };
}
