import type { Examples } from '../../data/examples/examples.js';

/** Judged pairs whose labels may be seen, by query and product. Each array is [pair]. */
export interface Judgements {
  readonly group: Int32Array;
  readonly product: Int32Array;
  readonly label: Int32Array;
}

/** Judged pairs that a fit may use, by the names of queries and products, so that they outlive their examples. */
export interface Known {
  readonly queries: readonly string[];
  /** locale and product id */
  readonly products: readonly string[];
  /** [pair]: index into queries */
  readonly query: Int32Array;
  /** [pair]: index into products */
  readonly product: Int32Array;
  /** [pair]: class index */
  readonly label: Int32Array;
}

/** The judgements of the rows given, and of no other row. O(rows). */
export function rememberJudgements(examples: Examples, rows: Int32Array): Known {
  const queries = new Map<string, number>();
  const products = new Map<string, number>();
  const place = (names: Map<string, number>, name: string) => {
    if (!names.has(name)) names.set(name, names.size);
    return names.get(name)!;
  };
  const query = Int32Array.from(rows, (row) => place(queries, examples.groupKeys[examples.group[row]]));
  const product = Int32Array.from(rows, (row) => place(products, productKey(examples, row)));
  const label = Int32Array.from(rows, (row) => examples.label[row]);
  return { queries: [...queries.keys()], products: [...products.keys()], query, product, label };
}

/** The remembered judgements whose query and product both occur in the examples, as their indices. O(rows). */
export function knownJudgements(known: Known, examples: Examples): Judgements {
  const groups = new Map(examples.groupKeys.map((key, group) => [key, group]));
  const products = new Map<string, number>();
  for (let row = 0; row < examples.rows; row++)
    products.set(productKey(examples, row), examples.product[row]);
  const groupOf = known.queries.map((key) => groups.get(key) ?? -1);
  const productOf = known.products.map((key) => products.get(key) ?? -1);
  const kept = known.label
    .map((_, pair) => pair)
    .filter((pair) => groupOf[known.query[pair]] >= 0 && productOf[known.product[pair]] >= 0);
  return {
    group: kept.map((pair) => groupOf[known.query[pair]]),
    product: kept.map((pair) => productOf[known.product[pair]]),
    label: kept.map((pair) => known.label[pair]),
  };
}

function productKey(examples: Examples, row: number): string {
  return `${examples.locale[row]}\u0000${examples.productId[row]}`;
}
