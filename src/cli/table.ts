import Table from 'cli-table3';
import pc from 'picocolors';
import { cellText, type TextTable } from '../report/tables.js';
import { plain } from './text.js';

const NO_BORDERS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/** A report's table, without its caption. */
export function reportTable({ head, rows }: TextTable, options: { numbersFrom: number }): string {
  return textTable(
    head,
    rows.map((row) => row.map(cellText)),
    options,
  );
}

/** A plain table for a terminal; columns from `numbersFrom` on are right-aligned. */
export function textTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  options: { numbersFrom: number },
): string {
  const table = new Table({
    head: head.map((title) => pc.bold(plain(title))),
    colAligns: head.map((_, column) => (column >= options.numbersFrom ? 'right' : 'left')),
    chars: NO_BORDERS,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true },
  });
  for (const row of rows) table.push(row.map(plain));
  return table.toString().replace(/[ \t]+$/gm, '');
}
