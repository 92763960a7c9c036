/** What went wrong, as a class of failure; `exitCode` maps each to a process exit code (RELIABILITY). */
export type ErrorCode =
  | 'gate'
  | 'infeasible'
  | 'usage'
  | 'data'
  | 'model'
  | 'io'
  | 'internal'
  | 'interrupted'
  | 'terminated';

const EXIT_CODES: Record<ErrorCode, number> = {
  gate: 1,
  infeasible: 1,
  usage: 2,
  data: 3,
  model: 4,
  io: 5,
  internal: 70,
  interrupted: 130,
  terminated: 143,
};

/** Where an error is and what to do about it. Lines and columns count from 1. */
export interface ErrorPlace {
  path?: string;
  line?: number;
  column?: number;
  /** the flag to give, or the legal values */
  hint?: string;
  cause?: unknown;
}

/**
 * The one error class of the library: every failure a user can cause or fix is thrown as one of these.
 *
 * @example
 * import { EsciSelectError, parseBudget } from 'esci-select';
 *
 * try {
 *   parseBudget(['two']);
 * } catch (error) {
 *   error instanceof EsciSelectError; // => true
 *   error.code; // => 'usage'
 * }
 */
export class EsciSelectError extends Error {
  readonly code: ErrorCode;
  readonly path?: string;
  readonly line?: number;
  readonly column?: number;
  readonly hint?: string;

  constructor(code: ErrorCode, message: string, place: ErrorPlace = {}) {
    super(message, place.cause === undefined ? undefined : { cause: place.cause });
    this.name = 'EsciSelectError';
    this.code = code;
    this.path = place.path;
    this.line = place.line;
    this.column = place.column;
    this.hint = place.hint;
  }
}

/** Does work on what was read from a file: an error of ours that names no file names this one. */
export function atPath<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof EsciSelectError) || error.path !== undefined) throw error;
    const { code, message, hint } = error;
    throw new EsciSelectError(code, message, { path, hint, cause: error });
  }
}

/** The process exit code of any thrown value; anything that is not ours is an internal error (70). */
export function exitCode(error: unknown): number {
  return error instanceof EsciSelectError ? EXIT_CODES[error.code] : EXIT_CODES.internal;
}

/** `path:line:column: message` with as much of the place as is known. */
export function formatError(error: unknown): string {
  if (!(error instanceof EsciSelectError)) return error instanceof Error ? error.message : String(error);
  const place = [error.path, error.line, error.column].filter((part) => part !== undefined).join(':');
  return place === '' ? error.message : `${place}: ${error.message}`;
}

/** A value as it may appear in a message: quoted, on one line, at most 80 characters, control characters stripped. */
export function quote(value: unknown): string {
  const text = String(value).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ');
  const short = [...text].length > 80 ? `${[...text].slice(0, 79).join('')}…` : text;
  return `'${short}'`;
}

/** A word of a command as a shell reads it back. */
export function shellWord(text: string): string {
  return /^[\w.=:,/@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** The legal name nearest to what was typed (Levenshtein distance of at most a third of its length), or the only one that begins so. */
export function nearest(typed: string, legal: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(typed.length / 3)) + 1;
  for (const name of legal) {
    const distance = editDistance(typed.toLowerCase(), name.toLowerCase());
    if (distance < bestDistance) {
      best = name;
      bestDistance = distance;
    }
  }
  return best ?? begunBy(typed, legal);
}

/** The one legal name of which so much was typed, three letters at least. */
function begunBy(typed: string, legal: readonly string[]): string | undefined {
  const begun = legal.filter((name) => name.toLowerCase().startsWith(typed.toLowerCase()));
  return typed.length >= 3 && begun.length === 1 ? begun[0] : undefined;
}

/** Names that a hint lists at most. */
const MOST_NAMES = 30;

/**
 * The hint for a name that is not known: `did you mean 'a'? legal: a, b, c`, without the question where nothing is near.
 * `what` says what the names are; of many, 30 are listed.
 */
export function suggest(typed: string, legal: readonly string[], what = 'legal'): string {
  const listed = legal.slice(0, MOST_NAMES).map((name) => quote(name).slice(1, -1));
  const more = legal.length > MOST_NAMES ? ` and ${legal.length - MOST_NAMES} more` : '';
  const names = legal.length === 0 ? 'none' : `${listed.join(', ')}${more}`;
  return `${didYouMean(typed, legal)}${what}: ${names}`;
}

/** `did you mean 'a'? `, to go before another hint; empty where nothing is near. */
export function didYouMean(typed: string, legal: readonly string[]): string {
  const near = nearest(typed, legal);
  return near === undefined ? '' : `did you mean ${quote(near)}? `;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = previous[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(substitution, previous[j] + 1, current[j - 1] + 1));
    }
    previous = current;
  }
  return previous[b.length];
}
