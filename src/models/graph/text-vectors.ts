import type { Examples } from '../../data/examples.js';
import { type BagPart, bagRows } from '../text/bags.js';
import { corpusOf } from '../text/document.js';
import { mix } from '../text/hashing.js';
import { type Idf, PLAIN_WEIGHTING } from '../text/idf.js';
import type { SparseMatrix } from '../tfjs/sparse-matrix.js';

/** Numbers per text: cosines are kept up to about 0.09. */
export const TEXT_WIDTH = 128;
const BUCKETS = 65_536;

/** Text vectors of every query and product: length 1, or 0 where there is no text. */
export interface TextVectors {
  /** [group][TEXT_WIDTH] */
  readonly queries: Float32Array;
  /** [product][TEXT_WIDTH] */
  readonly products: Float32Array;
}

/**
 * TF-IDF bags of words and character n-grams through a fixed random projection of signs (Achlioptas 2003): cosines are
 * kept up to about 1 / sqrt(TEXT_WIDTH), without training and without a vocabulary. O(terms x TEXT_WIDTH).
 */
export function textVectors(examples: Examples, idf: Idf): TextVectors {
  const corpus = corpusOf(examples);
  const queries = corpus.queries.map((document): BagPart[] => [{ document, weight: 1 }]);
  const products = corpus.products?.map(({ title, brand, color, body }): BagPart[] => [
    { document: title, weight: 1 },
    { document: brand, weight: 0.7 },
    { document: color, weight: 0.5 },
    { document: body, weight: 0.1 },
  ]);
  const options = { idf, buckets: BUCKETS, weighting: PLAIN_WEIGHTING };
  return {
    queries: project(bagRows(queries, options)),
    products: products
      ? project(bagRows(products, options))
      : new Float32Array(examples.products * TEXT_WIDTH),
  };
}

/** The first numbers of each vector, scaled to length 1 again: a coarser projection of the same texts. */
export function narrowed(vectors: Float32Array, width: number): Float32Array {
  const items = vectors.length / TEXT_WIDTH;
  const narrow = new Float32Array(items * width);
  for (let item = 0; item < items; item++) {
    narrow.set(vectors.subarray(item * TEXT_WIDTH, item * TEXT_WIDTH + width), item * width);
    normalise(narrow, item * width, width);
  }
  return narrow;
}

function project(bags: SparseMatrix): Float32Array {
  const vectors = new Float32Array(bags.rows * TEXT_WIDTH);
  for (let row = 0; row < bags.rows; row++) {
    const start = row * TEXT_WIDTH;
    for (let at = bags.offsets[row]; at < bags.offsets[row + 1]; at++) {
      addSigns(vectors, start, bags.indices[at], bags.values[at]);
    }
    normalise(vectors, start, TEXT_WIDTH);
  }
  return vectors;
}

/** Adds +-value to each number of a vector, with the bucket's signs. */
function addSigns(vectors: Float32Array, start: number, bucket: number, value: number): void {
  for (let j = 0; j < TEXT_WIDTH; j += 32) {
    let bits = mix(bucket * (TEXT_WIDTH / 32) + j / 32 + 1);
    for (let k = j; k < j + 32; k++) {
      vectors[start + k] += bits & 1 ? value : -value;
      bits >>>= 1;
    }
  }
}

function normalise(vectors: Float32Array, start: number, width: number): void {
  let squares = 0;
  for (let j = 0; j < width; j++) squares += vectors[start + j] ** 2;
  const scale = squares === 0 ? 0 : 1 / Math.sqrt(squares);
  for (let j = 0; j < width; j++) vectors[start + j] *= scale;
}
