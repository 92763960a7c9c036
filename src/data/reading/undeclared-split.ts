import { basename } from 'node:path';
import { findColumn } from '../examples/columns.js';
import type { Finding } from '../examples/examples.js';
import type { Role } from '../examples/options.js';
import type { Rows } from './rows.js';

/**
 * Notes files that are named like the parts of a split (train.csv, validation.csv, test.csv) where no column says so: no
 * split is invented from names.
 */
export function undeclaredSplit(rows: Rows, declared?: Partial<Record<Role, string>>): Finding[] {
  const hasSplit = rows.tables.some(
    (table) => findColumn([...table.columns.keys()], 'split', declared) !== undefined,
  );
  const parts = rows.tables.filter(({ path }) =>
    /^(train|valid|validation|dev|test)\./i.test(basename(path)),
  );
  if (hasSplit || parts.length === 0) return [];
  const names = parts.map(({ path }) => basename(path)).join(', ');
  return [
    {
      severity: 'note',
      code: 'undeclared-split',
      message: `${names} are named like parts of a split, but no split column says so: all rows are read as one set`,
      places: parts.map(({ path }) => ({ path })),
      hint: 'add a column split with train or test to keep them apart',
    },
  ];
}
