import {
  type Data,
  type DataType,
  Field,
  Float32,
  Float64,
  Int32,
  Int64,
  List,
  makeData,
  RecordBatch,
  RecordBatchFileWriter,
  Schema,
  Struct,
  Utf8,
} from 'apache-arrow';
import { EsciSelectError, quote } from '../../errors.js';
import { AtomicFile } from '../atomic.js';
import type { Column } from '../table.js';

/** Rows of a record batch, at most. */
export const BATCH_ROWS = 65_536;
const MAX_BATCH_CHARACTERS = 2 ** 28; // at most 3 bytes each: text offsets are 32-bit

/** A named column to write. */
export interface NamedColumn {
  name: string;
  column: Column;
}

/**
 * Writes columns of equal length as an Arrow IPC file: atomically, uncompressed, in record batches of at most 65,536 rows,
 * the same bytes for the same input. Number columns keep their type, integer columns become int64, text utf8, lists
 * list<float64>; what is missing is null. Throws 'io' if writing fails, 'internal' if the columns' lengths differ.
 */
export async function writeArrow(
  path: string,
  columns: readonly NamedColumn[],
  metadata: ReadonlyMap<string, string> = new Map(),
): Promise<void> {
  await writeArrowParts(path, [columns], metadata);
}

/**
 * The same of a table that comes in parts, each with the same columns, of which one at a time is held. At least one part
 * must come, even if it has no rows, because it tells the types. Returns the rows written.
 */
export async function writeArrowParts(
  path: string,
  parts: Iterable<readonly NamedColumn[]> | AsyncIterable<readonly NamedColumn[]>,
  metadata: ReadonlyMap<string, string> = new Map(),
): Promise<number> {
  const file = await AtomicFile.open(path);
  let total = 0;
  try {
    const writer = new ChunkWriter();
    let schema: Schema | null = null;
    for await (const columns of parts) {
      const rows = rowsOf(columns, path);
      if (schema === null) {
        schema = schemaOf(columns, metadata);
        writer.reset(undefined, schema);
      }
      for (const [start, end] of batches(columns, rows)) {
        writer.write(batchOf(columns, schema, start, end));
        await writer.flushTo(file);
      }
      total += rows;
    }
    writer.finish();
    await writer.flushTo(file);
  } catch (error) {
    await file.abort();
    throw error;
  }
  await file.commit();
  return total;
}

/** The rows of columns, which are equally long. Throws 'internal' where they are not. */
export function rowsOf(columns: readonly NamedColumn[], path: string): number {
  const rows = columns.length === 0 ? 0 : columns[0].column.values.length;
  for (const { name, column } of columns) {
    if (column.values.length === rows) continue;
    const problem = `column ${quote(name)} has ${column.values.length} rows where ${rows} are due`;
    throw new EsciSelectError('internal', problem, { path });
  }
  return rows;
}

/** The columns' schema. */
export function schemaOf(columns: readonly NamedColumn[], metadata: ReadonlyMap<string, string>): Schema {
  const fields = columns.map(({ name, column }) => new Field(name, typeOf(column), true));
  return new Schema(fields, new Map(metadata));
}

/** Rows [start, end) as a batch of the schema. */
export function batchOf(
  columns: readonly NamedColumn[],
  schema: Schema,
  start: number,
  end: number,
): RecordBatch {
  const children = columns.map(({ column }) => dataOf(column, start, end));
  const struct = makeData({ type: new Struct(schema.fields), length: end - start, nullCount: 0, children });
  return new RecordBatch(schema, struct);
}

/** Keeps what the writer writes until it is passed on, batch by batch, so that a file never stands in memory as a whole. */
class ChunkWriter extends RecordBatchFileWriter {
  #chunks: Uint8Array[] = [];

  protected override _write(chunk: Parameters<RecordBatchFileWriter['_write']>[0]): this {
    const view = chunk as ArrayBufferView;
    if (view && view.byteLength > 0) {
      this.#chunks.push(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
      this._position += view.byteLength;
    }
    return this;
  }

