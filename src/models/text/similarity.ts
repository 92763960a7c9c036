import { hashText } from './hashing.js';
import { characterGrams } from './tokens.js';

/** How alike two words are, 0..1: twice the letter pairs they share, by all of both (Dice). O(letters). */
export function wordSimilarity(a: string, b: string): number {
  return a === b ? 1 : dice(pairsOf(a), pairsOf(b));
}

/** The greatest similarity of a word to one of the candidates; 0 without candidates. */
export function nearestSimilarity(word: string, candidates: readonly string[]): number {
  let best = 0;
  const pairs = pairsOf(word);
  for (const candidate of candidates) best = Math.max(best, dice(pairs, pairsOf(candidate)));
  return best;
}

/** Of sorted hashes. */
function dice(a: Int32Array, b: Int32Array): number {
  let shared = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) shared++;
    const step = a[i] - b[j];
    if (step <= 0) i++;
    if (step >= 0) j++;
  }
  return (2 * shared) / Math.max(1, a.length + b.length);
}

const known = new Map<string, Int32Array>();
const KNOWN_LIMIT = 200_000;

function pairsOf(word: string): Int32Array {
  const cached = known.get(word);
  if (cached) return cached;
  const hashes = characterGrams(`<${word}>`, 2).map((pair) => hashText(pair) | 0);
  const sorted = Int32Array.from(new Set(hashes)).sort();
  if (known.size >= KNOWN_LIMIT) known.clear();
  known.set(word, sorted);
  return sorted;
}
