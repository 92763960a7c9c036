import { basename } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { EsciSelectError, quote } from '../../errors.js';
import { quoteIdentifier, readQuery, sourceLiteral, withDuckDB } from '../../io/duckdb/duckdb.js';
import { duckdbError } from '../../io/duckdb/errors.js';
import { loadDuckDB } from '../../io/duckdb/library.js';
import { readTable } from '../../io/read.js';
import { type Column, type Table, textAt } from '../../io/table.js';
import { countOf } from '../checks/findings.js';
import { mismatchCause } from '../checks/id-causes.js';
import { TEXT_FIELDS, type TextField } from '../examples/columns.js';
import type { Finding } from '../examples/examples.js';
import type { LoadOptions } from '../examples/load-options.js';
import type { DataFile } from './example-columns.js';
import { type ProductColumns, productColumns } from './product-columns.js';

/** The products whose text is wanted; arrays are [product]. */
export interface WantedProducts {
  readonly locale: readonly string[];
  readonly id: readonly string[];
}

type Texts = Record<TextField, (string | null)[]>;

/** Product texts, [product] each, and how the join went. */
export interface JoinedText {
  readonly text: Texts;
  readonly findings: readonly Finding[];
}

/**
 * Left join of products with the products files on (locale, id), or on the id where a file has no locale. Parquet is
 * joined out of core in DuckDB, so that only the texts wanted come into memory; other formats are read whole. Of a product
 * listed twice the first in the file counts. Throws 'data' or 'io' for files that cannot be read.
 */
export async function joinProductText(
  files: readonly DataFile[],
  wanted: WantedProducts,
  options: LoadOptions,
): Promise<JoinedText> {
  const text = Object.fromEntries(
    TEXT_FIELDS.map((field) => [field, new Array(wanted.id.length).fill(null)]),
  ) as Texts;
  const found = new Uint8Array(wanted.id.length);
  let again = 0;
  for (const file of files) {
    options.onProgress?.(`joining products of ${basename(file.path)}`);
    const columns = productColumns(file.columns);
    if (columns === null) throw new EsciSelectError('internal', 'not a products table', { path: file.path });
    const { product, table } = isParquet(file.path)
      ? await joinParquet(file.path, columns, wanted, options)
      : await joinTable(file.path, columns, wanted, options);
    again += copyTexts(table, product, text, found);
  }
  const findings = joinFindings(files, wanted, found, again);
  return { text, findings: [...findings, ...(await missingCause(files, wanted, found, options))] };
}

function isParquet(path: string): boolean {
  return /\.parquet$/i.test(path);
}

/** Rows of a products table and the wanted product each belongs to; -1 for none. Columns are named as `TextField`. */
interface Matched {
  readonly product: ArrayLike<number>;
  readonly table: Table;
}

function productKey(locale: string, id: string): string {
  return `${locale}\u0000${id}`;
}

async function joinTable(
  path: string,
  columns: ProductColumns,
  wanted: WantedProducts,
  options: LoadOptions,
): Promise<Matched> {
  const used = new Set([columns.id, columns.locale, ...Object.values(columns.text)]);
  const { delimiter, memoryLimit, maxUnpacked } = options;
  const read = await readTable(path, {
    columns: (name) => used.has(name),
    delimiter,
    memoryLimit,
    maxUnpacked,
  });
  const numbers = new Map<string, number[]>();
  wanted.id.forEach((id, product) => {
    const key = columns.locale === null ? id : productKey(wanted.locale[product], id);
    numbers.set(key, [...(numbers.get(key) ?? []), product]);
  });
  const ids = read.columns.get(columns.id) as Column;
  const locales = columns.locale === null ? undefined : read.columns.get(columns.locale);
  const rowOf: number[] = [];
  const product: number[] = [];
  for (let row = 0; row < read.rows; row++) {
    const id = textAt(ids, row) ?? '';
    const key = locales === undefined ? id : productKey(textAt(locales, row) ?? '', id);
    for (const number of numbers.get(key) ?? []) {
      product.push(number);
      rowOf.push(row);
    }
  }
  const renamed = new Map<string, Column>();
  for (const field of TEXT_FIELDS) {
    const column = read.columns.get(columns.text[field] ?? '');
    if (column !== undefined)
      renamed.set(field, { kind: 'text', values: rowOf.map((row) => textAt(column, row)) });
  }
  return { product, table: { ...read, rows: rowOf.length, columns: renamed } };
}

