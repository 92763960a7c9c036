import { EsciSelectError, quote } from '../../errors.js';
import { readArrow, readArrowMetadata } from '../../io/arrow/read.js';
import type { NumberColumn, Table } from '../../io/table.js';

/** An Arrow file that this program wrote, with its metadata. */
export interface OwnTable {
  readonly table: Table;
  readonly metadata: ReadonlyMap<string, string>;
}

/** Reads an Arrow file of a run. Throws 'data' where it is none. */
export async function readOwnTable(path: string): Promise<OwnTable> {
  return { table: await readArrow(path), metadata: await readArrowMetadata(path) };
}

/** A column of numbers [row]. Throws 'data' where the file has no such column. */
export function numbersOf({ table }: OwnTable, name: string): NumberColumn['values'] {
  const column = table.columns.get(name);
  if (column?.kind === 'number') return column.values;
  throw notOurs(table.path, `has no column of numbers ${quote(name)}`);
}

/** A JSON value of the metadata, checked by `isIt`. Throws 'data' where it is missing or something else. */
export function metadataOf<Value>(
  { table, metadata }: OwnTable,
  key: string,
  isIt: (value: unknown) => value is Value,
): Value {
  const text = metadata.get(key);
  if (text === undefined) throw notOurs(table.path, `has no metadata ${quote(key)}`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw notOurs(table.path, `has metadata ${quote(key)} that is not JSON`, cause);
  }
  if (isIt(value)) return value;
  throw notOurs(table.path, `has metadata ${quote(key)} that is not what this version writes`);
}

function notOurs(path: string, message: string, cause?: unknown): EsciSelectError {
  return new EsciSelectError('data', `file of the run ${message}`, {
    path,
    hint: 'run esci-select train with the same --run and --force',
    cause,
  });
}
