import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { EsciSelectError } from '../errors.js';

type FileRole = 'table' | 'array' | 'card' | 'other';

/** A file to import, before it is opened. */
export interface SourceFile {
  readonly path: string;
  readonly role: FileRole;
  /** the file's name without endings: the model of a single-model file */
  readonly stem: string;
}

const COMPRESSED = /\.(gz|gzip|zst|zstd)$/i;
const TABLE = /\.(csv|tsv|tab|jsonl|ndjson|jsonlines|parquet|pq|arrow|arrows|feather|ipc)$/i;
const ARRAY = /\.(npy|npz)$/i;

/** What the name of a file says it is. */
export function sourceFile(path: string): SourceFile {
  const name = basename(path).replace(COMPRESSED, '');
  const role = TABLE.test(name)
    ? 'table'
    : ARRAY.test(name)
      ? 'array'
      : /\.json$/i.test(name)
        ? 'card'
        : 'other';
  return { path, role, stem: role === 'other' ? name : name.slice(0, name.lastIndexOf('.')) };
}

/**
 * The files that paths stand for: a file for itself, a folder for the files right inside it, in name order; hidden files
 * are left out. A file named by the user is always a table, an array or a card: another ending is an error.
 */
export async function expandPaths(paths: readonly string[]): Promise<SourceFile[]> {
  const files: SourceFile[] = [];
  const seen = new Set<string>();
  const add = (file: SourceFile) => {
    if (seen.has(resolve(file.path))) return;
    seen.add(resolve(file.path));
    files.push(file);
  };
  for (const path of paths) {
    const found = await stat(path).catch((cause: Error) => {
      throw new EsciSelectError('io', 'path cannot be read', { path, hint: cause.message, cause });
    });
    if (found.isDirectory()) for (const file of await folderFiles(path)) add(file);
    else add(namedFile(path));
  }
  return files;
}

function namedFile(path: string): SourceFile {
  const file = sourceFile(path);
  if (file.role !== 'other') return file;
  throw new EsciSelectError('data', 'file has no ending of a known prediction format', {
    path,
    hint: 'use .csv, .tsv, .jsonl, .parquet, .arrow, .npy or .npz; save pickles and .pt files with numpy.save instead',
  });
}

async function folderFiles(folder: string): Promise<SourceFile[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries
    .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name);
  if (names.length === 0) {
    throw new EsciSelectError('data', 'folder holds no files', {
      path: folder,
      hint: 'name the folder that holds the prediction files themselves',
    });
  }
  return names.sort(byCodeUnits).map((name) => sourceFile(join(folder, name)));
}

/** The order of names everywhere: by code units, the same under any locale. */
export function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Where the JSON card of a prediction file would be: the same name with the ending .json. */
export function cardPathOf(file: SourceFile): string {
  return join(dirname(file.path), `${file.stem}.json`);
}
