import { countOf } from '../checks/findings.js';
import { findColumn, TEXT_FIELDS, type TextField } from '../examples/columns.js';
import type { Finding, ProductText } from '../examples/examples.js';
import type { LoadOptions } from '../examples/load-options.js';
import type { DataFile } from './example-columns.js';
import { joinProductText } from './product-text.js';
import type { Subjects } from './query-identity.js';
import { type Rows, textByRole } from './rows.js';

/** Whether an examples file has product text of its own. */
export function ownText(names: readonly string[]): boolean {
  return TEXT_FIELDS.some((field) => findColumn(names, field) !== undefined);
}

/**
 * The text of each kept row's product: the examples' own columns, else joined from the products files; null where there is
 * neither.
 */
export async function readText(
  { rows, kept, subjects }: { readonly rows: Rows; readonly kept: Int32Array; readonly subjects: Subjects },
  products: readonly DataFile[],
  options: LoadOptions,
): Promise<{ text: ProductText | null; findings: readonly Finding[] }> {
  if (rows.tables.some((table) => ownText([...table.columns.keys()])))
    return ownColumns(rows, kept, products);
  if (products.length === 0) {
    const hint = 'give the products file too, or train graph models and imported predictions only';
    return {
      text: null,
      findings: [{ severity: 'note', code: 'no-text', message: 'there is no product text', hint }],
    };
  }
  const { text, findings } = await joinProductText(products, firstRows(subjects), options);
  const ofRows = (field: TextField) => Array.from(subjects.product, (product) => text[field][product]);
  const joined = eachField(ofRows);
  return { text: joined, findings: [...findings, ...textFindings(joined)] };
}

function ownColumns(
  rows: Rows,
  kept: Int32Array,
  products: readonly DataFile[],
): { text: ProductText; findings: readonly Finding[] } {
  const text = eachField((field) => {
    const values = textByRole(rows, field);
    return Array.from(kept, (row) => values?.[row] ?? null);
  });
  const findings = textFindings(text);
  if (products.length > 0) {
    const message = 'the examples have product text of their own: the products files are not read';
    findings.push({ severity: 'note', code: 'products-not-read', message });
  }
  return { text, findings };
}

function eachField(values: (field: TextField) => (string | null)[]): ProductText {
  return Object.fromEntries(TEXT_FIELDS.map((field) => [field, values(field)])) as unknown as ProductText;
}

/** Locale and id of each product, [product], from its first row. */
function firstRows(subjects: Subjects): { locale: string[]; id: string[] } {
  const locale: string[] = [];
  const id: string[] = [];
  for (let row = 0; row < subjects.product.length; row++) {
    if (subjects.product[row] !== id.length) continue;
    id.push(subjects.productId[row]);
    locale.push(subjects.locale[row]);
  }
  return { locale, id };
}

function textFindings(text: ProductText): Finding[] {
  const findings: Finding[] = [];
  const untitled = text.title.reduce((count, title) => count + (title === null ? 1 : 0), 0);
  if (untitled > 0) {
    const message = `${countOf(untitled, 'row')} without a product title`;
    findings.push({ severity: 'warning', code: 'empty-title', message, count: untitled });
  }
  let broken = 0;
  for (let row = 0; row < text.title.length; row++) {
    if (TEXT_FIELDS.some((field) => text[field][row]?.includes('\n'))) broken++;
  }
  if (broken > 0) {
    const message = `${countOf(broken, 'row')} with line breaks inside the product text, kept as they are`;
    findings.push({ severity: 'note', code: 'line-breaks', message, count: broken });
  }
  return findings;
}
