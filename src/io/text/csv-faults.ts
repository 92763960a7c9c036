import { EsciSelectError } from '../../errors.js';
import type { ByteSource } from '../bytes.js';
import { utf8Chunks } from './utf8-chunks.js';

const LF = 10;
const CR = 13;
const QUOTE = 34;

/** A place in a text file: line and column from 1, the column in bytes. */
interface Place {
  line: number;
  column: number;
}

/** What is wrong with a file's quotes or the length of a field, and where. */
interface QuoteFault extends Place {
  kind: 'unclosed' | 'after closing' | 'inside a field' | 'too long';
}

/**
 * The error for a CSV file whose quotes are malformed, found by reading the file a second time with nothing kept but the
 * place: the parser knows only the line on which it gave up. `fallback` is the parser's own words.
 */
export async function quoteError(
  source: ByteSource,
  delimiter: string,
  maxFieldBytes: number,
  fallback: string,
): Promise<EsciSelectError> {
  const fault = await findQuoteFault(source, delimiter, maxFieldBytes);
  if (fault === null)
    return new EsciSelectError('data', `csv is malformed: ${fallback}`, { path: source.path });
  const { kind, line, column } = fault;
  const place = { path: source.path, line, column };
  if (kind === 'unclosed') {
    return new EsciSelectError('data', 'quoted field is not closed', {
      ...place,
      hint: 'close the quote that opens here; a quote inside a quoted field is written twice ("")',
    });
  }
  if (kind === 'too long') {
    return new EsciSelectError('data', `field is longer than ${maxFieldBytes} bytes`, {
      ...place,
      hint: 'give the file its delimiter with --delimiter, or shorten the field',
    });
  }
  const problem =
    kind === 'after closing' ? 'text follows a closing quote' : 'a quote is inside an unquoted field';
  return new EsciSelectError('data', problem, {
    ...place,
    hint: 'enclose the whole field in quotes and write quotes inside it twice ("")',
  });
}

/** The first malformed quote or field over `maxFieldBytes`; a quoted one counts as unclosed. */
async function findQuoteFault(
  source: ByteSource,
  delimiter: string,
  maxFieldBytes: number,
): Promise<QuoteFault | null> {
  const separator = delimiter.charCodeAt(0);
  let state: 'start' | 'plain' | 'quoted' | 'closed' = 'start';
  let open: Place = { line: 1, column: 1 };
  let size = 0;
  let line = 1;
  let column = 0;
  let previous = 0;
  for await (const chunk of utf8Chunks(source)) {
    for (const byte of chunk) {
      column++;
      if (previous === LF || (previous === CR && byte !== LF)) {
        line++;
        column = 1;
      }
      previous = byte;
      if (state === 'quoted') {
        if (byte === QUOTE) state = 'closed';
        else if (++size > maxFieldBytes) return { kind: 'unclosed', ...open };
      } else if (byte === separator || byte === LF || byte === CR) state = 'start';
      else if (byte === QUOTE) {
        if (state === 'plain') return { kind: 'inside a field', line, column };
        if (state === 'start') {
          open = { line, column };
          size = 0;
        }
        state = 'quoted'; // from 'closed': a doubled quote
      } else if (state === 'closed') return { kind: 'after closing', line, column };
      else {
        if (state === 'start') {
          open = { line, column };
          size = 0;
        }
        state = 'plain';
        if (++size > maxFieldBytes) return { kind: 'too long', ...open };
      }
    }
  }
  return state === 'quoted' ? { kind: 'unclosed', ...open } : null;
}
