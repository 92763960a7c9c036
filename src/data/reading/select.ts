import { EsciSelectError, quote } from '../../errors.js';
import { countOf } from '../checks/findings.js';
import { missingColumn } from '../examples/columns.js';
import type { Finding } from '../examples/examples.js';
import type { LoadOptions } from '../examples/load-options.js';
import { type Rows, textByRole } from './rows.js';

/** The rows the user asked for, ascending, and what that left out. */
export interface Selection {
  readonly selected: Int32Array;
  readonly findings: readonly Finding[];
}

/**
 * Applies the `version` and `locales` options. Throws 'data' if a column they need is missing or no row is left. Every
 * row is selected where neither option is given.
 */
export function selectRows(rows: Rows, options: LoadOptions): Selection {
  const findings: Finding[] = [];
  let selected = new Int32Array(rows.count);
  for (let row = 0; row < rows.count; row++) selected[row] = row;
  if (options.version !== undefined) {
    const column = `${options.version}_version`;
    const flags = textByRole(rows, options.version);
    if (flags === null) throw lacking(rows, column, `leave out --dataset-version ${options.version}`);
    selected = keep(
      selected,
      (row) => isSet(flags[row]),
      findings,
      `are not of the ${options.version} version`,
    );
  }
  if (options.locales !== undefined) {
    const wanted = new Set(options.locales);
    const locales = textByRole(rows, 'locale', options.columns);
    if (locales === null) throw lacking(rows, 'product_locale', 'leave out --locales');
    const found = new Set(locales);
    for (const locale of wanted) if (!found.has(locale)) throw unknownLocale(locale, found, rows);
    selected = keep(selected, (row) => wanted.has(locales[row] ?? ''), findings, 'are of other locales');
  }
  if (selected.length > 0) return { selected, findings };
  throw new EsciSelectError('data', 'no row is left', {
    path: rows.tables[0].path,
    hint: 'change --dataset-version or --locales',
  });
}

function keep(
  selected: Int32Array<ArrayBuffer>,
  wanted: (row: number) => boolean,
  findings: Finding[],
  why: string,
): Int32Array<ArrayBuffer> {
  const kept = selected.filter(wanted);
  const count = selected.length - kept.length;
  const message = `${countOf(count, 'row')} of ${countOf(selected.length, 'row')} ${why} and left out as asked`;
  if (count > 0) findings.push({ severity: 'note', code: 'left-out', message, count });
  return kept;
}

function isSet(flag: string | null): boolean {
  return flag !== null && /^(1|1\.0|true)$/i.test(flag);
}

function lacking(rows: Rows, column: string, hint: string): EsciSelectError {
  return missingColumn(column, rows.names, rows.tables[0].path, hint);
}

function unknownLocale(locale: string, found: ReadonlySet<string | null>, rows: Rows): EsciSelectError {
  const legal = [...found].filter((name) => name !== null).sort();
  return new EsciSelectError('data', `no row is of locale ${quote(locale)}`, {
    path: rows.tables[0].path,
    hint: `locales found: ${legal.slice(0, 20).join(', ')}`,
  });
}
