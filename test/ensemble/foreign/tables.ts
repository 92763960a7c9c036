import type { ForeignEnsemble } from '../../../src/ensemble/foreign/foreign-ensemble.js';
import { matchColumns } from '../../../src/ensemble/foreign/match.js';
import { sourceValues } from '../../../src/ensemble/foreign/source-values.js';
import type { Column, Table } from '../../../src/io/table.js';

type Cells = Readonly<Record<string, readonly (number | string | null)[]>>;

/** A table of plain cells; null is missing. */
export function tableOf(cells: Cells): Table {
  const columns = Object.entries(cells).map(([name, values]): [string, Column] => {
    if (values.some((value) => typeof value === 'string')) {
      return [name, { kind: 'text', values: values as (string | null)[] }];
    }
    const numbers = Float64Array.from(values, (value) => (value === null ? Number.NaN : Number(value)));
    return [name, { kind: 'number', values: numbers, missing: null }];
  });
  const rows = Object.values(cells)[0].length;
  return { path: 'table', format: 'parquet', rows, columns: new Map(columns), lines: null };
}

/** The columns that a model tests, as doubles. */
export function sourcesOf(foreign: ForeignEnsemble, table: Table): Float64Array[] {
  const names = matchColumns(foreign.columns, [...table.columns.keys()]);
  const unknownIsMissing = foreign.format === 'lightgbm';
  return foreign.columns.map((column, at) =>
    sourceValues(table, { column, name: names[at], unknownIsMissing }),
  );
}
