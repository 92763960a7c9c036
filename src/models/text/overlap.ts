import { square } from '../../math/power.js';
import type { Document } from './document.js';
import { type Idf, idfOf } from './idf.js';
import type { TermCounts } from './term-counts.js';

/** Named numbers about one pair; a record so that every feature carries its name. */
export type Features = Record<string, number>;

/** How much of the query a text covers, by words and by character n-grams; every value in 0..1. O(terms). */
export function overlap(prefix: string, query: Document, text: Document, idf: Idf): Features {
  const words = compare(query.wordCounts, text.wordCounts, idf);
  const grams = compare(query.gramCounts, text.gramCounts, idf);
  return {
    [`${prefix}WordCoverage`]: words.coverage,
    [`${prefix}WordIdfCoverage`]: words.idfCoverage,
    [`${prefix}WordCosine`]: words.cosine,
    [`${prefix}WordJaccard`]: words.jaccard,
    [`${prefix}GramIdfCoverage`]: grams.idfCoverage,
    [`${prefix}GramCosine`]: grams.cosine,
  };
}

interface Comparison {
  readonly coverage: number;
  readonly idfCoverage: number;
  readonly cosine: number;
  readonly jaccard: number;
}

function compare(query: TermCounts, text: TermCounts, idf: Idf): Comparison {
  let shared = 0;
  let sharedIdf = 0;
  let totalIdf = 0;
  let dot = 0;
  let queryNorm = 0;
  for (let at = 0; at < query.size; at++) {
    const hash = query.hashAt(at);
    const weight = idfOf(idf, hash);
    const damped = damp(query.countAt(at));
    totalIdf += weight;
    queryNorm += square(weight * damped);
    const other = text.countOf(hash);
    if (other === 0) continue;
    shared++;
    sharedIdf += weight;
    dot += weight * damped * weight * damp(other);
  }
  return {
    coverage: ratio(shared, query.size),
    idfCoverage: ratio(sharedIdf, totalIdf),
    cosine: ratio(dot, Math.sqrt(queryNorm * squaredNorm(text, idf))),
    jaccard: ratio(shared, query.size + text.size - shared),
  };
}

const norms = new WeakMap<TermCounts, { idf: Idf; value: number }>();

function squaredNorm(counts: TermCounts, idf: Idf): number {
  const known = norms.get(counts);
  if (known?.idf === idf) return known.value;
  let value = 0;
  for (let at = 0; at < counts.size; at++) {
    value += square(idfOf(idf, counts.hashAt(at)) * damp(counts.countAt(at)));
  }
  norms.set(counts, { idf, value });
  return value;
}

/** A repeated term counts for less each time. */
function damp(count: number): number {
  return 1 + Math.log(count);
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
