import type { Examples } from '../../data/examples/examples.js';
import { square } from '../../math/power.js';
import { type BagPart, bagRows } from '../text/bags.js';
import { corpusOf } from '../text/corpus.js';
import type { Document } from '../text/document.js';
import { mix } from '../text/hashing.js';
import { type Idf, PLAIN_WEIGHTING } from '../text/idf.js';
import type { SparseMatrix } from '../tfjs/sparse-matrix.js';

/** Numbers per text: cosines are kept up to about 0.09. */
export const TEXT_WIDTH = 128;
const BUCKETS = 65_536;

/**
 * TF-IDF bags of words and character n-grams of every query's and product's text, queries first: [node][bucket], each
 * row of length 1, or 0 where there is no text. O(terms).
 */
export function textBags(examples: Examples, idf: Idf): SparseMatrix {
  return bagRows(nodeParts(examples), { idf, buckets: BUCKETS, weighting: PLAIN_WEIGHTING });
}

function* nodeParts(examples: Examples): Generator<BagPart[]> {
  const { queries, products } = corpusOf(examples);
  for (const document of queries) yield [{ document, weight: 1 }];
  for (const { title, brand, color, body } of products ?? []) {
    yield [
      { document: title, weight: 1 },
      { document: brand, weight: 0.7 },
      { document: color, weight: 0.5 },
      { document: body, weight: 0.1 },
    ];
  }
  if (products === null) for (let at = 0; at < examples.products; at++) yield [];
}

/** The bag of one query, as `textBags` makes it: a matrix of one row. O(terms). */
export function queryBag(document: Document, idf: Idf): SparseMatrix {
  return bagRows([[{ document, weight: 1 }]], { idf, buckets: BUCKETS, weighting: PLAIN_WEIGHTING });
}

/**
 * Bags through a fixed random projection of signs (Achlioptas 2003), scaled to length 1 again: cosines are kept up to
 * about 1 / sqrt(TEXT_WIDTH), without training and without a vocabulary. [row][TEXT_WIDTH]; O(terms x TEXT_WIDTH).
 */
export function project(bags: SparseMatrix): Float32Array {
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
      vectors[start + k] += value * (((bits & 1) << 1) - 1); // no branch: signs are random
      bits >>>= 1;
    }
  }
}

function normalise(vectors: Float32Array, start: number, width: number): void {
  let squares = 0;
  for (let j = 0; j < width; j++) squares += square(vectors[start + j]);
  const scale = squares === 0 ? 0 : 1 / Math.sqrt(squares);
  for (let j = 0; j < width; j++) vectors[start + j] *= scale;
}
