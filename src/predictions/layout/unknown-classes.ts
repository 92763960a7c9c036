import { EsciSelectError, quote } from '../../errors.js';
import { type Column, type Table, textAt } from '../../io/table.js';
import { parseNumber } from '../../io/text/number.js';
import type { LayoutContext } from './column-layout.js';
import type { Member } from './names.js';
import { isBookkeeping, isTruth } from './names.js';

const SAMPLE_ROWS = 100;
const CLOSE = 0.01;

/**
 * Refuses columns of classes that no example is labelled with: named as those of the known classes are, and needed to make
 * the probabilities of a row sum to 1. Such rows would be taken for probabilities of the known classes alone.
 */
export function refuseUnknownClasses(
  table: Table,
  group: readonly Member[],
  names: readonly string[],
  { classes }: LayoutContext,
): void {
  const known = new Set(group.map(([name]) => name));
  const [, { pattern }] = group[0];
  const candidates = names.flatMap((name) => {
    const className = known.has(name) ? null : classOf(pattern, name);
    return className === null || !isNumeric(table, name) ? [] : [{ name, className }];
  });
  if (candidates.length === 0 || sumsToOne(table, [...known])) return;
  if (!sumsToOne(table, [...known, ...candidates.map(({ name }) => name)])) return;
  const columns = candidates.map(({ name }) => quote(name)).join(', ');
  const more = candidates.map(({ className }) => className);
  throw new EsciSelectError(
    'data',
    `columns ${columns} are of classes that no example is labelled with: ${more.map(quote).join(', ')}`,
    { path: table.path, hint: `declare all of them with --classes ${[...classes, ...more].join(',')}` },
  );
}

/** What a column's name would name under the pattern of the others. */
function classOf(pattern: string, name: string): string | null {
  const [before, after] = pattern.split('{class}');
  if (pattern === '{class}') return isBookkeeping(name) || isTruth(name) ? null : name;
  const word = (before + after).replace(/_/g, '').toLowerCase();
  const parts = /^([^_.\- ]+)[_.\- ](.+)$/.exec(name);
  const last = /^(.+)[_.\- ]([^_.\- ]+)$/.exec(name);
  if (before !== '') return parts !== null && parts[1].toLowerCase() === word ? parts[2] : null;
  return last !== null && last[2].toLowerCase() === word ? last[1] : null;
}

function isNumeric(table: Table, name: string): boolean {
  const column = table.columns.get(name)!;
  const rows = Math.min(table.rows, SAMPLE_ROWS);
  for (let row = 0; row < rows; row++) if (valueAt(column, row) === null) return false;
  return column.kind !== 'list';
}

function sumsToOne(table: Table, names: readonly string[]): boolean {
  const rows = Math.min(table.rows, SAMPLE_ROWS);
  let close = 0;
  for (let row = 0; row < rows; row++) {
    const sum = names.reduce((total, name) => total + (valueAt(table.columns.get(name)!, row) ?? 0), 0);
    if (Math.abs(sum - 1) < CLOSE) close++;
  }
  return close * 2 > rows;
}

function valueAt(column: Column, row: number): number | null {
  return parseNumber(textAt(column, row) ?? '');
}