const CHUNK_ROWS = 2048;

async function joinParquet(
  path: string,
  columns: ProductColumns,
  wanted: WantedProducts,
  { memoryLimit, threads }: LoadOptions,
): Promise<Matched> {
  const table = await withDuckDB({ memoryLimit, threads }, async (connection) => {
    await insertWanted(connection, wanted).catch((error: unknown) => {
      throw duckdbError(path, error, 'products cannot be joined');
    });
    return readQuery(connection, joinSql(path, columns), path);
  });
  const place = (name: string) => (table.columns.get(name) as { values: ArrayLike<number | bigint> }).values;
  const order = Array.from({ length: table.rows }, (_, row) => row);
  const fileRow = place('file_row_number');
  order.sort((a, b) => Number(fileRow[a]) - Number(fileRow[b]));
  const wantedOf = place('wanted');
  const sorted = new Map<string, Column>();
  for (const field of TEXT_FIELDS) {
    const column = table.columns.get(field);
    if (column !== undefined)
      sorted.set(field, { kind: 'text', values: order.map((row) => textAt(column, row)) });
  }
  return { product: order.map((row) => Number(wantedOf[row])), table: { ...table, columns: sorted } };
}

function joinSql(path: string, columns: ProductColumns): string {
  const as = (name: string, field: string) => `CAST(p.${quoteIdentifier(name)} AS VARCHAR) AS ${field}`;
  const texts = TEXT_FIELDS.flatMap((field) => {
    const name = columns.text[field];
    return name === null ? [] : [as(name, field)];
  });
  const sameLocale =
    columns.locale === null ? '' : ` AND w.locale = CAST(p.${quoteIdentifier(columns.locale)} AS VARCHAR)`;
  return (
    `SELECT w.product AS wanted, p.file_row_number AS file_row_number, ${texts.join(', ')} ` +
    `FROM read_parquet(${sourceLiteral(path)}, file_row_number = true) p ` +
    `JOIN wanted w ON w.id = CAST(p.${quoteIdentifier(columns.id)} AS VARCHAR)${sameLocale}`
  );
}

