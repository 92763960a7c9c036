import { type Data, DataType, type Field, type RecordBatch, type Schema } from 'apache-arrow';
import type { ForeignEnsemble } from '../../ensemble/foreign/foreign-ensemble.js';
import { matchColumns } from '../../ensemble/foreign/match.js';
import { sourceValues } from '../../ensemble/foreign/source-values.js';
import { EsciSelectError, quote, suggest } from '../../errors.js';
import { type ArrowCollector, arrowCollectors } from '../../io/arrow/columns.js';
import type { Table } from '../../io/table.js';
import type { EnsemblePlayers } from '../foreign/players-file.js';
import { FeatureList } from './feature-list.js';

/** What errors call the rows that come in. */
export const STDIN = 'stdin';
/** The column that holds all features as one list, where there is one. */
const LIST = 'features';

/** How rows are laid out: features by name, or in one list in the model's order. */
export interface InputLayout {
  readonly isList: boolean;
  /** [column of the model] the table's name; the model's where features come as a list */
  readonly names: readonly string[];
}

/** Rows for the attributor. */
export interface InputRows {
  /** the columns that are no features, such as a label */
  readonly table: Table;
  /** [column of the model][row] */
  readonly sources: readonly Float64Array[];
}

/** The layout of a stream's columns; `others` are no features. Throws 'usage' and 'data' where columns lack. */
export function layoutOf(schema: Schema, foreign: ForeignEnsemble, others: readonly string[]): InputLayout {
  const all = schema.fields.map(({ name }) => name);
  const lost = others.find((name) => !all.includes(name));
  if (lost !== undefined) {
    throw new EsciSelectError('usage', `table has no column ${quote(lost)}`, {
      path: STDIN,
      hint: suggest(lost, all, 'columns'),
    });
  }
  const list = schema.fields.find(({ name }) => name === LIST);
  if (list !== undefined && isListOfFloats(list)) return { isList: true, names: modelNames(foreign) };
  const features = all.filter((name) => !others.includes(name));
  return { isList: false, names: matchColumns(foreign.columns, features, STDIN) };
}

/** The layout of no rows. */
export function emptyLayout(foreign: ForeignEnsemble): InputLayout {
  return { isList: true, names: modelNames(foreign) };
}

function modelNames({ columns }: ForeignEnsemble): string[] {
  return columns.map(({ name }) => name);
}

function isListOfFloats({ type }: Field): boolean {
  return (DataType.isList(type) || DataType.isFixedSizeList(type)) && DataType.isFloat(type.children[0].type);
}

/** Collects batches into rows for the attributor. */
export class InputCollector {
  readonly #foreign: ForeignEnsemble;
  readonly #players: Pick<EnsemblePlayers, 'levels' | 'missing'>;
  readonly #layout: InputLayout;
  readonly #columns: { readonly at: number; readonly collector: ArrowCollector }[];
  readonly #list: { readonly at: number; readonly values: FeatureList } | null;
  rows = 0;

  constructor(
    schema: Schema,
    layout: InputLayout,
    { foreign, players }: { foreign: ForeignEnsemble; players: Pick<EnsemblePlayers, 'levels' | 'missing'> },
    others: readonly string[],
  ) {
    this.#foreign = foreign;
    this.#players = players;
    this.#layout = layout;
    const wanted = new Set(layout.isList ? others : [...layout.names, ...others]);
    this.#columns = schema.fields.flatMap(({ name, type }, at) => {
      if (!wanted.has(name)) return [];
      const [collector] = arrowCollectors(name, type);
      if (collector !== undefined) return [{ at, collector }];
      throw new EsciSelectError('data', `column ${quote(name)} is of the type ${type}, which is not read`, {
        path: STDIN,
        hint: 'give features as float32, labels and queries as text or whole numbers',
      });
    });
    const at = layout.isList ? schema.fields.findIndex(({ name }) => name === LIST) : -1;
    this.#list = at < 0 ? null : { at, values: new FeatureList(foreign.columns.length) };
  }

  add(batch: RecordBatch): void {
    const child = (at: number): Data => batch.data.children[at];
    for (const { at, collector } of this.#columns) collector.add(child(at), batch.numRows);
    this.#list?.values.add(child(this.#list.at), batch.numRows);
    this.rows += batch.numRows;
  }

  /** The rows so far. Throws 'data' with the place of a value that cannot be read. */
  finish(): InputRows {
    const columns = new Map(
      this.#columns.map(({ collector: { name, finish } }) => [name, finish()] as const),
    );
    const table: Table = { path: STDIN, format: 'arrow', rows: this.rows, columns, lines: null };
    if (this.rows === 0) return { table, sources: this.#foreign.columns.map(() => new Float64Array(0)) };
    if (this.#list !== null) return { table, sources: this.#list.values.finish(this.#players.missing) };
    const { levels, missing } = this.#players;
    const unknownIsMissing = this.#foreign.format === 'lightgbm';
    const sources = this.#foreign.columns.map((column, at) => {
      const name = this.#layout.names[at];
      const own = levels.get(name) ?? levels.get(column.name);
      return sourceValues(table, { column, name, levels: own, unknownIsMissing, missing });
    });
    return { table, sources };
  }
}
