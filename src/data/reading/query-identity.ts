import { Tally } from '../checks/findings.js';
import type { Finding, Place } from '../examples/examples.js';
import { type Grouping, groupRows } from '../examples/grouping.js';
import type { LoadOptions } from '../examples/load-options.js';
import { pickValues } from '../examples/pick.js';
import { ProductNumbers } from './product-numbers.js';
import { wholeNumberIds } from './row-identity.js';
import { placeOfRow, type Rows, textByRole } from './rows.js';

/** Who is judged: the queries and products of the kept rows; each array is [kept row]. */
export interface Subjects {
  readonly query: readonly string[];
  readonly grouping: Grouping;
  readonly productId: readonly string[];
  /** dense, in order of first appearance */
  readonly product: Int32Array;
  readonly products: number;
  /** the number of a product by locale and id, where the data has ids */
  readonly productNumbers: ProductNumbers;
  readonly locale: readonly string[];
  readonly findings: readonly Finding[];
}

/** Works out queries, products and locales of the rows in `kept`; `ids` are theirs. O(rows). */
export function identifySubjects(
  rows: Rows,
  kept: Int32Array,
  ids: readonly string[],
  options: LoadOptions,
): Subjects {
  const pick = (role: Parameters<typeof textByRole>[1]) => {
    const values = textByRole(rows, role, options.columns);
    return values === null ? null : pickValues(values, kept);
  };
  const place = (row: number) => placeOfRow(rows, kept[row]);
  const findings: Finding[] = [];
  const query = pick('query');
  const queryId = pick('queryId');
  const decimal = queryId === null ? 0 : wholeNumberIds(queryId);
  if (decimal > 0) {
    const message = 'query ids are whole numbers written as decimals: the .0 is taken off';
    findings.push({ severity: 'note', code: 'decimal-query-ids', message, count: decimal });
  }
  const locale = interned(pick('locale'), ids.length);
  const queryLocale = options.columns?.locale === undefined ? pick('queryLocale') : null;
  const grouping = groupRows({ id: ids, queryId, query, locale: interned(queryLocale, ids.length, locale) });
  findings.push(...groupingFindings(grouping, query, queryId, place));
  findings.push(...localeFindings(locale, queryLocale, place));
  const product = numberProducts(pick('productId'), locale, ids, findings);
  return { query: sharedQueries(query, grouping), grouping, locale, ...product, findings };
}

/** One string object per distinct locale: millions of rows share a few. */
function interned(
  values: readonly (string | null)[] | null,
  count: number,
  otherwise?: readonly string[],
): string[] {
  const known = new Map<string, string>();
  const result = new Array<string>(count);
  for (let row = 0; row < count; row++) {
    const value = values?.[row] ?? otherwise?.[row] ?? '';
    const first = known.get(value);
    if (first === undefined) known.set(value, value);
    result[row] = first ?? value;
  }
  return result;
}

/** The rows' queries, sharing one string object where rows of a group have the same text. */
function sharedQueries(query: readonly (string | null)[] | null, grouping: Grouping): string[] {
  const { group, keys } = grouping;
  const first: (string | undefined)[] = new Array(keys.length);
  const result = new Array<string>(group.length);
  for (let row = 0; row < group.length; row++) {
    const text = query?.[row] ?? '';
    const head = first[group[row]];
    if (head === undefined) first[group[row]] = text;
    result[row] = head === text ? head : text;
  }
  return result;
}

function numberProducts(
  values: (string | null)[] | null,
  locale: readonly string[],
  ids: readonly string[],
  findings: Finding[],
): Pick<Subjects, 'productId' | 'product' | 'products' | 'productNumbers'> {
  const known = new ProductNumbers();
  if (values === null) {
    const message = 'there is no product id column: every row counts as a product of its own';
    const hint = 'name one with --column productId=NAME';
    findings.push({ severity: 'note', code: 'no-product-ids', message, hint });
    const product = Int32Array.from(ids.keys());
    return { productId: [...ids], product, products: ids.length, productNumbers: known };
  }
  const product = new Int32Array(ids.length);
  const productId: string[] = new Array(ids.length);
  let missing = 0;
  for (let row = 0; row < ids.length; row++) {
    const value = values[row];
    if (value === null) missing++;
    product[row] = value === null ? known.addAlone() : known.add(locale[row], value);
    productId[row] = value ?? ids[row];
  }
  if (missing > 0) {
    const message = 'rows without a product id count as products of their own';
    findings.push({ severity: 'warning', code: 'empty-product-id', message, count: missing });
  }
  return { productId, product, products: known.count, productNumbers: known };
}

function groupingFindings(
  grouping: Grouping,
  query: readonly (string | null)[] | null,
  queryId: readonly (string | null)[] | null,
  place: (row: number) => Place,
): Finding[] {
  const findings: Finding[] = [];
  if (query === null) {
    const rest = queryId === null ? ', nor query ids: every row counts as a query of its own' : '';
    findings.push({ severity: 'note', code: 'no-queries', message: `there is no query column${rest}` });
  }
  const emptyIds = new Tally();
  queryId?.forEach((id, row) => {
    if (id === null) emptyIds.add(() => place(row));
  });
  const how = `${grouping.adopted} took the id of a row with the same query, ${grouping.byText} are grouped by locale and query text`;
  findings.push(
    ...emptyIds.finding('note', 'empty-query-id', (rows) => `${rows} without a query id: ${how}`),
  );
  const empty = new Tally();
  query?.forEach((text, row) => {
    if (text === null) empty.add(() => place(row));
  });
  findings.push(...empty.finding('warning', 'empty-query', (rows) => `${rows} without a query`));
  return findings;
}

function localeFindings(
  locale: readonly string[],
  queryLocale: readonly (string | null)[] | null,
  place: (row: number) => Place,
): Finding[] {
  const differ = new Tally();
  queryLocale?.forEach((value, row) => {
    if (value !== null && value !== locale[row]) differ.add(() => place(row));
  });
  const message = (rows: string) =>
    `${rows} whose query is of another locale than the product: the product's is kept, queries are grouped by their own`;
  return differ.finding('note', 'locales-differ', message);
}
