import type { Document } from './document.js';
import { hashText } from './hashing.js';
import { type Idf, idfOf } from './idf.js';
import type { Features } from './overlap.js';
import { nearestSimilarity } from './similarity.js';

/** Words that announce what a product is for rather than what it is (us, es, jp). */
const PURPOSE = new Set([
  'for',
  'compatible',
  'fits',
  'replacement',
  'para',
  'compatible',
  'repuesto',
  'con',
]);
const PURPOSE_SPACELESS = ['用', '対応', '互換', '向け', '専用'];

/**
 * Where in the title the query's words stand, and how nearly: phrase, longest run, first and last word (the head noun
 * is last in English and Japanese, first in Spanish), misspellings by shared letters, words announcing an accessory.
 * O(query words x title words).
 */
export function order(query: Document, title: Document, idf: Idf): Features {
  const places = new Map<string, number>();
  for (let at = title.words.length - 1; at >= 0; at--) places.set(title.words[at], at);
  const found = query.words.map((word) => places.get(word) ?? -1);
  const positions = found.filter((place) => place >= 0);
  const first = positions.length === 0 ? title.words.length : Math.min(...positions);
  const spelling = nearness(query, title, found, idf);
  const before = title.words.slice(Math.max(0, first - 2), first);
  const purposeBefore = before.some((word) => PURPOSE.has(word));
  return {
    phrase: query.normalised !== '' && title.normalised.includes(query.normalised) ? 1 : 0,
    longestRun: longestRun(found) / Math.max(1, query.words.length),
    firstPlace: first / Math.max(1, title.words.length),
    firstWordNear: spelling.first,
    lastWordNear: spelling.last,
    meanNear: spelling.mean,
    leastNear: spelling.least,
    rarestMissing: spelling.rarestMissing,
    purposeBefore: purposeBefore ? 1 : 0,
    purposeAdded: saysPurpose(title) && !saysPurpose(query) ? 1 : 0,
  };
}

/** The longest stretch of query words that stand one after the other in the title. */
function longestRun(found: readonly number[]): number {
  let best = 0;
  let run = 0;
  for (let at = 0; at < found.length; at++) {
    if (found[at] < 0) run = 0;
    else run = at > 0 && found[at - 1] >= 0 && found[at] === found[at - 1] + 1 ? run + 1 : 1;
    best = Math.max(best, run);
  }
  return best;
}

/** For each query word the most similar title word, 1 where it occurs as it is. */
function nearness(query: Document, title: Document, found: readonly number[], idf: Idf) {
  const near = query.words.map((word, at) => (found[at] >= 0 ? 1 : nearestSimilarity(word, title.words)));
  const weights = query.words.map((word) => idfOf(idf, hashText(word)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const missing = near.map((value, at) => (1 - value) * weights[at]);
  return {
    first: near[0] ?? 0,
    last: near[near.length - 1] ?? 0,
    mean: total === 0 ? 0 : near.reduce((sum, value, at) => sum + value * weights[at], 0) / total,
    least: near.length === 0 ? 0 : Math.min(...near),
    rarestMissing: Math.max(0, ...missing),
  };
}

function saysPurpose(document: Document): boolean {
  return (
    document.words.some((word) => PURPOSE.has(word)) ||
    PURPOSE_SPACELESS.some((mark) => document.normalised.includes(mark))
  );
}
