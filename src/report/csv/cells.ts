import { SCORE_NAMES } from '../../evaluation/metrics.js';

/** A cell of a CSV table: numbers are written as JavaScript writes them, with all their digits; null is empty. */
export type CsvCell = string | number | boolean | null;

/**
 * Rows as CSV (RFC 4180, comma, LF). Text that a spreadsheet could take for a formula - starting with = + - @, a tab or
 * a carriage return - gets an apostrophe in front (RELIABILITY 45); numbers are left alone. NaN and null are empty.
 */
export function csvText(head: readonly string[], rows: readonly (readonly CsvCell[])[]): string {
  return [head, ...rows].map((row) => `${row.map(csvCell).join(',')}\n`).join('');
}

function csvCell(value: CsvCell): string {
  if (value === null || Number.isNaN(value)) return '';
  if (typeof value !== 'string') return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A table before it is text. */
export interface CsvTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly CsvCell[])[];
}

/** Names of the columns of every score and its 95% interval. */
export const withBounds = SCORE_NAMES.flatMap((name) => [name, `${name} low`, `${name} high`]);
