import { EsciSelectError } from '../../errors.js';

const MAX_REASON = 200;

/**
 * A DuckDB failure as one of ours: 'io' where the disk or the memory limit is to blame, else 'data'. `what` says what
 * could not be done; DuckDB's own first line follows. Writers give 'io' as the code of other failures. Our own errors pass unchanged.
 */
export function duckdbError(
  path: string,
  error: unknown,
  what: string,
  code: 'data' | 'io' = 'data',
): EsciSelectError {
  if (error instanceof EsciSelectError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (/^Out of Memory Error/i.test(message)) {
    return new EsciSelectError('io', `${what}: it needs more memory than the limit allows`, {
      path,
      hint: 'raise --memory-limit, or free disk space for temporary files',
      cause: error,
    });
  }
  if (/No space left on device/i.test(message)) {
    return new EsciSelectError('io', `${what}: no space is left on the device`, {
      path,
      hint: 'free some space, or write to another disk',
      cause: error,
    });
  }
  if (/invalid string encoding/i.test(message)) {
    return new EsciSelectError('data', `${what}: a text column holds bytes that are not UTF-8`, {
      path,
      hint: 'write such a column as bytes, or leave it out',
      cause: error,
    });
  }
  return new EsciSelectError(code, `${what}: ${reason(message, path)}`, {
    path,
    hint: code === 'data' ? 'the file may be truncated or corrupt; download or export it again' : undefined,
    cause: error,
  });
}

/** DuckDB's first line without the error class and the path, which the place already shows. */
function reason(message: string, path: string): string {
  const line = message
    .split('\n')[0]
    .replace(/^(?:[A-Z][\w/]*(?: [\w/]+)* Error: )+/, '')
    .replaceAll(`'${path}'`, 'the file')
    .replaceAll(path, 'the file')
    .replace(/[\p{Cc}\p{Cf}]/gu, ' ')
    .trim();
  const short = line.length > MAX_REASON ? `${line.slice(0, MAX_REASON - 1)}…` : line;
  return short.charAt(0).toLowerCase() + short.slice(1);
}
