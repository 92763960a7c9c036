import { once } from 'node:events';
import { CsvError, Parser } from 'csv-parse';
import { EsciSelectError } from '../../errors.js';
import type { ByteSource } from '../bytes.js';
import { Growable } from '../growable.js';
import { DEFAULT_MAX_FIELD_BYTES, PROGRESS_ROWS, type ReadOptions } from '../read-options.js';
import type { Column, Table, TableFormat } from '../table.js';
import { quoteError } from './csv-faults.js';
import { checkHeader } from './csv-header.js';
import { separationOf } from './delimiter.js';
import { utf8Chunks } from './utf8-chunks.js';

const QUOTE = 34;
const BYTES_PER_CHARACTER = 3; // most UTF-8 bytes of one UTF-16 code unit
const RECORD_ROOM = 1 << 20; // a row may be this much longer than its longest field

/**
 * A CSV file (RFC 4180: comma, or what `separationOf` finds; quotes doubled inside quotes; any line ends) as text columns. The
 * first row is the header, its names without spaces around them; a line `sep=;` before it is understood. An empty field, quoted or not, is null; blank lines are skipped. A row whose number of fields
 * differs from the header's, an unclosed quote, duplicate column names, a field over `maxFieldBytes`, NUL bytes and
 * invalid UTF-8 throw 'data' with the physical line. One field of memory at a time beyond the columns kept.
 * 2.6 million rows x 5 columns (131 MB) take about 7 s.
 */
export async function readCsv(
  source: ByteSource,
  format: TableFormat,
  options: ReadOptions = {},
): Promise<Table> {
  const { delimiter, declaredInFile } = await separationOf(source, format, options.delimiter);
  const maxFieldBytes = options.maxFieldBytes ?? DEFAULT_MAX_FIELD_BYTES;
  const sink = new RowSink(source.path, { ...options, maxFieldBytes }, declaredInFile);
  const parser = new Parser({
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true, // the sink checks, and knows the line
    max_record_size: maxFieldBytes + RECORD_ROOM,
  });
  try {
    await feed(source, parser, sink);
  } catch (error) {
    if (error instanceof CsvError) throw await quoteError(source, delimiter, maxFieldBytes, error.message);
    throw error;
  } finally {
    parser.destroy();
  }
  return sink.finish(format);
}

/** Streams the file through the parser into the sink until its end, an error, or the row limit. */
async function feed(source: ByteSource, parser: Parser, sink: RowSink): Promise<void> {
  let failure: unknown = null;
  parser.on('data', (record: string[]) => {
    if (failure !== null || sink.isFull) return;
    try {
      sink.add(record);
    } catch (error) {
      failure = error;
    }
  });
  const ended = once(parser, 'end');
  ended.catch(() => undefined); // awaited below, or a failure of the sink is thrown instead
  for await (const chunk of utf8Chunks(source)) {
    sink.hasQuotes ||= chunk.includes(QUOTE);
    if (!parser.write(chunk)) await Promise.race([once(parser, 'drain'), ended]);
    if (failure !== null) throw failure;
    if (sink.isFull) return;
  }
  parser.end();
  await ended;
  if (failure !== null) throw failure;
}

/** Checks rows and appends their fields to the columns kept; knows the physical line of each. */
class RowSink {
  /** only quoted fields hold line breaks; the feeder says when the first quote has come */
  hasQuotes = false;
  #header: string[] | null = null;
  #kept: { index: number; name: string; values: (string | null)[] }[] = [];
  readonly #lines = Growable.of((length) => new Int32Array(length));
  #line = 1; // of the row to come

  readonly #path: string;
  readonly #options: ReadOptions & { maxFieldBytes: number };
  #skipsFirst: boolean;

  /** `skipsFirst`: the first record is no header but a line `sep=;`. */
  constructor(path: string, options: ReadOptions & { maxFieldBytes: number }, skipsFirst: boolean) {
    this.#path = path;
    this.#options = options;
    this.#skipsFirst = skipsFirst;
  }

  get isFull(): boolean {
    return this.#header !== null && this.#lines.length >= (this.#options.maxRows ?? Number.POSITIVE_INFINITY);
  }

  add(record: readonly string[]): void {
    const line = this.#line;
    this.#line += 1 + this.#breaksIn(record, line);
    if (record.length === 1 && record[0] === '') return;
    if (this.#skipsFirst) {
      this.#skipsFirst = false;
      return;
    }
    if (this.#header === null) {
      this.#start(record, line);
      return;
    }
    if (record.length !== this.#header.length) throw this.#wrongCount(record.length, line);
    for (const { index, values } of this.#kept) values.push(record[index] === '' ? null : record[index]);
    this.#lines.push(line);
    if (this.#lines.length % PROGRESS_ROWS === 0) this.#options.onRows?.(this.#lines.length);
  }

  finish(format: TableFormat): Table {
    if (this.#header === null) {
      throw new EsciSelectError('data', 'file is empty', {
        path: this.#path,
        hint: 'the first row must name the columns',
      });
    }
    const columns = new Map<string, Column>();
    for (const { name, values } of this.#kept) columns.set(name, { kind: 'text', values });
    return { path: this.#path, format, rows: this.#lines.length, columns, lines: this.#lines.finish() };
  }

  #start(fields: readonly string[], line: number): void {
    const record = fields.map((name) => name.trim());
    checkHeader(record, { path: this.#path, line });
    this.#header = record;
    const keep = this.#options.columns ?? (() => true);
    for (const [index, name] of record.entries())
      if (keep(name)) this.#kept.push({ index, name, values: [] });
  }

  /** Line breaks inside the row's fields; refuses fields that are too long on the way. */
  #breaksIn(record: readonly string[], line: number): number {
    const { maxFieldBytes } = this.#options;
    let breaks = 0;
    for (let index = 0; index < record.length; index++) {
      const field = record[index];
      if (field.length * BYTES_PER_CHARACTER > maxFieldBytes && Buffer.byteLength(field) > maxFieldBytes) {
        throw new EsciSelectError('data', `field ${index + 1} is longer than ${maxFieldBytes} bytes`, {
          path: this.#path,
          line,
          hint: 'shorten it, or raise the limit on field size',
        });
      }
      if (this.hasQuotes && /[\n\r]/.test(field)) breaks += field.match(/\r\n|\n|\r/g)?.length ?? 0;
    }
    return breaks;
  }

  #wrongCount(count: number, line: number): EsciSelectError {
    const expected = this.#header?.length ?? 0;
    const counted = `${count} ${count === 1 ? 'field' : 'fields'}`;
    return new EsciSelectError('data', `row has ${counted} where the header has ${expected}`, {
      path: this.#path,
      line,
      hint:
        count > expected
          ? 'quote the fields that contain the delimiter; a decimal comma must become a point'
          : 'the row may be cut off; write empty fields between delimiters',
    });
  }
}
