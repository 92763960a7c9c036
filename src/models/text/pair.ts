import type { Examples } from '../../data/examples/examples.js';
import { corpusOf } from './corpus.js';
import type { Document, ProductDocuments } from './document.js';
import { type PairWords, pairWords } from './pair-words.js';
import type { Splitter } from './units.js';

/** A query and a product, read. */
export interface Pair {
  readonly query: Document;
  readonly product: ProductDocuments;
  readonly words: PairWords;
  readonly locale: string;
}

/** Reads the pair of a row. O(query words x product words). */
export function pairOf(examples: Examples, row: number, splitter: Splitter): Pair {
  const corpus = corpusOf(examples);
  const query = corpus.queries.at(examples.group[row]);
  const product = corpus.products!.at(examples.product[row]);
  return { query, product, words: pairWords(query, product, splitter), locale: examples.locale[row] };
}
