import { open } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { type RecordBatch, RecordBatchReader, type Schema } from 'apache-arrow';
import { EsciSelectError, quote } from '../../errors.js';
import { cannotRead, systemCode } from '../errors.js';
import type { ReadOptions, TableDescription } from '../read-options.js';
import { release } from '../release.js';
import type { Table } from '../table.js';
import { unpackedLimit } from '../unpacked.js';
import { checkData } from './check-data.js';
import { type ArrowCollector, arrowCollectors } from './columns.js';
import { registerLz4 } from './lz4.js';
import { footerBlocks } from './metadata.js';
import { FOOTER_BYTES, MAGIC, verifyArrow, verifyColumns } from './verify.js';

export { type NamedColumn, writeArrow, writeArrowParts } from './write.js';

registerLz4();

const READ_BYTES = 2 ** 30;
const MAX_FILE_BYTES = 3.9 * 2 ** 30; // one buffer of Node holds 4 GiB
const START_BYTES = 8; // the opening magic, filled up
const TURN_MS = 50; // so long signals wait

/**
 * An Arrow IPC file or stream (Feather version 2) as a table. Floats and integers of up to 32 bits become number columns,
 * int64 and uint32 integer columns, decimals number columns, text, dictionaries and booleans text, lists of numbers list
 * columns, fields of structs columns with dotted names. Columns of other types are left out and named in `unread`. Buffers may
 * be compressed with LZ4. Throws 'io' if the file cannot be read and 'data' if it is cut off or corrupt.
 */
export async function readArrow(path: string, options: ReadOptions = {}): Promise<Table> {
  return withReader(path, options.maxUnpacked, async (reader) => {
    const turn = new Turn();
    const keep = options.columns ?? (() => true);
    const maxRows = options.maxRows ?? Number.POSITIVE_INFINITY;
    const { collectors, unread } = collectorsOf(reader.schema, path, { ...options, columns: keep });
    let rows = 0;
    for (const batch of batchesOf(reader)) {
      if (rows >= maxRows) break;
      if (batch.numRows === 0) continue;
      const take = Math.min(batch.numRows, maxRows - rows);
      for (const { index, collector } of collectors) {
        const data = batch.data.children[index];
        checkData(data);
        collector.add(data, take);
        await turn.end();
      }
      rows += take;
      options.onRows?.(rows);
    }
    const columns = new Map(collectors.map(({ collector: { name, finish } }) => [name, finish()]));
    return { path, format: 'arrow' as const, rows, columns, lines: null, unread };
  });
}

/**
 * The key-value metadata of an Arrow file's schema. Of a file in the file format only the footer is read, which repeats the
 * schema. Throws as readArrow of what it reads.
 */
export async function readArrowMetadata(path: string): Promise<Map<string, string>> {
  const metadataOf = (reader: RecordBatchReader) => new Map(reader.schema.metadata);
  try {
    const footer = await footerAlone(path);
    if (footer !== null) return metadataOf(openReader(footer));
  } catch (error) {
    throw arrowError(path, error);
  }
  return withReader(path, undefined, metadataOf);
}

/** The columns with Arrow's type names; the rows are not known without reading the batches. */
export async function describeArrow(
  path: string,
  { maxUnpacked }: ReadOptions = {},
): Promise<TableDescription> {
  return withReader(path, maxUnpacked, (reader) => {
    const columns = reader.schema.fields.map(({ name, type }) => ({ name, type: String(type) }));
    return { format: 'arrow' as const, columns, rows: null };
  });
}

/** Work in pieces, between which signals are heard. */
class Turn {
  #since = performance.now();

