import { EsciSelectError, quote } from '../../errors.js';
import { Growable } from '../../io/growable.js';
import { type Table, textAt } from '../../io/table.js';
import type { FeatureBatch } from './feature-files.js';
import { classReader } from './labels.js';

/** What judging needs of a table: labels and queries. */
export interface JudgedTable {
  readonly classes: readonly string[];
  /** [row] */
  readonly labels: Int16Array;
  /** [row] number of its query */
  readonly groups: Int32Array;
  readonly queries: number;
  /** [column of the model][row] */
  readonly sources: readonly Float64Array[];
}

/** Names of the columns that say what a row is judged as, and for which query. */
export interface JudgedColumns {
  readonly label: string;
  readonly queryId: string;
}

/** Collects labels, queries and features of all batches. */
export class JudgedRows {
  readonly #columns: JudgedColumns;
  readonly #classes: readonly string[];
  readonly #parse: (text: string) => number | null;
  readonly #labels: number[] = [];
  readonly #groups: number[] = [];
  readonly #queries = new Map<string, number>();
  readonly #sources: Growable<Float64Array>[];

  constructor(columns: JudgedColumns, classes: readonly string[], sources: number) {
    this.#columns = columns;
    this.#classes = classes;
    this.#parse = classReader(classes);
    this.#sources = Array.from({ length: sources }, () => Growable.of((length) => new Float64Array(length)));
  }

  /** Throws 'data' with the place of a label that is no class, or of a row without a query. */
  add({ table, sources }: FeatureBatch): void {
    for (let row = 0; row < table.rows; row++) {
      this.#labels.push(this.#label(table, row));
      this.#groups.push(this.#query(table, row));
    }
    sources.forEach((values, column) => {
      this.#sources[column].append(values);
    });
  }

  #label(table: Table, row: number): number {
    const text = textAt(table.columns.get(this.#columns.label)!, row) ?? '';
    const label = this.#parse(text);
    if (label !== null) return label;
    throw this.#wrong(
      table,
      row,
      `label is ${quote(text)}, which is no class`,
      `classes: ${this.#classes.join(', ')}, or their places from 0`,
    );
  }

  #query(table: Table, row: number): number {
    const text = textAt(table.columns.get(this.#columns.queryId)!, row) ?? '';
    if (text === '')
      throw this.#wrong(table, row, 'row has no query', `fill column ${quote(this.#columns.queryId)}`);
    const known = this.#queries.get(text) ?? this.#queries.size;
    this.#queries.set(text, known);
    return known;
  }

  #wrong(table: Table, row: number, problem: string, hint: string): EsciSelectError {
    const place = table.lines === null ? ` (row ${this.#labels.length + 1})` : '';
    return new EsciSelectError('data', `${problem}${place}`, {
      path: table.path,
      line: table.lines?.[row],
      hint,
    });
  }

  finish(): JudgedTable {
    return {
      classes: this.#classes,
      labels: Int16Array.from(this.#labels),
      groups: Int32Array.from(this.#groups),
      queries: this.#queries.size,
      sources: this.#sources.map((values) => values.finish()),
    };
  }
}
