import { power } from '../../math/power.js';
import type { SparseMatrix } from '../tfjs/sparse-matrix.js';
import { sparseRows } from '../tfjs/sparse-matrix.js';
import type { Document } from './document.js';
import { mix } from './hashing.js';
import { type Idf, idfOf, type TermWeighting } from './idf.js';
import type { TermCounts } from './term-counts.js';

/** A field of a bag and how much it weighs. */
export interface BagPart {
  readonly document: Document;
  readonly weight: number;
}

export interface BagOptions {
  readonly idf: Idf;
  /** a power of two */
  readonly buckets: number;
  readonly weighting: TermWeighting;
}

/** Words count more than their parts: there are about five parts to a word. */
const GRAM_WEIGHT = 0.4;

/**
 * Bags of hashed words and character n-grams, one row each: entry weights are field weight x idf^power x (1 + log
 * count), each row scaled to length 1, so that the dot product of two rows is near the TF-IDF cosine. O(terms).
 */
export function bagRows(bags: Iterable<readonly BagPart[]>, options: BagOptions): SparseMatrix {
  const rows = sparseRows();
  for (const parts of bags) {
    const weights = new Map<number, number>();
    for (const { document, weight } of parts) {
      addTerms(weights, document.wordCounts, options, weight);
      addTerms(weights, document.gramCounts, options, weight * GRAM_WEIGHT);
    }
    let squares = 0;
    for (const value of weights.values()) squares += value * value;
    const scale = squares === 0 ? 0 : 1 / Math.sqrt(squares);
    for (const [bucket, value] of weights) rows.entry(bucket, value * scale);
    rows.endRow();
  }
  return rows.finish(options.buckets);
}

function addTerms(
  weights: Map<number, number>,
  counts: TermCounts,
  { idf, buckets, weighting }: BagOptions,
  weight: number,
): void {
  for (let at = 0; at < counts.size; at++) {
    const hash = counts.hashAt(at);
    const rarity = idfOf(idf, hash);
    if (rarity > weighting.highest) continue;
    const bucket = mix(hash) & (buckets - 1);
    const value = weight * power(rarity, weighting.power) * (1 + Math.log(counts.countAt(at)));
    weights.set(bucket, (weights.get(bucket) ?? 0) + value);
  }
}
