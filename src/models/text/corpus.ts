import type { Examples, ProductText } from '../../data/examples/examples.js';
import { firstRows } from '../../data/examples/first-rows.js';
import { bodyOf, type Document, MAX_BODY, MAX_TITLE, type ProductDocuments } from './document.js';
import { KeptTexts, type Texts } from './kept-texts.js';
import { TextStore } from './text-store.js';

/** Every query and product of the examples, read once. */
export interface Corpus {
  /** by group */
  readonly queries: Texts<Document>;
  /** by product; null where the data has no product text */
  readonly products: Texts<ProductDocuments> | null;
}

const corpora = new WeakMap<Examples, Corpus>();

/**
 * The examples' queries and products as documents; a product's text is that of its first row. Read once per examples
 * object (the fits of one worker share it). O(characters).
 */
export function corpusOf(examples: Examples): Corpus {
  const known = corpora.get(examples);
  if (known) return known;
  const store = new TextStore();
  const products = examples.text === null ? null : productsOf(examples, examples.text, store);
  const corpus = { queries: queriesOf(examples, store), products };
  corpora.set(examples, corpus);
  return corpus;
}

function queriesOf({ query, group, groupKeys }: Examples, store: TextStore): Texts<Document> {
  const places = firstRows(group, groupKeys.length).map((row) =>
    store.add(row < 0 ? null : query[row], MAX_TITLE),
  );
  return new KeptTexts(places.length, (at) => store.read(places[at]));
}

/** Products that occur only in behaviours have no text here. */
function productsOf(
  { product, products }: Examples,
  text: ProductText,
  store: TextStore,
): Texts<ProductDocuments> {
  const titles = firstRows(product, products).map((row) => {
    const title = store.add(row < 0 ? null : text.title[row], MAX_TITLE);
    store.add(row < 0 ? null : text.brand[row], MAX_TITLE);
    store.add(row < 0 ? null : text.color[row], MAX_TITLE);
    store.add(row < 0 ? null : bodyOf(text, row), MAX_BODY);
    return title;
  });
  return new KeptTexts(products, (at) => {
    const [title, brand, color, body] = [0, 1, 2, 3].map((field) => store.read(titles[at] + field));
    return { title, brand, color, body };
  });
}
