import { type Dirent, promises as fs } from 'node:fs';
import { basename, join } from 'node:path';
import { EsciSelectError } from '../../errors.js';
import { cannotRead } from '../../io/errors.js';
import { describeTable } from '../../io/read.js';
import { findColumn, normalName } from '../examples/columns.js';
import type { Finding } from '../examples/examples.js';
import type { LoadOptions } from '../examples/load-options.js';
import { missingRoles, undeclaredColumns } from './missing-roles.js';
import { productColumns } from './product-columns.js';

/** What a file holds, known by its columns. */
export type TableKind = 'examples' | 'products' | 'sources' | 'behaviours';

/** A file to read, and what it holds. */
export interface DataFile {
  readonly path: string;
  readonly kind: TableKind;
  /** column names as the file writes them */
  readonly columns: readonly string[];
}

/** The files of a data set by what they hold, in the order given (folders by name). */
export interface Layout {
  readonly files: readonly DataFile[];
  readonly findings: readonly Finding[];
}

const TABLE_FILE = /\.(csv|tsv|jsonl|ndjson|parquet|arrow|feather)(\.(gz|zst|zstd|zip|bz2|xz))?$/i;

/**
 * Finds out what each path holds; a folder stands for its table files (not those of folders inside it). Throws 'io' if
 * something cannot be read, 'data' if a file that was named is none of the known kinds or there are no examples.
 */
export async function findLayout(paths: readonly string[], options: LoadOptions): Promise<Layout> {
  if (paths.length === 0) {
    throw new EsciSelectError('usage', 'no data is given', { hint: 'name files or folders after --data' });
  }
  const { delimiter, maxUnpacked } = options;
  const files: DataFile[] = [];
  const findings: Finding[] = [];
  for (const path of new Set(paths)) {
    for (const { file, named } of await tableFiles(path)) {
      if (files.some((other) => other.path === file)) continue;
      const columns = (await describeTable(file, { delimiter, maxUnpacked })).columns.map(({ name }) => name);
      const kind = kindOf(columns, options);
      if (kind !== null) files.push({ path: file, kind, columns });
      else if (named) throw await notExamples(file, columns, options);
      else findings.push(ignored(file));
    }
  }
  if (!files.some((file) => file.kind === 'examples')) {
    throw new EsciSelectError(
      'data',
      'no examples found: a table with a label, or with queries and products, is due',
      {
        path: paths[0],
        hint:
          files.length === 0
            ? `name ${TABLE_FORMATS} files`
            : `found only ${files.map(describeFile).join(', ')}`,
      },
    );
  }
  return { files, findings };
}

const TABLE_FORMATS = 'csv, tsv, jsonl, parquet or arrow';

function describeFile(file: DataFile): string {
  return `${basename(file.path)} (${file.kind})`;
}

async function tableFiles(path: string): Promise<{ file: string; named: boolean }[]> {
  let entries: Dirent[];
  try {
    if (!(await fs.stat(path)).isDirectory()) return [{ file: path, named: true }];
    entries = await fs.readdir(path, { withFileTypes: true });
  } catch (error) {
    throw cannotRead(path, error);
  }
  const names = entries
    .filter((entry) => !entry.isDirectory() && TABLE_FILE.test(entry.name))
    .map(({ name }) => name);
  if (names.length === 0) {
    throw new EsciSelectError('data', 'the folder holds no table', {
      path,
      hint: `put ${TABLE_FORMATS} files into it`,
    });
  }
  return names.sort().map((name) => ({ file: join(path, name), named: false }));
}

function kindOf(names: readonly string[], options: LoadOptions): TableKind | null {
  const has = (role: Parameters<typeof findColumn>[1]) =>
    findColumn(names, role, options.columns) !== undefined;
  const normal = new Set(names.map(normalName));
  const query = has('query') || has('queryId');
  if (normal.has('impressions') && normal.has('clicks') && query && has('productId')) return 'behaviours';
  if (has('label') || (query && (has('productId') || has('title')))) return 'examples';
  if (normal.has('source') && has('queryId')) return 'sources';
  if (!query && productColumns(names) !== null) return 'products';
  return null;
}

async function notExamples(
  path: string,
  columns: readonly string[],
  options: LoadOptions,
): Promise<EsciSelectError> {
  return undeclaredColumns(path, columns, options) ?? (await missingRoles(path, columns, options));
}

function ignored(path: string): Finding {
  return {
    severity: 'note',
    code: 'ignored-file',
    message: `${basename(path)} is left out: it has neither labels nor queries and products`,
    places: [{ path }],
  };
}
