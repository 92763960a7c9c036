import { EsciSelectError, quote } from '../../errors.js';
import { blocking } from '../blocking.js';
import type { ByteSource } from '../bytes.js';
import { Growable } from '../growable.js';
import { DEFAULT_MAX_FIELD_BYTES, PROGRESS_ROWS, type ReadOptions } from '../read-options.js';
import type { Column, Table } from '../table.js';
import { isDeeper, parseExact } from './json-exact.js';
import { columnOfJson, isNumberList, type JsonValue } from './jsonl-columns.js';
import { forEachLine } from './lines.js';

const MAX_COLUMNS = 10_000;
const MAX_DEPTH = 8;
/** Levels of lists and objects in a line longer than this many characters: V8 takes minutes over a million of them. */
const MOST_LEVELS = 1000;
const LONG_LINE = 1 << 14;
const MAX_ARRAY_CHARACTERS = 2 ** 28; // Node's longest text is twice as long

/**
 * A JSON Lines file as a table: one object per line, blank lines skipped; or one array of objects. Columns stand in the order in which their keys
 * first appear; a key absent from a row is missing there. Members of nested objects become columns with dotted names
 * (`fields.title`), arrays of numbers become list columns. Integers keep every digit. Numbers and texts mixed in one
 * column become text. Throws 'data' with the line for anything that is not an object of JSON.
 */
