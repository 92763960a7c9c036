import { resolve } from 'node:path';

/** A name as a SQL identifier, whatever characters it holds. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text as a SQL string literal, whatever characters it holds. */
export function quoteLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A local file's path as a SQL literal for read_parquet and its like: absolute, so that it is never taken for a URL. */
export function sourceLiteral(path: string): string {
  return quoteLiteral(resolve(path));
}