async function insertWanted(connection: DuckDBConnection, wanted: WantedProducts): Promise<void> {
  const { DuckDBDataChunk, INTEGER, VARCHAR } = await loadDuckDB();
  await connection.run('CREATE TABLE wanted (product INTEGER, locale VARCHAR, id VARCHAR)');
  const appender = await connection.createAppender('wanted');
  for (let first = 0; first < wanted.id.length; first += CHUNK_ROWS) {
    const ids = wanted.id.slice(first, first + CHUNK_ROWS);
    const chunk = DuckDBDataChunk.create([INTEGER, VARCHAR, VARCHAR], ids.length);
    chunk.setColumns([ids.map((_, at) => first + at), wanted.locale.slice(first, first + CHUNK_ROWS), ids]);
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}

/** Copies texts to their products; the first row of a product counts. Returns how many rows came for one again. */
function copyTexts(table: Table, product: ArrayLike<number>, text: Texts, found: Uint8Array): number {
  let again = 0;
  for (let row = 0; row < table.rows; row++) {
    const number = product[row];
    if (found[number] === 1) {
      again++;
      continue;
    }
    found[number] = 1;
    for (const field of TEXT_FIELDS) {
      const column = table.columns.get(field);
      const value = column === undefined ? null : textAt(column, row);
      text[field][number] = value === null || value.trim() === '' ? null : value;
    }
  }
  return again;
}

function joinFindings(
  files: readonly DataFile[],
  wanted: WantedProducts,
  found: Uint8Array,
  again: number,
): Finding[] {
  const missing = found.length - found.reduce((total, one) => total + one, 0);
  const names = files.map((file) => basename(file.path)).join(', ');
  const byIdAlone = files.filter((file) => productColumns(file.columns)?.locale === null);
  const by = byIdAlone.length === files.length ? 'product id alone' : 'locale and product id';
  const findings: Finding[] = [
    {
      severity: missing > 0 ? 'warning' : 'note',
      code: missing > 0 ? 'products-not-found' : 'products-joined',
      message:
        missing > 0
          ? `${countOf(missing, 'product')} of ${countOf(found.length, 'product')} not found in ${names}: no text there`
          : `all ${countOf(found.length, 'product')} found in ${names} by ${by}`,
      count: missing > 0 ? missing : found.length,
    },
    ...sharedTitles(byIdAlone, wanted),
  ];
  if (again > 0) {
    const message = `${countOf(again, 'row')} in ${names} for products listed before: the first row counts`;
    findings.push({ severity: 'warning', code: 'repeated-product', message, count: again });
  }
  return findings;
}

/** An id of several locales is several products: without a locale they all get one text. */
function sharedTitles(files: readonly DataFile[], wanted: WantedProducts): Finding[] {
  if (files.length === 0) return [];
  const locales = new Map<string, number>();
  for (const id of wanted.id) locales.set(id, (locales.get(id) ?? 0) + 1);
  const shared = [...locales.values()].filter((count) => count > 1).length;
  const names = files.map((file) => basename(file.path)).join(', ');
  const effect = shared === 0 ? '' : `: ${countOf(shared, 'id')} of several locales share one text`;
  return [
    {
      severity: shared === 0 ? 'note' : 'warning',
      code: 'products-without-locale',
      message: `joined by product id alone, as ${names} has no locale${effect}`,
      count: shared,
      hint: 'add a column product_locale to the products',
    },
  ];
}

/** Products of a file that are looked at to explain why others are not found. */
const EXPLAINED_PRODUCTS = 200_000;

/** Why most products are not found, where ids or locales are only written in another way. */
async function missingCause(
  files: readonly DataFile[],
  wanted: WantedProducts,
  found: Uint8Array,
  { delimiter, memoryLimit, maxUnpacked }: LoadOptions,
): Promise<Finding[]> {
  const missing = wanted.id.flatMap((_, product) => (found[product] === 0 ? [product] : []));
  if (missing.length * 2 < found.length || missing.length === 0) return [];
  const [file] = files;
  const { id, locale } = productColumns(file.columns) as ProductColumns;
  const table = await readTable(file.path, {
    columns: (name) => name === id || name === locale,
    delimiter,
    memoryLimit,
    maxUnpacked,
    maxRows: EXPLAINED_PRODUCTS,
  });
  const texts = (name: string) =>
    Array.from({ length: table.rows }, (_, row) => textAt(table.columns.get(name) as Column, row) ?? '');
  const [ids, locales] = [texts(id), locale === null ? null : texts(locale)];
  const ours = missing.map((product) => wanted.id[product]);
  const folded = new Set(ids.map((value, row) => `${locales?.[row].toLowerCase()} ${value}`));
  const isFolded = (product: number) =>
    folded.has(`${wanted.locale[product].toLowerCase()} ${wanted.id[product]}`);
  const byLocale = locales !== null && missing.every(isFolded);
  const cause = byLocale ? 'their locales differ in upper and lower case' : mismatchCause(ours, ids);
  if (cause === null) return [];
  const sides = `${basename(file.path)} has ${quote(ids[0])}, the examples have ${quote(ours[0])}`;
  return [
    {
      severity: 'warning',
      code: 'product-ids-differ',
      message: `products are not found because ${cause}: ${sides}`,
      count: missing.length,
      hint: 'write ids as text in both files, and locales alike',
    },
  ];
}
