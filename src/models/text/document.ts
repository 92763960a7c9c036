import type { Examples } from '../../data/examples/examples.js';
import { TermCounter, type TermCounts } from './term-counts.js';
import { normalise, subwordsOf, tokenise, wordsOf } from './tokens.js';

/** A text ready for comparison. */
export interface Document {
  readonly normalised: string;
  /** words in order, repeats kept */
  readonly words: readonly string[];
  readonly wordCounts: TermCounts;
  /** of character n-grams */
  readonly gramCounts: TermCounts;
}

/** A product's fields. `body` is bullets and description. */
export interface ProductDocuments {
  readonly title: Document;
  readonly brand: Document;
  readonly color: Document;
  readonly body: Document;
}

/** Every query and product of the examples, read once. */
export interface Corpus {
  /** [group] */
  readonly queries: readonly Document[];
  /** [product]; null where the data has no product text */
  readonly products: readonly ProductDocuments[] | null;
}

/** Longer titles, and bodies, are cut here: what matters stands first. */
const MAX_TITLE = 400;
const MAX_BODY = 600;

const GRAM_SALT = 0x9e3779b9;

/** Reads a text; the counter is that of the texts that are held together with it. O(length). */
export function documentOf(
  text: string | null,
  maxLength = MAX_TITLE,
  counter: TermCounter = new TermCounter(),
): Document {
  const normalised = normalise((text ?? '').slice(0, maxLength));
  const tokens = tokenise(normalised);
  const words = wordsOf(tokens);
  return {
    normalised,
    words,
    wordCounts: counter.count(words, 0),
    gramCounts: counter.count(subwordsOf(tokens), GRAM_SALT),
  };
}

const corpora = new WeakMap<Examples, Corpus>();

/**
 * The examples' queries and products as documents; a product's text is that of its first row. Read once per examples
 * object (the fits of one worker share it). O(characters).
 */
export function corpusOf(examples: Examples): Corpus {
  const known = corpora.get(examples);
  if (known) return known;
  const counter = new TermCounter();
  const queries: Document[] = [];
  const products: ProductDocuments[] = [];
  for (let row = 0; row < examples.rows; row++) {
    const group = examples.group[row];
    if (queries[group] === undefined) {
      queries[group] = documentOf(examples.query[row], MAX_TITLE, counter);
    }
    const product = examples.product[row];
    if (examples.text === null || products[product] !== undefined) continue;
    products[product] = productDocuments(examples.text, row, counter);
  }
  for (let group = 0; group < examples.groupKeys.length; group++) queries[group] ??= documentOf(null);
  const corpus = { queries, products: examples.text === null ? null : fill(products, examples.products) };
  corpora.set(examples, corpus);
  return corpus;
}

/** Reads a product's text, from a row of columns. O(length). */
export function productDocuments(
  text: NonNullable<Examples['text']>,
  row: number,
  counter = new TermCounter(),
): ProductDocuments {
  const body = [text.bullets[row], text.description[row]].filter((part) => part !== null).join('\n');
  return {
    title: documentOf(text.title[row], MAX_TITLE, counter),
    brand: documentOf(text.brand[row], MAX_TITLE, counter),
    color: documentOf(text.color[row], MAX_TITLE, counter),
    body: documentOf(body, MAX_BODY, counter),
  };
}

/** Products that occur only in behaviours have no text here. */
function fill(products: ProductDocuments[], count: number): ProductDocuments[] {
  const empty = documentOf(null);
  for (let product = 0; product < count; product++) {
    products[product] ??= { title: empty, brand: empty, color: empty, body: empty };
  }
  return products;
}
