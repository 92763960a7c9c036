import type { Examples } from '../../data/examples/examples.js';
import { EsciSelectError, quote } from '../../errors.js';
import { SETTINGS_FILE } from './settings.js';

/** How a query and a product are written for a model. */
export interface Templates {
  readonly query: string;
  readonly product: string;
}

/** What is written unless `esci-select.json` says otherwise. */
export const PLAIN: Templates = { query: '{query}', product: '{title}' };

const QUERY_FIELDS = ['query'];
const PRODUCT_FIELDS = ['title', 'brand', 'color', 'bullets', 'description'] as const;
const FIELD = /\{(\w+)\}/g;

/** Throws EsciSelectError('data') for a template with a field that its side does not have. */
export function checkTemplates({ query, product }: Templates, folder: string): void {
  const sides = [
    ['query', query, QUERY_FIELDS],
    ['product', product, PRODUCT_FIELDS],
  ] as const;
  for (const [side, template, legal] of sides) {
    for (const [, field] of template.matchAll(FIELD)) {
      if ((legal as readonly string[]).includes(field)) continue;
      throw new EsciSelectError('data', `template.${side} has the field ${quote(field)}`, {
        path: `${folder}/${SETTINGS_FILE}`,
        hint: `it may have ${legal.map((name) => `{${name}}`).join(', ')}`,
      });
    }
  }
}

/** The text of a row's query. */
export function queryText(examples: Examples, row: number, { query }: Templates): string {
  return query.replace(FIELD, () => examples.query[row]);
}

/** The text of a row's product; fields that it lacks are empty. */
export function productText(examples: Examples, row: number, { product }: Templates): string {
  const text = examples.text!;
  return product.replace(FIELD, (_, field: (typeof PRODUCT_FIELDS)[number]) => text[field][row] ?? '');
}
