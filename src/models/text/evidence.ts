import type { Associations } from './associations.js';
import type { ProductDocuments } from './document.js';
import type { Idf } from './idf.js';
import { attributes, type Lexicon } from './lexicon.js';
import { order } from './order.js';
import { type Features, overlap } from './overlap.js';
import type { Pair } from './pair.js';
import { wordStates } from './pair-signs.js';
import { quantities } from './quantities.js';
import type { Splitter } from './units.js';

/** What is learnt from the training rows before any feature is computed. */
export interface TextStatistics {
  readonly idf: Idf;
  readonly lexicon: Lexicon;
  readonly splitter: Splitter;
  readonly associations: Associations;
}

const LOCALES = ['us', 'es', 'jp'];

/**
 * Match evidence of one query-product pair as named numbers; every pair has the same names in the same order.
 * O(query words x title words).
 */
export function evidence(pair: Pair, { idf, lexicon }: Pick<TextStatistics, 'idf' | 'lexicon'>): Features {
  const { query, product, words, locale } = pair;
  return {
    ...overlap('title', query, product.title, idf),
    ...overlap('brand', query, product.brand, idf),
    ...overlap('color', query, product.color, idf),
    ...overlap('body', query, product.body, idf),
    ...order(query, product.title, idf),
    ...attributes(query, product, lexicon),
    ...quantities(query, product.title, product.body),
    ...wordStates(words),
    ...lengths(query.words.length, query.normalised.length, product),
    ...locales(locale),
  };
}

function lengths(queryWords: number, queryLength: number, product: ProductDocuments): Features {
  return {
    queryWords: Math.log1p(queryWords),
    queryLength: Math.log1p(queryLength),
    titleWords: Math.log1p(product.title.words.length),
    titleLength: Math.log1p(product.title.normalised.length),
    bodyLength: Math.log1p(product.body.normalised.length),
    noBody: product.body.words.length === 0 ? 1 : 0,
  };
}

function locales(locale: string): Features {
  const features: Features = {};
  for (const known of LOCALES) features[`locale_${known}`] = locale === known ? 1 : 0;
  return features;
}
