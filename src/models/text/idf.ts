import type { Examples } from '../../data/examples/examples.js';
import { type Corpus, corpusOf } from './corpus.js';
import type { Document } from './document.js';

/** Inverse document frequencies by hash bucket, so that they are saved in one small array. */
export interface Idf {
  /** [bucket]; a power of two long */
  readonly values: Float32Array;
}

/** How idf values become weights of terms. */
export interface TermWeighting {
  /** 1 is plain TF-IDF; less favours common terms, from which more can be learnt */
  readonly power: number;
  /** terms above this idf (in few documents) are left out */
  readonly highest: number;
}

export const PLAIN_WEIGHTING: TermWeighting = { power: 1, highest: Number.POSITIVE_INFINITY };

/** The idf of a term that occurs in so many documents of the ones that were fitted. */
export function idfAt(idf: Idf, documents: number): number {
  const never = idf.values.reduce((most, value) => Math.max(most, value), 0);
  return never - Math.log(documents + 1);
}

const BUCKETS = 32_768;

/** The weight of a hashed word or n-gram. */
export function idfOf(idf: Idf, hash: number): number {
  return idf.values[hash & (idf.values.length - 1)];
}

/**
 * Fits log((n + 1) / (documents with it + 1)) + 1 (scikit-learn's smoothing) over the distinct queries and products of
 * the rows given, words and character n-grams alike. O(distinct terms).
 */
export function fitIdf(examples: Examples, rows: Int32Array): Idf {
  const corpus = corpusOf(examples);
  const counts = new Float64Array(BUCKETS);
  let documents = 0;
  for (const terms of documentsOf(corpus, examples, rows)) {
    documents++;
    for (const hash of terms) counts[hash & (BUCKETS - 1)]++;
  }
  return {
    values: Float32Array.from(
      counts,
      (count) => Math.log((documents + 1) / (Math.min(count, documents) + 1)) + 1,
    ),
  };
}

/** The distinct terms of every distinct query, and of every distinct product (its fields together). */
function* documentsOf(corpus: Corpus, examples: Examples, rows: Int32Array): Generator<Set<number>> {
  const groups = new Set<number>();
  const products = new Set<number>();
  for (const row of rows) {
    groups.add(examples.group[row]);
    products.add(examples.product[row]);
  }
  for (const group of groups) yield termsOf([corpus.queries.at(group)]);
  if (corpus.products === null) return;
  for (const product of products) {
    const { title, brand, color } = corpus.products.at(product);
    yield termsOf([title, brand, color]);
  }
}

function termsOf(documents: readonly Document[]): Set<number> {
  const terms = new Set<number>();
  for (const { wordCounts, gramCounts } of documents) {
    for (let at = 0; at < wordCounts.size; at++) terms.add(wordCounts.hashAt(at));
    for (let at = 0; at < gramCounts.size; at++) terms.add(gramCounts.hashAt(at));
  }
  return terms;
}
