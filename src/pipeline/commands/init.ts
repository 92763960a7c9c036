import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import type { LoadOptions } from '../../data/examples/load-options.js';
import { type Inspection, inspectData } from '../../data/inspect.js';
import { findLayout, type TableKind } from '../../data/reading/example-columns.js';
import { EsciSelectError, quote } from '../../errors.js';
import { ensureWritableFolder, writeFileAtomic } from '../../io/atomic.js';
import { cannotRead } from '../../io/errors.js';
import type { ImportOptions } from '../../predictions/import-options.js';
import { inspectPredictions, type PredictionInspection } from './inspect-predictions.js';

/** Where to look, and what is known already. */
export interface InitOptions {
  /** the folder that holds the data and gets the configuration */
  readonly folder: string;
  /** files or folders of examples; looked for where not given */
  readonly data?: readonly string[];
  readonly predictions?: readonly string[];
  readonly load: LoadOptions;
  readonly importing: ImportOptions;
}

/** What was found; paths are relative to the folder. */
export interface Found {
  readonly data: readonly string[];
  readonly predictions: readonly string[];
  readonly inspection: Inspection;
  /** null where there are no predictions */
  readonly models: PredictionInspection | null;
}

const TABLE = /\.(csv|tsv|jsonl|ndjson|parquet|arrow|feather|npy|npz)(\.(gz|zst|zstd|zip|bz2|xz))?$/i;
/** Folders whose tables are predictions, whatever columns they have. */
const PREDICTIONS = /^(predictions?|models?|scores?|outputs?)$/i;
/** Tables that belong to predictions without being any. */
const COSTS = /^costs?\.csv$/i;
const SKIPPED = /^(node_modules|esci-run|dist)$/;

/**
 * Looks through a folder and the folders in it for examples and predictions, and reads them as `train` would.
 *
 * @throws EsciSelectError('usage') naming the flag to give where several files could be meant or none is, and where the data
 * cannot be read as it is
 */
export async function findInputs(options: InitOptions): Promise<Found> {
  const { folder, load, importing } = options;
  const tables = await tablesIn(folder);
  const data = options.data ?? (await findData(folder, tables, load));
  const predictions = options.predictions ?? findPredictions(tables, data);
  const paths = data.map((path) => join(folder, path));
  const inspection = await asUsage(() => inspectData(paths, load));
  const models =
    predictions.length === 0
      ? null
      : await asUsage(() =>
          inspectPredictions({
            data: paths,
            load,
            predictions: predictions.map((path) => join(folder, path)),
            importing,
          }),
        );
  return { data, predictions, inspection, models };
}

/** Data that cannot be read needs a flag here: what the error hints at is to be given to `init`. */
async function asUsage<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof EsciSelectError) || cause.code !== 'data') throw cause;
    const { message, path, line, column, hint } = cause;
    throw new EsciSelectError('usage', message, { path, line, column, hint, cause });
  }
}

/** Table files of a folder and of the folders in it, relative to it, in order of name. */
async function tablesIn(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of await namesIn(folder)) {
    const path = join(folder, name);
    if (TABLE.test(name)) found.push(name);
    else if (!SKIPPED.test(name) && (await stat(path)).isDirectory()) {
      const inside = await namesIn(path);
      found.push(...inside.filter((file) => TABLE.test(file)).map((file) => `${name}/${file}`));
    }
  }
  return found;
}

async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw cannotRead(folder, error);
  });
  return names.filter((name) => !name.startsWith('.')).sort();
}

const folderOf = (path: string) => (path.includes('/') ? path.slice(0, path.indexOf('/')) : '');

/** The examples, with the products that lie beside them. */
async function findData(folder: string, tables: readonly string[], load: LoadOptions): Promise<string[]> {
  const kinds = new Map<string, TableKind>();
  for (const table of tables) {
    if (PREDICTIONS.test(folderOf(table)) || COSTS.test(basename(table))) continue;
    const kind = await kindOf(join(folder, table), load);
    if (kind !== null) kinds.set(table, kind);
  }
  const examples = [...kinds].filter(([, kind]) => kind === 'examples').map(([table]) => table);
  if (examples.length !== 1) {
    const which = examples.length === 0 ? 'no file has' : `${examples.map(quote).join(' and ')} all have`;
    throw new EsciSelectError('usage', `examples are not certain: ${which} labels, or queries and products`, {
      path: folder,
      hint: `give --data ${examples[0] ?? 'FILE'}${examples.length === 0 ? ', and --column label=NAME where its columns have other names' : ', or several files'}`,
    });
  }
  const others = [...kinds].filter(
    ([table, kind]) => kind !== 'examples' && folderOf(table) === folderOf(examples[0]),
  );
  return [examples[0], ...others.map(([table]) => table)];
}

/** What a table holds, by its columns; null for what is no part of a data set, or no table that can be read by itself. */
async function kindOf(path: string, load: LoadOptions): Promise<TableKind | null> {
  try {
    return (await findLayout([path], load)).files[0]?.kind ?? null;
  } catch (error) {
    if (error instanceof EsciSelectError && error.code === 'data') return alone(error);
    throw error;
  }
}

/** A file of products by itself is refused because there are no examples: its kind stands in the hint. */
function alone({ hint }: EsciSelectError): TableKind | null {
  const kind = /\((products|sources|behaviours)\)$/.exec(hint ?? '')?.[1];
  return (kind as TableKind | undefined) ?? null;
}

/** Folders of predictions by their name, or other tables that are no data. */
function findPredictions(tables: readonly string[], data: readonly string[]): string[] {
  const folders = new Set(tables.map(folderOf).filter((name) => PREDICTIONS.test(name)));
  if (folders.size > 0) return [...folders];
  return tables.filter(
    (table) => !data.includes(table) && !COSTS.test(basename(table)) && folderOf(table) === '',
  );
}

/** Files to write, by their path in the folder. */
export interface InitFiles {
  readonly folder: string;
  readonly files: ReadonlyMap<string, string>;
  /** replaces files that are there */
  readonly force: boolean;
}

/**
 * Writes the files, all or none.
 *
 * @returns their paths, relative to the current folder
 * @throws EsciSelectError('usage') where one is there already, 'io' where it cannot be written
 */
export async function writeInit({ folder, files, force }: InitFiles): Promise<string[]> {
  for (const name of files.keys()) {
    const isThere = await stat(join(folder, name)).then(
      () => true,
      () => false,
    );
    if (isThere && !force) {
      throw new EsciSelectError('usage', `${name} is there already`, {
        path: folder,
        hint: '--force replaces it',
      });
    }
  }
  for (const [name, text] of files) {
    await ensureWritableFolder(dirname(join(folder, name)));
    await writeFileAtomic(join(folder, name), text);
  }
  return [...files.keys()].map((name) => relative('', join(folder, name)));
}
