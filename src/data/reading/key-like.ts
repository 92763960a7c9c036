import { readTable } from '../../io/read.js';
import { type Column, textAt } from '../../io/table.js';
import { hasRole } from '../examples/columns.js';
import type { LoadOptions } from '../examples/load-options.js';

/** Rows at the head of a file that are looked at. */
const SAMPLE_ROWS = 200;
/** An id is one word: no white space, no decimal fraction. */
const WORD = /^[^\s]{1,80}$/;
const FRACTION = /^[+-]?\d*\.\d+(e[+-]?\d+)?$/i;

/**
 * Columns of a file, whatever their names (`uid`, `guid`, `pair`), that could identify its rows as far as its first rows
 * tell: complete, distinct, of single words or whole numbers, and without another role. O(SAMPLE_ROWS x columns).
 */
export async function keyLikeColumns(
  path: string,
  { columns, delimiter, memoryLimit, maxUnpacked }: LoadOptions,
): Promise<string[]> {
  const declared = new Set(Object.values(columns ?? {}));
  const table = await readTable(path, {
    columns: (name) => !hasRole(name) && !declared.has(name),
    delimiter,
    memoryLimit,
    maxUnpacked,
    maxRows: SAMPLE_ROWS,
  });
  return [...table.columns].filter(([, column]) => isKeyLike(column, table.rows)).map(([name]) => name);
}

function isKeyLike(column: Column, rows: number): boolean {
  if (column.kind === 'list' || column.kind === 'number') return false;
  const seen = new Set<string>();
  for (let row = 0; row < rows; row++) {
    const text = textAt(column, row);
    if (text === null || !WORD.test(text) || FRACTION.test(text)) return false;
    seen.add(text);
  }
  return rows > 1 && seen.size === rows;
}
