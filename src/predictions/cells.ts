import { EsciSelectError, quote } from '../errors.js';
import { type Column, placeOf, type Table, textAt } from '../io/table.js';
import { parseNumber } from '../io/text/number.js';

/** Spellings of "no value" that `--missing` accepts where a number is due. */
const NO_VALUE = /^(|nan|na|n\/a|null|none|-nan)$/i;

/** What numbers a cell may hold besides finite decimals. */
export interface CellNumbers {
  /** minus infinity, the logarithm of probability 0, among logits */
  readonly minusInfinity?: boolean;
  /** a percent sign behind the number */
  readonly percentSign?: boolean;
}

const MINUS_INFINITY = /^-\s*inf(inity)?$/i;

function numberIn(text: string, { minusInfinity, percentSign }: CellNumbers): number {
  const value = parseNumber(percentSign ? text.replace(/\s*%\s*$/, '') : text);
  if (value !== null) return value;
  return minusInfinity && MINUS_INFINITY.test(text.trim()) ? Number.NEGATIVE_INFINITY : Number.NaN;
}

/** A column's values as numbers [row]; NaN where the cell is missing or no number (`explainCell` tells which). */
export function numbersOf(
  column: Column,
  rows: number,
  allowed: CellNumbers = {},
): Float64Array | Float32Array | Int32Array {
  if (column.kind === 'number') {
    if (column.missing === null) return column.values;
    const values = Float64Array.from(column.values);
    for (let row = 0; row < rows; row++) if (column.missing[row] === 1) values[row] = Number.NaN;
    return values;
  }
  const values = new Float64Array(rows).fill(Number.NaN);
  if (column.kind === 'text') {
    for (let row = 0; row < rows; row++) values[row] = numberIn(column.values[row] ?? '', allowed);
  } else if (column.kind === 'integer') {
    for (let row = 0; row < rows; row++) {
      if (column.missing?.[row] !== 1) values[row] = Number(column.values[row]);
    }
  }
  return values;
}

/** A number column per position of a list column; lists of another length are refused where they stand. */
export function listNumbers(table: Table, name: string, length: number): Float64Array[] {
  const column = table.columns.get(name)!;
  const positions = Array.from({ length }, () => new Float64Array(table.rows).fill(Number.NaN));
  if (column.kind !== 'list') return positions;
  column.values.forEach((list, row) => {
    if (list === null) return;
    if (list.length !== length) {
      throw cellError(
        table,
        row,
        `list in column ${quote(name)} has ${list.length} values, ${length} are due`,
        {
          hint: 'one value per class, in the order of --class-order',
        },
      );
    }
    for (let at = 0; at < length; at++) positions[at][row] = list[at];
  });
  return positions;
}

/** An error at a row of a table. */
export function cellError(
  table: Table,
  row: number,
  message: string,
  more: { hint?: string } = {},
): EsciSelectError {
  const { path, line } = placeOf(table, row);
  const where = line === undefined ? ` (data row ${row + 1})` : '';
  return new EsciSelectError('data', message + where, { path, line, ...more });
}

/** Why a cell gave no number: it has none (`missing`), or something that is no finite number. */
export function explainCell(table: Table, name: string, row: number): { missing: boolean; text: string } {
  const text = textAt(table.columns.get(name)!, row);
  return { missing: text === null || NO_VALUE.test(text.trim()), text: text ?? '' };
}

/** The message and hint for a cell without a usable number. */
export function badNumber(
  name: string,
  { missing, text }: { missing: boolean; text: string },
): [string, string] {
  if (missing) {
    return [
      `value ${quote(text)} in column ${quote(name)} is missing`,
      '--missing imports such rows as missing',
    ];
  }
  const trimmed = text.trim();
  const hint = /^-?\d+,\d+$/.test(trimmed)
    ? 'write numbers with a decimal point'
    : MINUS_INFINITY.test(trimmed)
      ? 'of logits and log-probabilities it is probability 0: say so with --kind logits'
      : /\d\s*%$/.test(trimmed)
        ? 'percentages are read with --kind percent'
        : 'write a finite decimal number; --rejects FILE leaves such rows out';
  return [`value ${quote(text)} in column ${quote(name)} is not a number`, hint];
}
