import type { Examples, ProductText } from '../../../data/examples/examples.js';
import { normaliseQuery } from '../../../data/examples/grouping.js';
import { type Document, documentOf, type ProductDocuments, productDocuments } from '../../text/document.js';
import type { NodeDocuments } from '../pair-context.js';

/** The queries and products of a frozen graph by name, with their texts: what every graph model of a bundle shares. */
export interface FrozenNodes {
  /** [query] the query's id, or its locale and text where the data had no ids */
  readonly queryKey: readonly string[];
  readonly queryLocale: readonly string[];
  readonly query: readonly string[];
  /** [product]; '' for a product that only behaviours name */
  readonly productId: readonly string[];
  readonly productLocale: readonly string[];
  /** [product]; null where the data has no text */
  readonly text: ProductText | null;
}

/** Freezes the nodes of examples; a node's text is that of its first row. O(rows). */
export function freezeNodes(examples: Examples): FrozenNodes {
  const { rows, groupKeys, products } = examples;
  const query = new Array<string>(groupKeys.length).fill('');
  const queryLocale = new Array<string>(groupKeys.length).fill('');
  const productId = new Array<string>(products).fill('');
  const productLocale = new Array<string>(products).fill('');
  const firstRow = new Int32Array(products).fill(-1);
  for (let row = rows - 1; row >= 0; row--) {
    query[examples.group[row]] = examples.query[row];
    queryLocale[examples.group[row]] = examples.locale[row];
    productId[examples.product[row]] = examples.productId[row];
    productLocale[examples.product[row]] = examples.locale[row];
    firstRow[examples.product[row]] = row;
  }
  const { text } = examples;
  const field = (name: keyof ProductText) =>
    Array.from(firstRow, (row) => (row < 0 ? null : text![name][row]));
  return {
    queryKey: groupKeys,
    queryLocale,
    query,
    productId,
    productLocale,
    text:
      text === null
        ? null
        : {
            title: field('title'),
            description: field('description'),
            bullets: field('bullets'),
            brand: field('brand'),
            color: field('color'),
          },
  };
}

/** Finds nodes by what a request names, and reads their texts when they are first needed. */
export interface NodeIndex extends NodeDocuments {
  readonly nodes: FrozenNodes;
  /** the number of a stored query of this text, by its id where that is given; -1 for a new one */
  findQuery(locale: string, text: string, id: string | null): number;
  /** the number of a stored product; -1 for an unknown one */
  findProduct(locale: string, id: string): number;
}

/** O(nodes); then a document is read once. */
export function indexNodes(nodes: FrozenNodes): NodeIndex {
  const byText = new Map<string, number>();
  const byKey = new Map<string, number>();
  const products = new Map<string, number>();
  for (let at = nodes.query.length - 1; at >= 0; at--) {
    byText.set(nameOf(nodes.queryLocale[at], normaliseQuery(nodes.query[at])), at);
    byKey.set(nodes.queryKey[at], at);
  }
  nodes.productId.forEach((id, at) => {
    if (id !== '') products.set(nameOf(nodes.productLocale[at], id), at);
  });
  const queryDocuments = new Map<number, Document>();
  const productTexts = new Map<number, ProductDocuments>();
  return {
    nodes,
    findQuery(locale, text, id) {
      const named = id === null ? undefined : byKey.get(id);
      // an id whose text has changed since is another query
      if (named !== undefined && nodes.query[named] === text && nodes.queryLocale[named] === locale)
        return named;
      return byText.get(nameOf(locale, normaliseQuery(text))) ?? -1;
    },
    findProduct: (locale, id) => products.get(nameOf(locale, id)) ?? -1,
    query: (node) => remembered(queryDocuments, node, () => documentOf(nodes.query[node] ?? null)),
    product: (number) => {
      const { text } = nodes;
      if (text === null) return undefined;
      return remembered(productTexts, number, () => productDocuments(text, number));
    },
  };
}

function nameOf(locale: string, name: string): string {
  return `${locale}\u0000${name}`;
}

function remembered<Value>(known: Map<number, Value>, at: number, read: () => Value): Value {
  let value = known.get(at);
  if (value === undefined) {
    value = read();
    known.set(at, value);
  }
  return value;
}
