import type { Examples } from '../../data/examples.js';
import { corpusOf, type ProductDocuments } from './document.js';
import type { Idf } from './idf.js';
import { attributes, type Lexicon } from './lexicon.js';
import { negation } from './negation.js';
import { order } from './order.js';
import { type Features, overlap } from './overlap.js';
import { quantities } from './quantities.js';

/** What is learnt from the training rows' text before any feature is computed. */
export interface TextStatistics {
  readonly idf: Idf;
  readonly lexicon: Lexicon;
}

const LOCALES = ['us', 'es', 'jp'];

/**
 * Match evidence of one query-product pair as named numbers; every pair has the same names in the same order.
 * O(query words x title words).
 */
export function evidence(examples: Examples, row: number, { idf, lexicon }: TextStatistics): Features {
  const corpus = corpusOf(examples);
  const query = corpus.queries[examples.group[row]];
  const product = corpus.products![examples.product[row]];
  return {
    ...overlap('title', query, product.title, idf),
    ...overlap('brand', query, product.brand, idf),
    ...overlap('color', query, product.color, idf),
    ...overlap('body', query, product.body, idf),
    ...order(query, product.title, idf),
    ...attributes(query, product, lexicon),
    ...quantities(query, product.title, product.body),
    ...negation(query, product),
    ...lengths(query.words.length, query.normalised.length, product),
    ...locales(examples.locale[row]),
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
