import { EsciSelectError, quote, suggest } from '../../errors.js';
import type { Column, Table } from '../../io/table.js';
import { textAt } from '../../io/table.js';
import { parseNumber } from '../../io/text/number.js';
import type { Level, SourceColumn } from './columns.js';

/** How a column of a table is read for a model. */
export interface SourceSpec {
  readonly column: SourceColumn;
  /** the table's name of it */
  readonly name: string;
  /** levels declared by the user, in order of their codes, where the file has none */
  readonly levels?: readonly Level[];
  /** whether a level that training did not know is missing (LightGBM), or an error */
  readonly unknownIsMissing: boolean;
  /** a number that stands for missing, such as XGBoost's `missing=-1` */
  readonly missing?: number;
}

/**
 * A column as doubles [row]: numbers, or codes of categories; NaN where missing: empty, null or NaN. Throws 'data' with
 * the place of a value that is no number or no known level. What no tree tests is not looked at. O(rows).
 */
export function sourceValues(table: Table, spec: SourceSpec): Float64Array {
  if (!spec.column.tested) return new Float64Array(table.rows).fill(Number.NaN);
  const column = table.columns.get(spec.name)!;
  const values = spec.column.categorical ? categoryCodes(table, column, spec) : numbers(table, column, spec);
  const { missing } = spec;
  return missing === undefined ? values : values.map((value) => (value === missing ? Number.NaN : value));
}

function numbers(table: Table, column: Column, { name }: SourceSpec): Float64Array {
  if (column.kind === 'number' || column.kind === 'integer') {
    const { values, missing } = column;
    return Float64Array.from({ length: table.rows }, (_, row) =>
      missing?.[row] === 1 ? Number.NaN : Number(values[row]),
    );
  }
  if (column.kind === 'list') throw badCell(table, { name, row: 0 }, 'holds lists, expected numbers');
  return Float64Array.from({ length: table.rows }, (_, row) => {
    const text = column.values[row];
    const value = text === null ? Number.NaN : numberIn(text);
    if (value !== null) return value;
    throw badCell(table, { name, row }, `holds ${quote(text)}, expected a number`);
  });
}

/** The number of a cell; NaN of what stands for missing; null of anything else. */
function numberIn(text: string): number | null {
  const trimmed = text.trim();
  if (trimmed === '' || /^nan$/i.test(trimmed)) return Number.NaN;
  return parseNumber(trimmed) ?? null;
}

function categoryCodes(table: Table, column: Column, spec: SourceSpec): Float64Array {
  const levels = spec.column.levels ?? spec.levels ?? null;
  if (levels === null) return plainCodes(table, column, spec);
  const codes = new Map(levels.map((level, code) => [String(level), code]));
  return Float64Array.from({ length: table.rows }, (_, row) => {
    const text = textAt(column, row);
    if (text === null || text === '') return Number.NaN;
    const code = codes.get(text);
    if (code !== undefined) return code;
    if (spec.unknownIsMissing) return Number.NaN;
    const some = levels.map(String);
    throw badCell(
      table,
      { name: spec.name, row },
      `holds ${quote(text)}, which training did not know`,
      suggest(text, some, 'levels'),
    );
  });
}

/** Codes as they stand, of a model that does not say what they mean. */
function plainCodes(table: Table, column: Column, spec: SourceSpec): Float64Array {
  const { name } = spec;
  const hint = `the model knows only codes of ${quote(name)}: give whole numbers, or declare "levels": {${JSON.stringify(name)}: [...]} in order of their codes in the players file`;
  const isText =
    column.kind === 'text' && column.values.some((text) => text !== null && numberIn(text) === null);
  if (isText) {
    const row = column.values.findIndex((text) => text !== null && numberIn(text) === null);
    throw badCell(
      table,
      { name, row },
      `holds ${quote(column.values[row])}, expected the code of a category`,
      hint,
    );
  }
  const codes = numbers(table, column, spec);
  const row = codes.findIndex((code) => !Number.isNaN(code) && !Number.isInteger(code));
  if (row < 0) return codes;
  throw badCell(table, { name, row }, `holds ${codes[row]}, expected the code of a category`, hint);
}

function badCell(
  table: Table,
  { name, row }: { readonly name: string; readonly row: number },
  problem: string,
  hint?: string,
): EsciSelectError {
  const place = table.lines === null ? ` in row ${row + 1}` : '';
  return new EsciSelectError('data', `column ${quote(name)}${place} ${problem}`, {
    path: table.path,
    line: table.lines?.[row],
    hint,
  });
}
