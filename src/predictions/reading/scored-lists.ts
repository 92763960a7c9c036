import { EsciSelectError, quote } from '../../errors.js';
import type { Column, Table } from '../../io/table.js';
import type { ClassReading } from '../layout/class-order.js';

/** An answer of a Hugging Face pipeline or of another classifier. */
interface Scored {
  readonly label: string;
  readonly score: number;
}

/**
 * The columns `<name>.p_<class>` of a text column whose values are JSON lists of answers with scores, in any order; null for
 * any other column. Of two classes a single answer says both; of more, all must be there. Throws 'data' at the first row that
 * is otherwise.
 */
export function scoredColumns(
  table: Table,
  { name, values }: { readonly name: string; readonly values: readonly (string | null)[] },
  classes: readonly string[],
  readings: readonly ClassReading[],
): [string, Column][] | null {
  const first = values.find((value) => value !== null);
  if (first === undefined || first === null || parseScored(first) === null) return null;
  const rows = values.map((value) => (value === null ? null : parseScored(value)));
  const labels = new Set(rows.flatMap((row) => (row === null ? [] : row.map(({ label }) => label))));
  const fits = readings.find(({ match }) => [...labels].every((label) => match(label) !== null));
  if (fits === undefined) {
    const unknown = [...labels].filter((label) => readings[0].match(label) === null);
    throw unknownLabels(table, name, unknown, classes);
  }
  const columns = classes.map(() => new Float64Array(values.length).fill(Number.NaN));
  rows.forEach((row, at) => {
    if (values[at] === null) return;
    if (row === null)
      throw badRow(table, at, `value in column ${quote(name)} is no list of answers with scores`);
    fill(columns, row, at, fits);
    if (classes.length === 2 && row.length === 1) complement(columns, at);
    else if (row.length < classes.length) {
      throw badRow(table, at, `column ${quote(name)} scores ${row.length} of ${classes.length} classes`);
    }
  });
  return classes.map((label, k) => [
    `p_${label}`,
    { kind: 'number', values: columns[k], missing: null } satisfies Column,
  ]);
}

function fill(
  columns: readonly Float64Array[],
  row: readonly Scored[],
  at: number,
  { match }: ClassReading,
): void {
  for (const { label, score } of row) columns[match(label)!][at] = score;
}

function complement([first, second]: readonly Float64Array[], at: number): void {
  if (Number.isNaN(first[at])) first[at] = 1 - second[at];
  else second[at] = 1 - first[at];
}

function parseScored(text: string): Scored[] | null {
  if (!/^\s*\[\s*[[{]/.test(text)) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null; // text that only begins like a list
  }
  const list = Array.isArray(value) && value.length === 1 && Array.isArray(value[0]) ? value[0] : value;
  if (!Array.isArray(list) || list.length === 0 || !list.every(isScored)) return null;
  return list.map((item) => ({ label: String(item.label), score: item.score }));
}

function isScored(item: unknown): item is { label: unknown; score: number } {
  if (typeof item !== 'object' || item === null) return false;
  const { label, score } = item as { label?: unknown; score?: unknown };
  return label !== undefined && typeof score === 'number';
}

function unknownLabels(
  { path }: Table,
  name: string,
  unknown: readonly string[],
  classes: readonly string[],
): EsciSelectError {
  const numbered = unknown.every((label) => /\d$/.test(label));
  return new EsciSelectError(
    'data',
    `labels ${unknown.slice(0, 4).map(quote).join(', ')} in column ${quote(name)} are no classes`,
    {
      path,
      hint: numbered
        ? `declare the class of each number, e.g. --class-order ${classes.join(',')}`
        : `classes are ${classes.join(', ')}; --label-map LABEL=CLASS gives other words a meaning`,
    },
  );
}

function badRow(table: Table, row: number, message: string): EsciSelectError {
  return new EsciSelectError('data', `${message} (data row ${row + 1})`, {
    path: table.path,
    line: table.lines?.[row],
    hint: 'write the scores of all classes, as a pipeline does with top_k=None',
  });
}