export async function readJsonl(source: ByteSource, options: ReadOptions = {}): Promise<Table> {
  const collected = new Map<string, JsonValue[]>();
  const lines = Growable.of((length) => new Int32Array(length));
  const keep = options.columns ?? (() => true);
  const maxRows = options.maxRows ?? Number.POSITIVE_INFINITY;
  const array: string[] = []; // the lines of a file that is one array of objects
  let arrayLength = 0;
  await forEachLine(source, options.maxFieldBytes ?? DEFAULT_MAX_FIELD_BYTES, (text, line) => {
    if (lines.length >= maxRows) return false;
    if (text.trim() === '') return true;
    if (array.length > 0 || (lines.length === 0 && /^\s*\[\s*(\{|$)/.test(text))) {
      array.push(text);
      arrayLength += text.length;
      if (arrayLength > MAX_ARRAY_CHARACTERS) throw arrayTooLong(source.path);
      return true;
    }
    addMembers(collected, parseObject(text, source.path, line), {
      keep,
      prefix: '',
      depth: 1,
      row: lines.length,
      place: { path: source.path, line },
    });
    lines.push(line);
    if (lines.length % PROGRESS_ROWS === 0) options.onRows?.(lines.length);
    return true;
  });
  if (array.length > 0) return blocking(() => tableOfArray(array.join('\n'), source.path, keep, maxRows));
  if (lines.length === 0 && options.maxRows !== 0) {
    throw new EsciSelectError('data', 'file is empty', {
      path: source.path,
      hint: 'one JSON object per line is due',
    });
  }
  const columns = new Map<string, Column>();
  for (const [name, values] of collected) columns.set(name, columnOfJson(values, lines.length));
  return { path: source.path, format: 'jsonl', rows: lines.length, columns, lines: lines.finish() };
}

/** A file that is one array of objects, as pandas' to_json(orient='records') writes it; it has no lines of its own. */
function tableOfArray(text: string, path: string, keep: (name: string) => boolean, maxRows: number): Table {
  let value: unknown;
  try {
    value = parseExact(text);
  } catch (error) {
    throw new EsciSelectError('data', `file is not JSON: ${reasonOf(error)}`, {
      path,
      hint: 'one array of objects, or one object per line, is due',
      cause: error,
    });
  }
  const rows = (value as unknown[]).slice(0, maxRows);
  const collected = new Map<string, JsonValue[]>();
  for (const [row, item] of rows.entries()) {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) {
      throw new EsciSelectError('data', `item ${row + 1} of the array is no object`, { path });
    }
    addMembers(collected, item, { keep, prefix: '', depth: 1, row, place: { path, line: 1 } });
  }
  const columns = new Map([...collected].map(([name, values]) => [name, columnOfJson(values, rows.length)]));
  return { path, format: 'jsonl', rows: rows.length, columns, lines: null };
}

function arrayTooLong(path: string): EsciSelectError {
  return new EsciSelectError('data', `array has more than ${MAX_ARRAY_CHARACTERS} characters`, {
    path,
    hint: "write one object per line; `jq -c '.[]'` takes an array apart",
  });
}

function parseObject(text: string, path: string, line: number): object {
  let value: unknown;
  if (text.length > LONG_LINE && isDeeper(text, MOST_LEVELS)) throw tooDeep({ path, line });
  try {
    value = parseExact(text);
  } catch (error) {
    throw new EsciSelectError('data', `line is not JSON: ${reasonOf(error)}`, {
      path,
      line,
      hint: /\b(?:NaN|-?Infinity)\b/.test(text)
        ? 'NaN and Infinity are not JSON; write null for missing numbers'
        : 'one whole JSON object per line is due; `jq -c .` writes files that way',
      cause: error,
    });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  const isArray = Array.isArray(value);
  throw new EsciSelectError('data', `line is ${isArray ? 'an array' : quote(text)}, not an object`, {
    path,
    line,
    hint: isArray
      ? "one object per line is due; `jq -c '.[]'` takes an array apart"
      : 'one object per line is due',
  });
}

/** V8's reason without its copy of the line, on one line. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const short = message.replace(/, (?:\.\.\.)?".*$/s, '').replace(/[\p{Cc}\p{Cf}]/gu, ' ');
  return short.slice(0, 80).toLowerCase();
}

/** Where a row's members go and what to say if they cannot. */
interface MemberContext {
  keep: (name: string) => boolean;
  prefix: string;
  depth: number;
  row: number;
  place: { path: string; line: number };
}

function addMembers(collected: Map<string, JsonValue[]>, object: object, context: MemberContext): void {
  for (const [key, value] of Object.entries(object) as [string, JsonValue][]) {
    const name = context.prefix + key;
    if (typeof value === 'object' && value !== null && !Array.isArray(value) && context.depth < MAX_DEPTH) {
      addMembers(collected, value, { ...context, prefix: `${name}.`, depth: context.depth + 1 });
    } else if (context.keep(name)) {
      addValue(collected, name, textIfNested(value, context.place), context);
    }
  }
}

/** Number lists as they are; other arrays, and objects nested too deeply for columns of their own, as JSON text. */
function textIfNested(value: JsonValue, place: { path: string; line: number }): JsonValue {
  if (typeof value !== 'object' || value === null || isNumberList(value)) return value;
  try {
    return JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? String(item) : item));
  } catch (error) {
    throw tooDeep(place, error);
  }
}

function tooDeep(place: { path: string; line: number }, cause?: unknown): EsciSelectError {
  return new EsciSelectError('data', 'values are nested too deeply', {
    ...place,
    hint: 'write flat objects',
    cause,
  });
}

function addValue(
  collected: Map<string, JsonValue[]>,
  name: string,
  value: JsonValue,
  { row, place }: MemberContext,
): void {
  let values = collected.get(name);
  if (values === undefined) {
    if (collected.size >= MAX_COLUMNS) {
      throw new EsciSelectError('data', `rows have more than ${MAX_COLUMNS} different keys`, {
        ...place,
        hint: 'write arrays instead of objects keyed by position or id',
      });
    }
    values = [];
    collected.set(name, values);
  }
  while (values.length < row) values.push(null);
  if (values.length > row) {
    throw new EsciSelectError('data', `key ${quote(name)} occurs twice, nested and dotted`, {
      ...place,
      hint: 'give every value its own name',
    });
  }
  values.push(value);
}