  async end(): Promise<void> {
    if (performance.now() - this.#since < TURN_MS) return;
    await setImmediate();
    this.#since = performance.now();
  }
}

/** The batches that a file's footer lists, one by one (the reader's own iteration may not end), or those of a stream. */
function* batchesOf(reader: RecordBatchReader): Generator<RecordBatch> {
  if (!reader.isFile()) {
    yield* reader as Iterable<RecordBatch>;
    return;
  }
  for (let index = 0; index < reader.numRecordBatches; index++) {
    const batch = reader.readRecordBatch(index) as RecordBatch | null;
    if (batch === null) throw new Error(`batch ${index} is not there`);
    yield batch;
  }
}

interface Collectors {
  readonly collectors: readonly { readonly index: number; readonly collector: ArrowCollector }[];
  readonly unread: ReadonlyMap<string, string>;
}

function collectorsOf(
  schema: Schema,
  path: string,
  { columns: keep, floats }: ReadOptions & Required<Pick<ReadOptions, 'columns'>>,
): Collectors {
  const collectors: { index: number; collector: ArrowCollector }[] = [];
  const unread = new Map<string, string>();
  const seen = new Set<string>();
  for (const [index, { name, type }] of schema.fields.entries()) {
    const found = arrowCollectors(name, type, floats);
    for (const column of found.length === 0 ? [name] : found.map((collector) => collector.name)) {
      if (seen.has(column)) throw invalid(path, `column ${quote(column)} is in the schema twice`);
      seen.add(column);
    }
    if (found.length === 0 && keep(name)) unread.set(name, String(type));
    for (const collector of found) if (keep(collector.name)) collectors.push({ index, collector });
  }
  return { collectors, unread };
}

/**
 * Reads the whole file first and checks its metadata, of which the package believes every number: the package's asynchronous readers never settle on some corrupt files, its synchronous ones
 * throw. A file in the file format is read by its footer, so that no batch can be lost unseen.
 */
async function withReader<T>(
  path: string,
  maxUnpacked: number | undefined,
  work: (reader: RecordBatchReader) => T | Promise<T>,
): Promise<T> {
  let bytes: Buffer = Buffer.alloc(0);
  try {
    bytes = await wholeFile(path);
    checkEnd(bytes, path);
    const batches = verifyArrow(bytes, { path, maxBytes: unpackedLimit(bytes.length, maxUnpacked) });
    const reader = openReader(bytes);
    for (const batch of batches) verifyColumns(batch, reader.schema.fields);
    return await work(reader);
  } catch (error) {
    throw arrowError(path, error);
  } finally {
    release([bytes]); // columns have memory of their own
  }
}

function openReader(bytes: Buffer): RecordBatchReader {
  const reader = RecordBatchReader.from(bytes) as RecordBatchReader;
  reader.open({ autoDestroy: false });
  if (!reader.schema) throw new Error('there is no schema');
  return reader;
}

/** The start and the end of a file in the file format, checked, without the batches between them; null of a stream. */
async function footerAlone(path: string): Promise<Buffer | null> {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    const read = async (from: number, to: number) => {
      const bytes = Buffer.alloc(Math.max(0, to - from));
      return bytes.subarray(0, (await handle.read(bytes, 0, bytes.length, from)).bytesRead);
    };
    const ends = Buffer.concat([
      await read(0, Math.min(size, START_BYTES)),
      await read(Math.max(START_BYTES, size - FOOTER_BYTES), size),
    ]);
    if (ends.toString('latin1', 0, MAGIC.length) !== MAGIC) return null;
    const length = footerLength(ends, size, path);
    const footer = await read(size - FOOTER_BYTES - length, size - FOOTER_BYTES);
    footerBlocks(footer);
    return Buffer.concat([ends.subarray(0, START_BYTES), footer, ends.subarray(START_BYTES)]);
  } finally {
    await handle.close();
  }
}

async function wholeFile(path: string): Promise<Buffer> {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    if (size > MAX_FILE_BYTES) {
      throw new EsciSelectError('data', `arrow file has ${size} bytes, more than ${MAX_FILE_BYTES}`, {
        path,
        hint: 'write it as parquet, or as several files',
      });
    }
    const bytes = Buffer.allocUnsafeSlow(size);
    for (let done = 0; done < size; ) {
      const { bytesRead } = await handle.read(bytes, done, Math.min(size - done, READ_BYTES), done);
      if (bytesRead === 0) throw invalid(path, 'arrow file is cut off');
      done += bytesRead;
    }
    return bytes;
  } finally {
    await handle.close();
  }
}

/** A file cut off behind its opening magic would read as an empty stream: refuse it by its missing end. */
function checkEnd(bytes: Buffer, path: string): void {
  if (bytes.toString('latin1', 0, MAGIC.length) === MAGIC) footerLength(bytes, bytes.length, path);
}

/** How long the footer of a file of `size` bytes is, whose first and last bytes these are. */
function footerLength(bytes: Buffer, size: number, path: string): number {
  const isWhole = size >= 2 * FOOTER_BYTES && bytes.toString('latin1', bytes.length - MAGIC.length) === MAGIC;
  const length = isWhole ? bytes.readInt32LE(bytes.length - FOOTER_BYTES) : 0;
  if (length <= 0 || length > size - FOOTER_BYTES) throw invalid(path, 'arrow file is cut off');
  return length;
}

function arrowError(path: string, error: unknown): EsciSelectError {
  if (error instanceof EsciSelectError) return error;
  if (/^E[A-Z]+$/.test(systemCode(error))) return cannotRead(path, error);
  const message = error instanceof Error ? error.message : String(error);
  if (/compressed/i.test(message)) {
    return new EsciSelectError('data', 'arrow file is compressed in a way that is not supported; LZ4 is', {
      path,
      hint: "write it uncompressed, as pandas' to_feather(path, compression='uncompressed') does, or as parquet",
      cause: error,
    });
  }
  return invalid(path, `arrow file is cut off or corrupt: ${quote(message)}`, error);
}

function invalid(path: string, message: string, cause?: unknown): EsciSelectError {
  return new EsciSelectError('data', message, { path, hint: 'write or copy the file again', cause });
}
