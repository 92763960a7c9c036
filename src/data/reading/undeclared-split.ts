import { basename } from 'node:path';
import { findColumn } from '../examples/columns.js';
import type { Finding } from '../examples/examples.js';
import type { Role } from '../examples/load-options.js';
import type { Rows } from './rows.js';

/** `train.csv`, `test-00000-of-00004-<hash>.parquet`. */
const PART_OF_A_SPLIT = /^(train(ing)?|valid(ation)?|val|dev|test(ing)?)([._-]|$)/i;

/**
 * Notes files that are named like the parts of a split (train.csv, val.csv, the Hub's test-00000-of-00001.parquet) where no
 * column says so: no split is invented from names. A warning where train and test are read as one.
 */
export function undeclaredSplit(rows: Rows, declared?: Partial<Record<Role, string>>): Finding[] {
  const hasSplit = rows.tables.some(
    (table) => findColumn([...table.columns.keys()], 'split', declared) !== undefined,
  );
  const parts = rows.tables.filter(({ path }) => PART_OF_A_SPLIT.test(basename(path)));
  if (hasSplit || parts.length === 0) return [];
  const names = parts.map(({ path }) => basename(path)).join(', ');
  return [
    {
      severity: parts.some(isTest) && !parts.every(isTest) ? 'warning' : 'note',
      code: 'undeclared-split',
      message: `${names} are named like parts of a split, but no split column says so: all rows are read as one set`,
      places: parts.map(({ path }) => ({ path })),
      hint: 'add a column split with train or test to keep them apart',
    },
  ];
}

function isTest({ path }: { readonly path: string }): boolean {
  return /^test/i.test(basename(path));
}
