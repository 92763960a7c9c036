import { bothSides, mismatchCause } from '../../data/checks/id-causes.js';
import { EsciSelectError, quote } from '../../errors.js';
import { type Table, textAt } from '../../io/table.js';
import { sampleRows } from '../layout/spot-check.js';
import type { Alignment } from './alignment.js';
import type { Candidate, ExampleIndexes } from './indexes.js';

/** Ids that are looked at to explain why others are not found. */
const EXPLAINED_IDS = 1000;
/** Share of the rows that may belong to another query or product than the example they are joined with. */
const TOLERATED = 0.05;

/**
 * Refuses ids that count from one more or one less than the examples': every row but the first or last would be joined with
 * its neighbour. Nothing but ids of the same number as the examples, of which one is not found, is looked at.
 */
export function refuseShifted(
  table: Table,
  { columns, of }: Candidate,
  { examples }: ExampleIndexes,
  targets: Int32Array,
): void {
  if (columns.length > 1 || table.rows !== examples.rows || table.rows < 3) return;
  const stray = targets.findIndex((target) => target < 0);
  if (stray < 0 || targets.indexOf(-1, stray + 1) >= 0) return;
  const column = table.columns.get(columns[0])!;
  const ids = Array.from(targets, (_, row) => Number(textAt(column, row)));
  if (!ids.every(Number.isSafeInteger)) return;
  const own = examples.id.map(Number);
  const [lowest, first] = [least(ids), least(own)];
  if (Math.abs(lowest - first) !== 1 || most(ids) - most(own) !== lowest - first) return;
  throw new EsciSelectError(
    'data',
    `ids in column ${quote(columns[0])} run from ${lowest} to ${most(ids)}, where those of the examples (${of}) run from ${first} to ${most(own)}: joined so, every row would be its neighbour`,
    {
      path: table.path,
      hint: 'write the ids of the examples into the file, and a column example_id into both files',
    },
  );
}

function least(values: readonly number[]): number {
  return values.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY);
}

function most(values: readonly number[]): number {
  return values.reduce((high, value) => Math.max(high, value), Number.NEGATIVE_INFINITY);
}

/**
 * Refuses a join under which rows belong to another query or product than the file itself says, where query and product
 * identify the examples.
 */
export function checkAgainstPairs(
  table: Table,
  candidate: Candidate,
  indexes: ExampleIndexes,
  targets: Int32Array,
): void {
  const pair = candidate.columns.length > 1 ? null : indexes.byPair(table);
  if (pair === null) return;
  const rows = sampleRows(table.rows).filter((row) => targets[row] >= 0);
  const found = pair.locate(table, rows);
  const wrong = rows.filter((row, at) => found[at] >= 0 && found[at] !== targets[row]);
  if (wrong.length <= TOLERATED * rows.length) return;
  const [query, product] = pair.columns;
  const ids = quote(candidate.columns[0]);
  throw new EsciSelectError(
    'data',
    `joined by ${ids}, ${wrong.length} of ${rows.length} rows looked at are of another ${quote(query)} and ${quote(product)} than their examples`,
    {
      path: table.path,
      hint: `join by query and product with --key ${pair.columns.join(',')}, or correct the ids in ${ids}`,
    },
  );
}

/** Ids that no example has: an error with the first of either side and the likely cause, unless allowed. */
export function checkExtra(
  table: Table,
  { columns, targets }: Alignment,
  indexes: ExampleIndexes,
  allowed: boolean,
): void {
  const extra: number[] = [];
  let count = 0;
  for (let row = 0; row < targets.length; row++) {
    if (targets[row] >= 0) continue;
    count++;
    if (extra.length < EXPLAINED_IDS) extra.push(row);
  }
  if (count === 0 || columns.length === 0) return;
  const { examples } = indexes;
  const textOf = (row: number) =>
    columns.map((name) => textAt(table.columns.get(name)!, row) ?? '').join(' ');
  const ours =
    columns.length === 1
      ? examples.id
      : examples.id.map((_, row) =>
          [examples.groupKeys[examples.group[row]], examples.productId[row], examples.locale[row]]
            .slice(0, columns.length)
            .join(' '),
        );
  const theirs = extra.map(textOf);
  if (allowed && mismatchCause(theirs, ours) === null) return;
  throw refuseExtra(table, columns, { count, theirs, ours, row: extra[0] });
}

interface Strangers {
  readonly count: number;
  readonly theirs: readonly string[];
  readonly ours: readonly string[];
  readonly row: number;
}

function refuseExtra(
  table: Table,
  columns: readonly string[],
  { count, theirs, ours, row }: Strangers,
): EsciSelectError {
  const all = count === table.rows;
  const cause = mismatchCause(theirs, ours);
  const where = `in column ${columns.map(quote).join(' and ')}`;
  const found = all
    ? `none of the ${count} ids ${where} is an example`
    : `${count} of ${table.rows} ids ${where} are no examples`;
  const because = cause === null ? '' : `, because ${cause}`;
  const extra = '--allow-extra leaves rows of other examples out';
  const hint =
    cause !== null
      ? 'write the ids as they stand in the examples; in Python, read and write ids as text (dtype=str)'
      : all
        ? 'name the column of example ids with --key, or check that the file belongs to these examples'
        : extra;
  return new EsciSelectError('data', `${found}${because}: ${bothSides(theirs, ours, 'the examples have')}`, {
    path: table.path,
    line: table.lines === null ? undefined : table.lines[row],
    hint,
  });
}
