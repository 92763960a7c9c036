import { findColumn, isRowOrder, normalName } from '../../data/examples/columns.js';
import type { Examples } from '../../data/examples/examples.js';
import { type Column, type Table, textAt } from '../../io/table.js';
import { createRowIndex, type RowIndex } from './align.js';
import { createPairIndex, type PairIndex } from './pairs.js';

/** What may identify the rows of a table, and how they are then found among the examples. */
export interface Candidate {
  /** columns of the table */
  readonly columns: readonly string[];
  /** what they are matched with: a column of the examples' files, row numbers, or pairs */
  readonly of: string;
  /** the example row of each of the given rows (null: all), -1 where there is none */
  locate(table: Table, rows: readonly number[] | null): Int32Array;
}

/** The examples by everything that identifies them: their ids, other columns of their files, query and product. */
export class ExampleIndexes {
  readonly examples: Examples;
  readonly #byName = new Map<string, RowIndex>();
  readonly #pairs = new Map<boolean, PairIndex | null>();

  constructor(examples: Examples) {
    this.examples = examples;
  }

  get ids(): RowIndex {
    return this.#index('', this.examples.id);
  }

  /** What the ids are, for people. */
  get idsAre(): string {
    const { identity } = this.examples;
    if (identity === undefined) return 'the ids of the examples';
    return identity.column === null ? 'row numbers' : `the examples' ${shownColumn(identity.column)}`;
  }

  /** Whether ids only number the rows of the examples' files, so that a match of values says nothing. */
  get areRowNumbers(): boolean {
    const column = this.examples.identity?.column;
    return column === null || (column !== undefined && isRowOrder(column));
  }

  /** A table's column matched with the examples' ids. */
  byIds(column: string): Candidate {
    return single(column, this.idsAre, () => this.ids);
  }

  /** A table's column matched with the column of that name in the examples' files, if it identifies them. */
  byName(column: string): Candidate | null {
    const { identity } = this.examples;
    if (identity === undefined) return null;
    const wanted = normalName(column);
    if (identity.column !== null && normalName(identity.column) === wanted) return this.byIds(column);
    const found = [...identity.others].find(([name]) => normalName(name) === wanted);
    if (found === undefined) return null;
    const [name, values] = found;
    return single(column, `the examples' ${shownColumn(name)}`, () => this.#index(`=${name}`, values));
  }

  /** A table's query and product (and locale, where it has one), if they identify the examples. */
  byPair(table: Table): Candidate | null {
    const names = [...table.columns.keys()];
    const [query, product] = [findColumn(names, 'queryId'), findColumn(names, 'productId')];
    if (query === undefined || product === undefined) return null;
    const locale = findColumn(names, 'locale');
    const index = this.#pairIndex(locale !== undefined);
    if (index === null) return null;
    const columns = locale === undefined ? [query, product] : [query, product, locale];
    return {
      columns,
      of: 'query and product',
      locate: (from, rows) => index.locate(from, columns, rows),
    };
  }

  #index(name: string, values: readonly string[]): RowIndex {
    const known = this.#byName.get(name) ?? createRowIndex(values);
    this.#byName.set(name, known);
    return known;
  }

  #pairIndex(withLocale: boolean): PairIndex | null {
    if (!this.#pairs.has(withLocale)) this.#pairs.set(withLocale, createPairIndex(this.examples, withLocale));
    return this.#pairs.get(withLocale)!;
  }
}

function single(column: string, of: string, index: () => RowIndex): Candidate {
  return {
    columns: [column],
    of,
    locate(table, rows) {
      const whole = table.columns.get(column)!;
      return rows === null
        ? index().locate(whole, table.rows)
        : index().locate(picked(whole, rows), rows.length);
    },
  };
}

function picked(column: Column, rows: readonly number[]): Column {
  return { kind: 'text', values: rows.map((row) => textAt(column, row)) };
}

/** A column's name for a message. */
export function shownColumn(name: string): string {
  return name === '' ? 'column without a name' : `'${name}'`;
}
