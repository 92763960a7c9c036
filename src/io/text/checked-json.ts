import { z } from 'zod';
import { EsciSelectError, quote, suggest } from '../../errors.js';

/** Where a JSON value comes from, for messages. */
export interface JsonSource {
  /** the file */
  readonly path: string;
  /** what the file is, such as 'gates file' */
  readonly what: string;
  /** keys above the value */
  readonly above?: readonly string[];
}

/** Text of JSON without its comments, each character of which becomes a space, so that places stay what they were. */
export function withoutComments(text: string): string {
  const token = /"(?:[^"\\\n]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
  return text.replace(token, (found) => (found.startsWith('/') ? found.replace(/[^\n]/g, ' ') : found));
}

/**
 * Parses the text of a JSON file, in which comments may stand: of a line, or between slashes and stars.
 *
 * @throws EsciSelectError('usage') with line and column where it is not JSON
 */
export function parseJsonFile(text: string, { path, what }: JsonSource): unknown {
  try {
    return JSON.parse(withoutComments(text.replace(/^\ufeff/, '')));
  } catch (cause) {
    const message = (cause as Error).message.replace(/\s+/g, ' ');
    const hint = 'check commas and quotes around it';
    throw new EsciSelectError('usage', `${what} is not JSON: ${message}`, {
      path,
      ...placeOf(message, text),
      hint,
      cause,
    });
  }
}

/** Line and column that V8's message means by `position N`; none where it gives no position. */
function placeOf(message: string, text: string): { line?: number; column?: number } {
  const position = /\bposition (\d+)/.exec(message);
  if (position === null) return message.includes('end of JSON') ? { line: text.split('\n').length } : {};
  const before = text.slice(0, Number(position[1])).split('\n');
  return { line: before.length, column: before[before.length - 1].length + 1 };
}

/**
 * Checks a value against a zod schema.
 *
 * @throws EsciSelectError('usage') that names the key's path and, for an unknown key or value, the nearest legal one
 */
export function checked<Schema extends z.ZodType>(
  value: unknown,
  schema: Schema,
  source: JsonSource,
): z.infer<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { issues } = result.error;
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0]; // a typo explains what is missing
  throw problem(issue, value, schema, source);
}

function problem(
  issue: z.core.$ZodIssue,
  value: unknown,
  schema: z.ZodType,
  { path, what, above }: JsonSource,
): EsciSelectError {
  const at = [...(above ?? []), ...issue.path.map(String)];
  const given = valueAt(value, issue.path);
  if (issue.code === 'unrecognized_keys') {
    const [key] = issue.keys;
    const place = keyPath([...at, key]);
    return new EsciSelectError('usage', `${what} has the unknown key ${quote(place)}`, {
      path,
      hint: suggest(key, legalKeys(schema, issue.path)),
    });
  }
  if (issue.code === 'invalid_value') {
    const is = given === undefined ? 'is missing' : `is ${quote(given)}, which is no legal value`;
    return new EsciSelectError('usage', `${what}: ${quote(keyPath(at))} ${is}`, {
      path,
      hint: suggest(String(given), issue.values.map(String)),
    });
  }
  const where = at.length === 0 ? 'the whole' : quote(keyPath(at));
  return new EsciSelectError('usage', `${what}: ${where} is not as expected: ${lower(issue.message)}`, {
    path,
    hint: 'docs/reference.md describes the file',
  });
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at: unknown = value;
  for (const key of path) at = (at as Record<PropertyKey, unknown> | undefined)?.[key];
  return at;
}

/** Keys as in `rank.budget[0]`. */
export function keyPath(keys: readonly string[]): string {
  return keys.map((key, at) => (/^\d+$/.test(key) ? `[${key}]` : at === 0 ? key : `.${key}`)).join('');
}

function lower(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1);
}

/** The keys that an object schema allows at a path below it. */
function legalKeys(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  const inner = schema instanceof z.ZodOptional ? (schema.unwrap() as z.ZodType) : schema;
  if (path.length === 0) return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
  const [key, ...rest] = path;
  if (inner instanceof z.ZodArray) return legalKeys(inner.element as z.ZodType, rest);
  if (!(inner instanceof z.ZodObject) || !Object.hasOwn(inner.shape, key)) return [];
  return legalKeys(inner.shape[key as string] as z.ZodType, rest);
}