  async flushTo(file: AtomicFile): Promise<void> {
    for (const chunk of this.#chunks) await file.write(chunk);
    this.#chunks = [];
  }
}

function typeOf(column: Column): DataType {
  if (column.kind === 'text') return new Utf8();
  if (column.kind === 'integer') return new Int64();
  if (column.kind === 'list') return new List(new Field('item', new Float64(), true));
  if (column.values instanceof Float32Array) return new Float32();
  return column.values instanceof Float64Array ? new Float64() : new Int32();
}

/** Half-open row ranges: at most 65,536 rows, fewer where texts are very long; one empty range for no rows. */
export function* batches(columns: readonly NamedColumn[], rows: number): Generator<[number, number]> {
  const texts = columns.flatMap(({ column }) => (column.kind === 'text' ? [column.values] : []));
  let start = 0;
  do {
    let end = Math.min(rows, start + BATCH_ROWS);
    for (const values of texts) end = endWithin(values, start, end);
    yield [start, end];
    start = end;
  } while (start < rows);
}

function endWithin(values: readonly (string | null)[], start: number, end: number): number {
  let characters = 0;
  for (let row = start; row < end; row++) {
    characters += values[row]?.length ?? 0;
    if (characters > MAX_BATCH_CHARACTERS && row > start) return row;
  }
  return end;
}

function dataOf(column: Column, start: number, end: number): Data {
  if (column.kind === 'text') return textData(column.values.slice(start, end));
  if (column.kind === 'list') return listData(column.values.slice(start, end));
  const length = end - start;
  const { missing } = column;
  const nulls = nullsOf(length, (row) => missing !== null && missing[start + row] === 1);
  const data = column.values.subarray(start, end);
  return makeData({ type: typeOf(column) as Float64, length, ...nulls, data: data as Float64Array });
}

/** The validity bitmap (bit 1 = there) and how many are missing. */
function nullsOf(
  length: number,
  isMissing: (row: number) => boolean,
): { nullCount: number; nullBitmap: Uint8Array } {
  let nullCount = 0;
  const bitmap = new Uint8Array((length + 7) >> 3);
  for (let row = 0; row < length; row++) {
    if (isMissing(row)) nullCount++;
    else bitmap[row >> 3] |= 1 << (row & 7);
  }
  return { nullCount, nullBitmap: nullCount === 0 ? new Uint8Array(0) : bitmap };
}

function textData(values: readonly (string | null)[]): Data {
  const valueOffsets = new Int32Array(values.length + 1);
  for (let row = 0; row < values.length; row++) {
    const text = values[row];
    valueOffsets[row + 1] = valueOffsets[row] + (text === null ? 0 : Buffer.byteLength(text));
  }
  const data = Buffer.alloc(valueOffsets[values.length]);
  for (let row = 0; row < values.length; row++) {
    const text = values[row];
    if (text !== null) data.write(text, valueOffsets[row], 'utf8');
  }
  const nulls = nullsOf(values.length, (row) => values[row] === null);
  return makeData({ type: new Utf8(), length: values.length, ...nulls, valueOffsets, data });
}

function listData(values: readonly (readonly number[] | null)[]): Data {
  const valueOffsets = new Int32Array(values.length + 1);
  for (const [row, list] of values.entries()) valueOffsets[row + 1] = valueOffsets[row] + (list?.length ?? 0);
  const items = new Float64Array(valueOffsets[values.length]);
  for (const [row, list] of values.entries()) if (list !== null) items.set(list, valueOffsets[row]);
  const child = makeData({ type: new Float64(), length: items.length, nullCount: 0, data: items });
  const nulls = nullsOf(values.length, (row) => values[row] === null);
  const type = new List(new Field('item', new Float64(), true));
  return makeData({ type, length: values.length, ...nulls, valueOffsets, child });
}
