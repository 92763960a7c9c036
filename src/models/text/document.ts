import type { ProductText } from '../../data/examples/examples.js';
import { TermCounter, type TermCounts } from './term-counts.js';
import { GRAM_SALT, normalise, subwordsOf, tokenise, wordsOf } from './tokens.js';

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

/** Longer titles, and bodies, are cut here: what matters stands first. */
export const MAX_TITLE = 400;
export const MAX_BODY = 600;

/** Reads a text. O(length). */
export function documentOf(text: string | null, maxLength = MAX_TITLE): Document {
  const counter = new TermCounter();
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

/** Reads a product's text, from a row of columns. O(length). */
export function productDocuments(text: ProductText, row: number): ProductDocuments {
  return {
    title: documentOf(text.title[row]),
    brand: documentOf(text.brand[row]),
    color: documentOf(text.color[row]),
    body: documentOf(bodyOf(text, row), MAX_BODY),
  };
}

/** Bullets, then the description. */
export function bodyOf(text: ProductText, row: number): string {
  return [text.bullets[row], text.description[row]].filter((part) => part !== null).join('\n');
}
