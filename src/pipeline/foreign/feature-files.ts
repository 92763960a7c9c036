import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ForeignEnsemble } from '../../ensemble/foreign/foreign-ensemble.js';
import { matchColumns } from '../../ensemble/foreign/match.js';
import { sourceValues } from '../../ensemble/foreign/source-values.js';
import { EsciSelectError, quote, suggest } from '../../errors.js';
import { cannotRead } from '../../io/errors.js';
import { describeTable } from '../../io/read.js';
import { streamTable } from '../../io/stream.js';
import type { Table } from '../../io/table.js';
import type { EnsemblePlayers } from './players-file.js';

/** Rows that are read, scored and explained together. */
const BATCH_ROWS = 8192;

/** The files of a table, and where in them a model's columns are. */
export interface FeatureFiles {
  readonly paths: readonly string[];
  /** [column of the model] the table's name */
  readonly names: readonly string[];
}

/** Some rows of a table of features. */
export interface FeatureBatch {
  readonly table: Table;
  /** [column of the model][row] */
  readonly sources: readonly Float64Array[];
}

/**
 * Finds a table's files and the model's columns in them. A pattern may have `*` in its last part; its files are taken in
 * the order of their names. `others` are columns of the table that are no features. Throws 'io' and 'data'.
 */
export async function openFeatures(
  pattern: string,
  foreign: ForeignEnsemble,
  others: readonly string[],
): Promise<FeatureFiles> {
  const paths = await expandPaths(pattern);
  const described = await describeTable(paths[0]);
  const all = described.columns.map(({ name }) => name);
  const lost = others.find((name) => !all.includes(name));
  if (lost !== undefined) {
    throw new EsciSelectError('usage', `table has no column ${quote(lost)}`, {
      path: paths[0],
      hint: suggest(lost, all, 'columns'),
    });
  }
  const names = matchColumns(
    foreign.columns,
    all.filter((name) => !others.includes(name)),
    paths[0],
  );
  return { paths, names };
}

/** The files that a path or a pattern with `*` in its last part stands for, in order of name. Throws 'io'. */
export async function expandPaths(pattern: string): Promise<string[]> {
  const name = basename(pattern);
  if (!name.includes('*')) return [pattern];
  const folder = dirname(pattern);
  let entries: string[];
  try {
    entries = await readdir(folder);
  } catch (error) {
    throw cannotRead(folder, error);
  }
  const expression = new RegExp(
    `^${name
      .split('*')
      .map((part) => part.replace(/[^\w]/g, '\\$&'))
      .join('.*')}$`,
  );
  const found = entries.filter((entry) => expression.test(entry)).sort();
  if (found.length > 0) return found.map((entry) => join(folder, entry));
  throw new EsciSelectError('io', 'no file is named so', { path: pattern, hint: 'check the pattern' });
}

/** The table's rows in batches. `others` are columns that are read beside the features. */
export async function* featureBatches(
  { paths, names }: FeatureFiles,
  foreign: ForeignEnsemble,
  players: Pick<EnsemblePlayers, 'levels' | 'missing'>,
  others: readonly string[] = [],
): AsyncGenerator<FeatureBatch> {
  const wanted = new Set([...names, ...others]);
  const unknownIsMissing = foreign.format === 'lightgbm';
  for (const path of paths) {
    for await (const table of streamTable(path, BATCH_ROWS, (name) => wanted.has(name))) {
      const sources = foreign.columns.map((column, at) => {
        const name = names[at];
        if (!table.columns.has(name)) {
          throw new EsciSelectError('data', `table lacks column ${quote(name)}, which others have`, { path });
        }
        const levels = players.levels.get(name) ?? players.levels.get(column.name);
        return sourceValues(table, { column, name, levels, unknownIsMissing, missing: players.missing });
      });
      yield { table, sources };
    }
  }
}
