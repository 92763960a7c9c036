import { didYouMean, EsciSelectError, quote } from '../../errors.js';
import type { Role } from './load-options.js';

/** The texts of a product, by their names in `ProductText`. */
export const TEXT_FIELDS = ['title', 'description', 'bullets', 'brand', 'color'] as const;
export type TextField = (typeof TEXT_FIELDS)[number];

/** Roles that the user cannot rename: the official data's version flags, query sources and the KDD Cup's locale. */
export type ColumnRole = Role | TextField | 'small' | 'large' | 'source' | 'queryLocale';

/** The names by which a column is known, best first, as `normalName` writes them. */
const KNOWN: Readonly<Record<Exclude<ColumnRole, 'id'>, readonly string[]>> = {
  query: ['query', 'query_text', 'search_query'],
  queryId: ['query_id', 'qid'],
  productId: ['product_id', 'asin', 'item_id'],
  locale: ['product_locale', 'query_locale', 'locale'],
  queryLocale: ['query_locale'],
  label: ['esci_label', 'label', 'target', 'ground_truth', 'class', 'y'],
  split: ['split'],
  fold: ['fold'],
  small: ['small_version'],
  large: ['large_version'],
  source: ['source'],
  title: ['product_title', 'title'],
  description: ['product_description', 'description'],
  bullets: ['product_bullet_point', 'product_bullet_points', 'bullet_point', 'bullet_points', 'bullets'],
  brand: ['product_brand', 'brand'],
  color: ['product_color', 'product_color_name', 'color', 'color_name'],
};

/** A column's name in lower case with underscores: `Product Color-Name` is `product_color_name`. */
export function normalName(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/[\s.-]+/g, '_');
}

/** The column that plays a role, by its known names, or undefined. The name is as the file writes it. */
export function findColumn(
  names: readonly string[],
  role: Exclude<ColumnRole, 'id'>,
  declared?: Partial<Record<Role, string>>,
): string | undefined {
  const own = (declared as Partial<Record<ColumnRole, string>> | undefined)?.[role];
  if (own !== undefined) return names.includes(own) ? own : undefined;
  for (const known of KNOWN[role]) {
    const found = names.find((name) => normalName(name) === known);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Names that number the rows of one table, as exports write them: what stands there need not identify anything. */
const ROW_ORDER =
  /^(|index|idx|row_?names?|row_?num(ber)?|unnamed:_?\d+|__index_level_\d+__|index_.*|.*_index|row_(idx|nr|no))$/;

/** Whether a column only numbers the rows of its own table: never a key between tables unless the user declares it. */
export function isRowOrder(name: string): boolean {
  return ROW_ORDER.test(normalName(name));
}

/**
 * Columns that may hold row ids, best first: `example_id`, `id`, `row`, any other `*_id` or `*_key` that is not the query's or
 * the product's in file order, and last those that number rows (`isRowOrder`).
 */
export function idCandidates(names: readonly string[]): string[] {
  const taken = new Set([...KNOWN.queryId, ...KNOWN.productId]);
  const other = names.filter((name) => {
    const normal = normalName(name);
    return /(_id|_key)$/.test(normal) && !taken.has(normal) && !isRowOrder(name);
  });
  const first = ['example_id', 'id', 'row'].flatMap((known) =>
    names.filter((name) => normalName(name) === known),
  );
  return [...new Set([...first, ...other, ...names.filter(isRowOrder)])];
}

/** Whether a column has a role of its own, other than to identify rows. */
export function hasRole(name: string): boolean {
  const normal = normalName(name);
  return Object.values(KNOWN).some((known) => known.includes(normal));
}

/** Whether reading examples may need a column; the product texts only if `text`. */
export function isWanted(name: string, declared: Partial<Record<Role, string>> = {}, text = true): boolean {
  if (Object.values(declared).includes(name) || idCandidates([name]).length > 0) return true;
  const normal = normalName(name);
  return Object.entries(KNOWN).some(
    ([role, known]) => known.includes(normal) && (text || !(TEXT_FIELDS as readonly string[]).includes(role)),
  );
}

/** The 'data' error for a column that should be there: what was found, and what was probably meant. */
export function missingColumn(
  wanted: string,
  names: readonly string[],
  path: string,
  hint: string,
): EsciSelectError {
  return new EsciSelectError('data', `${wanted}: no such column; ${columnsFound(names)}`, {
    path,
    hint: `${didYouMean(wanted, names)}${hint}`,
  });
}

/** `columns found: a, b`, for errors. */
export function columnsFound(names: readonly string[]): string {
  const shown = names.slice(0, 30).map((name) => (name === '' ? '(no name)' : name));
  const more = names.length > 30 ? ` and ${names.length - 30} more` : '';
  return names.length === 0 ? 'there are no columns' : `columns found: ${quoteAll(shown)}${more}`;
}

/** The names by which the column of a role is known, best first. */
export function knownNames(role: Exclude<Role, 'id'>): readonly string[] {
  return KNOWN[role];
}

function quoteAll(names: readonly string[]): string {
  return names.map((name) => quote(name).slice(1, -1)).join(', ');
}
