import { findColumn, normalName, TEXT_FIELDS, type TextField } from '../examples/columns.js';

/** The columns of a products table, by the names its file gives them; null where it has none. */
export interface ProductColumns {
  readonly id: string;
  readonly locale: string | null;
  readonly text: Readonly<Record<TextField, string | null>>;
}

/** Products written as documents of a search engine nest everything in `fields`. */
const NESTED = /^fields\./;

/** Recognises a products table by its columns: an id (`product_id` or `id`) and a title; null if it is none. */
export function productColumns(names: readonly string[]): ProductColumns | null {
  const nested = new Map(
    names.filter((name) => NESTED.test(name)).map((name) => [name.replace(NESTED, ''), name]),
  );
  const plain = nested.size > 0 ? [...nested.keys()] : names;
  const asWritten = (name: string) => nested.get(name) ?? name;
  const find = (role: Parameters<typeof findColumn>[1]) => {
    const found = findColumn(plain, role);
    return found === undefined ? null : asWritten(found);
  };
  const bareId = plain.find((name) => normalName(name) === 'id');
  const id = find('productId') ?? (bareId === undefined ? null : asWritten(bareId));
  if (id === null || find('title') === null) return null;
  const text = Object.fromEntries(TEXT_FIELDS.map((field) => [field, find(field)])) as ProductColumns['text'];
  return { id, locale: find('locale'), text };
}
