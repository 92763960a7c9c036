import type { Examples } from '../../data/examples/examples.js';
import { type Table, textAt } from '../../io/table.js';
import { numberIndex } from './align.js';

/** Finds examples by query and product, and locale where a table has one. */
export interface PairIndex {
  /** `columns` are the table's query, product and perhaps locale; of the given rows, or all */
  locate(table: Table, columns: readonly string[], rows: readonly number[] | null): Int32Array;
}

/**
 * Index examples by query id and product id. Null where that identifies no example: a pair was judged more than once, or
 * the data has no product ids. O(rows).
 */
export function createPairIndex(examples: Examples, withLocale: boolean): PairIndex | null {
  const { rows, group, groupKeys, productId, locale, id } = examples;
  if (!productId.some((product, row) => product !== id[row])) return null;
  const groups = new Map(groupKeys.map((key, at) => [key, at]));
  const products = new Map<string, number>();
  const keys = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const name = productName(productId[row], withLocale ? locale[row] : undefined);
    const number = products.get(name) ?? products.size;
    products.set(name, number);
    keys[row] = number;
  }
  for (let row = 0; row < rows; row++) keys[row] += group[row] * products.size;
  if (!areDistinct(keys)) return null;
  const index = numberIndex(keys);
  const keyAt = (table: Table, [query, product, place]: readonly string[], row: number) => {
    const text = (name: string) => textAt(table.columns.get(name)!, row) ?? '';
    const found = groups.get(wholeNumber(text(query)));
    const number = products.get(
      productName(wholeNumber(text(product)), place === undefined ? undefined : text(place)),
    );
    return found === undefined || number === undefined ? Number.NaN : found * products.size + number;
  };
  return {
    locate(table, columns, some) {
      const total = some === null ? table.rows : some.length;
      const wanted = new Float64Array(total);
      for (let at = 0; at < total; at++) wanted[at] = keyAt(table, columns, some === null ? at : some[at]);
      return index.locate({ kind: 'number', values: wanted, missing: null }, total);
    },
  };
}

function productName(id: string, locale: string | undefined): string {
  return locale === undefined ? id : `${id}\u0000${locale}`;
}

/** Ids read as decimals: 12.0 is 12, as the examples' ids are read. */
function wholeNumber(text: string): string {
  return /^-?\d+\.0+$/.test(text) ? text.slice(0, text.indexOf('.')) : text;
}

function areDistinct(keys: Float64Array): boolean {
  const sorted = keys.slice().sort();
  for (let at = 1; at < sorted.length; at++) if (sorted[at] === sorted[at - 1]) return false;
  return true;
}
