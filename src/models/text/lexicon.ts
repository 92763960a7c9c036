import type { Examples } from '../../data/examples/examples.js';
import { corpusOf } from './corpus.js';
import type { Document, ProductDocuments } from './document.js';
import type { Features } from './overlap.js';

/** Brands and colours that the training rows' products carry, as their words joined by spaces. */
export interface Lexicon {
  readonly brands: ReadonlySet<string>;
  readonly colors: ReadonlySet<string>;
}

/** Names of more words are not looked for. */
const MAX_NAME_WORDS = 4;

/** Collects the names from the rows' products. O(products). */
export function fitLexicon(examples: Examples, rows: Int32Array): Lexicon {
  const brands = new Set<string>();
  const colors = new Set<string>();
  const { products } = corpusOf(examples);
  for (const row of rows) {
    const product = products?.at(examples.product[row]);
    if (product === undefined) continue;
    if (isName(product.brand)) brands.add(nameOf(product.brand));
    if (isName(product.color)) colors.add(nameOf(product.color));
  }
  return { brands, colors };
}

/**
 * What the query says about brand or colour against what the product is: names it, names another one, or is silent;
 * where the product's own field is empty, its title speaks.
 */
export function attributes(query: Document, product: ProductDocuments, lexicon: Lexicon): Features {
  return {
    ...attribute('brand', query, { own: product.brand, title: product.title, names: lexicon.brands }),
    ...attribute('color', query, { own: product.color, title: product.title, names: lexicon.colors }),
  };
}

interface Sides {
  readonly own: Document;
  readonly title: Document;
  readonly names: ReadonlySet<string>;
}

function attribute(kind: string, query: Document, { own, title, names }: Sides): Features {
  const asked = namesIn(query, names);
  const ownName = nameOf(own);
  const inTitle = namesIn(title, names);
  const matches = (name: string) => sharesWords(name, ownName) || inTitle.has(name);
  const named = [...asked].some(matches);
  const ownAsked = ownName !== '' && query.words.length > 0 && contains(query, own);
  return {
    [`${kind}Asked`]: asked.size > 0 ? 1 : 0,
    [`${kind}Matches`]: named || ownAsked ? 1 : 0,
    [`${kind}Differs`]: asked.size > 0 && !named && !ownAsked && (ownName !== '' || inTitle.size > 0) ? 1 : 0,
    [`${kind}Unknown`]: asked.size > 0 && ownName === '' && inTitle.size === 0 ? 1 : 0,
    [`${kind}Given`]: ownName === '' ? 0 : 1,
    [`${kind}InTitle`]: ownName !== '' && contains(title, own) ? 1 : 0,
  };
}

const found = new WeakMap<Document, { names: ReadonlySet<string>; value: Set<string> }>();

/** The known names that occur in a text; the longest at each place. */
function namesIn(document: Document, names: ReadonlySet<string>): Set<string> {
  const known = found.get(document);
  if (known?.names === names) return known.value;
  const value = new Set<string>();
  const { words } = document;
  for (let at = 0; at < words.length; at++) {
    for (let length = Math.min(MAX_NAME_WORDS, words.length - at); length >= 1; length--) {
      const name = words.slice(at, at + length).join(' ');
      if (!names.has(name)) continue;
      value.add(name);
      at += length - 1;
      break;
    }
  }
  found.set(document, { names, value });
  return value;
}

function isName(document: Document): boolean {
  const { words } = document;
  return words.length > 0 && words.length <= MAX_NAME_WORDS && words.join('').length > 1;
}

function nameOf(document: Document): string {
  return document.words.slice(0, MAX_NAME_WORDS).join(' ');
}

function contains(text: Document, name: Document): boolean {
  return name.words.every((word) => text.words.includes(word));
}

function sharesWords(asked: string, own: string): boolean {
  return own !== '' && ` ${own} `.includes(` ${asked} `);
}
