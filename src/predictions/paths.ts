import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { EsciSelectError } from '../errors.js';
import { cannotRead } from '../io/errors.js';
import { holdsJsonRows } from '../io/text/json-rows.js';
import { hivePart } from './part-files.js';
import type { SourceFile, Within } from './source-file.js';

const COMPRESSED = /\.(gz|gzip|zst|zstd|zip|bz2|xz)$/i;
const CODEC = /\.(snappy|gz|gzip|zstd|lz4|brotli)$/i;
const TABLE = /\.(csv|tsv|tab|jsonl|ndjson|jsonlines|parquet|pq|arrow|arrows|feather|ipc)$/i;
/** Folders inside folders that are looked into. */
const MAX_DEPTH = 4;
const ARRAY = /\.(npy|npz)$/i;

/** What the name of a file says it is. */
export function sourceFile(path: string, within: Within | null = null): SourceFile {
  const whole = basename(path);
  const name = TABLE.test(whole.replace(COMPRESSED, '')) ? whole.replace(COMPRESSED, '') : whole;
  const role = TABLE.test(name)
    ? 'table'
    : ARRAY.test(name)
      ? 'array'
      : /\.json$/i.test(name)
        ? 'card'
        : 'other';
  const stem = role === 'other' ? name : name.slice(0, name.lastIndexOf('.'));
  return { path, role, stem: role === 'table' ? stem.replace(CODEC, '') : stem, within };
}

/**
 * The files that paths stand for: a file for itself, a folder for the files inside it, in name order; names that begin with a
 * dot are left out, and what engines write beside the data (`_SUCCESS`). A file named by the user is always a table, an array or a card: another ending is an error.
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
    const found = await stat(path).catch((cause: unknown) => {
      throw cannotRead(path, cause);
    });
    if (found.isDirectory()) for (const file of await folderFiles(path)) add(file);
    else add(await namedFile(path));
  }
  return files;
}

async function namedFile(path: string): Promise<SourceFile> {
  const file = await opened(sourceFile(path));
  if (file.role !== 'other') return file;
  throw new EsciSelectError('data', 'file has no ending of a known prediction format', {
    path,
    hint: 'use .csv, .tsv, .jsonl, .parquet, .arrow (each also as .gz, .zst, .zip, .bz2 or .xz), .npy or .npz; save pickles and .pt files with numpy.save instead',
  });
}

/** What Spark, Hive, Databricks and pyarrow write beside the data; other names with an underscore are files like any. */
const BESIDE_DATA =
  /^_(SUCCESS|metadata|common_metadata|committed_.*|started_.*|delta_log|temporary|spark_metadata)$/i;

async function folderFiles(folder: string, within: Within | null = null, level = 0): Promise<SourceFile[]> {
  const entries = (await readdir(folder, { withFileTypes: true })).filter(
    ({ name }) => !name.startsWith('.') && !BESIDE_DATA.test(name),
  );
  const files: SourceFile[] = [];
  for (const entry of entries.sort((a, b) => byCodeUnits(a.name, b.name))) {
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) files.push(await opened(sourceFile(path, within)));
    else if (level < MAX_DEPTH)
      files.push(...(await folderFiles(path, inside(within, entry.name), level + 1)));
  }
  if (files.length > 0 || level > 0) return files;
  throw new EsciSelectError('data', 'folder holds no files', {
    path: folder,
    hint: 'name the folder that holds the prediction files themselves',
  });
}

function inside(within: Within | null, folder: string): Within {
  const hive = hivePart(folder);
  if (hive === null) return { depth: 0 };
  const model = /^model(_?(name|id))?$/i.test(hive.key) ? hive.value : within?.model;
  return { ...(model === undefined ? {} : { model }), depth: (within?.depth ?? 0) + 1 };
}

/** A .json file is a card, unless it begins as a list of rows or holds an object per line. */
async function opened(file: SourceFile): Promise<SourceFile> {
  return file.role === 'card' && (await holdsJsonRows(file.path)) ? { ...file, role: 'table' } : file;
}

/** The order of names everywhere: by code units, the same under any locale. */
export function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Where the JSON card of a prediction file would be: the same name with the ending .json. */
export function cardPathOf(file: SourceFile): string {
  return join(dirname(file.path), `${file.stem}.json`);
}
