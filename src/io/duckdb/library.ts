import { EsciSelectError } from '../../errors.js';

/** What the package of DuckDB exports. */
export type DuckDBLibrary = typeof import('@duckdb/node-api');

/**
 * DuckDB's package with its native library, loaded when it is first used: most commands need none of it, and bundles
 * come without. Throws 'io' where it is not installed or does not run on this machine.
 */
export async function loadDuckDB(): Promise<DuckDBLibrary> {
  try {
    return await import('@duckdb/node-api');
  } catch (cause) {
    throw new EsciSelectError('io', 'parquet needs DuckDB, which is not installed here', {
      hint: 'write the table as Arrow (Feather), CSV or JSON Lines, or install the npm package esci-select with its optional binaries',
      cause,
    });
  }
}
