import { EsciSelectError, quote } from '../../errors.js';
import { type NpyArray, readNpy, readNpz } from '../../io/numpy/npy.js';
import { readTable } from '../../io/read.js';
import type { Column, Table } from '../../io/table.js';
import type { ImportOptions } from '../import-options.js';
import { classOrderHint } from '../layout/column-layout.js';
import { sourceFile } from '../paths.js';

/** The name of the id column of a table made from an array. */
export const ARRAY_KEY = 'example_id';

const ID_NAMES = /^(example_?ids?|row_?ids?|rows?|ids?)$/i;
const VALUE_NAMES = /^(predictions?|logits?|prob(abilitie)?s?|probas?|scores?|y_pred|preds?)$/i;
/** What a trainer saves beside its predictions. */
const TRUTH_NAMES = /^(label_?ids?|labels?|targets?|y_?true|y)$/i;

/**
 * A .npy or .npz array of [row][class] (or [row], the positive one of two classes) as a table keyed by the ids file.
 * Rows of arrays have no names: throws 'data' without an ids file of equal length and a declared class order.
 */
export async function readArrayTable(
  path: string,
  classes: readonly string[],
  options: ImportOptions,
): Promise<Table> {
  const npz = /\.npz$/i.test(path);
  const arrays = npz ? await readNpz(path, options) : new Map([['', await readNpy(path)]]);
  const [name, array] = pickValues(arrays, path, options.columns);
  const ids = pickIds(arrays) ?? (await readIds(path, options));
  const rows = array.shape[0];
  if (ids.rows !== rows) {
    throw new EsciSelectError('data', `array has ${rows} rows, and its ids file has ${ids.rows} ids`, {
      path,
      hint: `give the ids in the array's row order with --ids; ${quote(ids.path)} does not fit`,
    });
  }
  const columns = new Map<string, Column>([[ARRAY_KEY, ids.column]]);
  for (const [column, values] of valueColumns({ array, name, path }, classes, options.classOrder))
    columns.set(column, values);
  return { path, format: 'arrow', rows, columns, lines: null }; // binary, held in memory
}

/** The array that is named like predictions, or the only one; a user may name it. Two that could be it are refused. */
function pickValues(
  arrays: ReadonlyMap<string, NpyArray>,
  path: string,
  wanted: string | undefined,
): [string, NpyArray] {
  const chosen = wanted === undefined ? undefined : arrays.get(wanted);
  if (wanted !== undefined && chosen !== undefined) return [wanted, chosen];
  const entries = [...arrays].filter(([name]) => !ID_NAMES.test(name) && !TRUTH_NAMES.test(name));
  const named = entries.filter(([name]) => name === '' || VALUE_NAMES.test(name));
  const found = named.length > 0 ? named : entries;
  if (found.length === 1 && wanted === undefined) return found[0];
  const shown = [...arrays].map(([name, { shape }]) => `${quote(name)} (${shape.join(' x ')})`).join(', ');
  const names = entries.map(([name]) => `--columns ${name}`).join(' or ');
  throw new EsciSelectError('data', `archive does not say which array holds the predictions: ${shown}`, {
    path,
    hint: `choose it with ${names}, or save one array named 'predictions'`,
  });
}

interface Ids {
  readonly path: string;
  readonly rows: number;
  readonly column: Column;
}

function pickIds(arrays: ReadonlyMap<string, NpyArray>): Ids | null {
  const found = [...arrays].find(([name, { shape }]) => ID_NAMES.test(name) && shape.length === 1);
  return found ? { path: found[0], rows: found[1].shape[0], column: idColumn(found[1]) } : null;
}

function idColumn({ values }: NpyArray): Column {
  if (values instanceof BigInt64Array) return { kind: 'integer', values, missing: null };
  if (values instanceof Int32Array) return { kind: 'number', values, missing: null };
  return { kind: 'text', values: Array.from(values as ArrayLike<number | bigint>, String) };
}

async function readIds(path: string, options: ImportOptions): Promise<Ids> {
  if (options.ids === undefined) {
    throw new EsciSelectError('data', 'array names no examples: its rows could be in any order', {
      path,
      hint: "give the example ids in the array's row order, one per line, with --ids FILE",
    });
  }
  if (/\.npy$/i.test(options.ids)) {
    const array = await readNpy(options.ids);
    return { path: options.ids, rows: array.values.length, column: idColumn(array) };
  }
  const plain = sourceFile(options.ids).role !== 'table';
  return plain ? readPlainIds(options.ids, options) : readTableIds(options.ids, options);
}

/** One id per line and no header, as `ids.txt`; read as a table so that encodings and line ends are checked. */
async function readPlainIds(path: string, { maxUnpacked }: ImportOptions): Promise<Ids> {
  const table = await readTable(path, { maxUnpacked });
  const [name] = table.columns.keys();
  const column = table.columns.get(name)!;
  if (table.columns.size !== 1 || column.kind !== 'text') {
    throw new EsciSelectError('data', 'ids file has more than one value per line', {
      path,
      hint: 'write one id per line, or a table with a column example_id',
    });
  }
  const values = ID_NAMES.test(name) ? column.values : [name, ...column.values];
  return { path, rows: values.length, column: { kind: 'text', values } };
}

async function readTableIds(path: string, options: ImportOptions): Promise<Ids> {
  const { delimiter, memoryLimit, maxUnpacked } = options;
  const table = await readTable(path, { delimiter, memoryLimit, maxUnpacked });
  const names = [...table.columns.keys()];
  const key =
    options.key ?? names.find((name) => ID_NAMES.test(name)) ?? (names.length === 1 ? names[0] : undefined);
  const column = key === undefined ? undefined : table.columns.get(key);
  if (column !== undefined) return { path, rows: table.rows, column };
  throw new EsciSelectError('data', `ids file has no id column; columns: ${names.map(quote).join(', ')}`, {
    path,
    hint: 'name the id column example_id, or give its name with --key',
  });
}

/** The array's columns, named so that the layout is found by name. */
function valueColumns(
  { array, name, path }: { readonly array: NpyArray; readonly name: string; readonly path: string },
  classes: readonly string[],
  order: ImportOptions['classOrder'],
): [string, Column][] {
  const { shape, values } = array;
  const rows = shape[0];
  const width = shape.length === 1 ? 1 : shape[1];
  const word = /logit/i.test(name) ? 'logit' : 'p';
  if (shape.length <= 2 && width === 1 && classes.length === 2)
    return [[word, numbersAt(values, rows, 1, 0)]];
  if (shape.length !== 2 || width !== classes.length) {
    throw new EsciSelectError(
      'data',
      `array is ${shape.join(' x ')}, and ${rows} x ${classes.length} is due`,
      {
        path,
        hint: `one row per example and one column per class: ${classes.join(', ')}`,
      },
    );
  }
  if (order === undefined) {
    throw new EsciSelectError('data', 'array does not say which class is in which column', {
      path,
      hint: classOrderHint(classes),
    });
  }
  return order.map((label, k) => [`${word}_${label}`, numbersAt(values, rows, width, k)]);
}

function numbersAt(values: NpyArray['values'], rows: number, width: number, at: number): Column {
  const column = values instanceof Float32Array ? new Float32Array(rows) : new Float64Array(rows);
  for (let row = 0; row < rows; row++) column[row] = Number(values[row * width + at]);
  return { kind: 'number', values: column, missing: null };
}
