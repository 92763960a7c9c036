import type { Document, ProductDocuments } from './document.js';
import { denials, isFiller, LIKELY, SURE } from './negation.js';
import { wordSimilarity } from './similarity.js';
import { type Splitter, unitsOf } from './units.js';

/** Where a product says a query's word. */
type Place = 'title' | 'field' | 'body' | 'nowhere';

/** One word of a query, and what the product says of it. */
export interface QueryWord {
  /** as the title spells it, where the query misspells it */
  readonly word: string;
  readonly place: Place;
  /** the query wants to be without it */
  readonly denied: boolean;
  /** the product says that it is without it */
  readonly lacking: boolean;
}

/** A pair's words. */
export interface PairWords {
  readonly query: readonly QueryWord[];
  /** the title's words that the query has not, without those that the title denies */
  readonly extra: readonly string[];
}

/** Spelt this much alike, a word that is not found counts as the other one misspelt. */
const ALIKE = 0.6;
/** Shorter words are too easily alike. */
const LEAST_LETTERS = 4;

interface Words {
  readonly words: readonly string[];
  /** how surely each is denied */
  readonly denied: Float32Array;
}

const read = new WeakMap<Document, { splitter: Splitter; value: Words }>();

function wordsOf(document: Document, splitter: Splitter): Words {
  const known = read.get(document);
  if (known?.splitter === splitter) return known.value;
  const words = unitsOf(document, splitter);
  const value = { words, denied: denials(words) };
  read.set(document, { splitter, value });
  return value;
}

/** Reads a pair word by word. O(query words x product words). */
export function pairWords(query: Document, product: ProductDocuments, splitter: Splitter): PairWords {
  const asked = wordsOf(query, splitter);
  const title = wordsOf(product.title, splitter);
  const body = wordsOf(product.body, splitter);
  const fields = [wordsOf(product.brand, splitter), wordsOf(product.color, splitter)];
  const seen = new Set<string>();
  const found: QueryWord[] = [];
  const used = new Set<string>();
  asked.words.forEach((word, at) => {
    if (isFiller(word) || seen.has(word)) return;
    seen.add(word);
    const spelt = title.words.includes(word) ? word : (alike(word, title.words) ?? word);
    used.add(spelt);
    const denied = asked.denied[at] > 0;
    // what the query wants to be without is more likely to be what the product's denial is about
    const least = denied ? LIKELY : SURE;
    found.push({ word: spelt, ...whereIs(spelt, { title, body, fields }, least), denied });
  });
  const extra = title.words.filter(
    (word, at) => !used.has(word) && title.denied[at] < SURE && !isFiller(word) && !/\d/.test(word),
  );
  return { query: found, extra: [...new Set(extra)] };
}

interface Sides {
  readonly title: Words;
  readonly body: Words;
  readonly fields: readonly Words[];
}

function whereIs(
  word: string,
  { title, body, fields }: Sides,
  least: number,
): Pick<QueryWord, 'place' | 'lacking'> {
  const at = title.words.indexOf(word);
  if (at >= 0) return { place: 'title', lacking: title.denied[at] >= least };
  if (fields.some(({ words }) => words.includes(word))) return { place: 'field', lacking: false };
  const inBody = body.words.indexOf(word);
  if (inBody >= 0) return { place: 'body', lacking: body.denied[inBody] >= least };
  return { place: 'nowhere', lacking: false };
}

function alike(word: string, candidates: readonly string[]): string | null {
  if (word.length < LEAST_LETTERS || /\d/.test(word)) return null;
  let best: string | null = null;
  let most = ALIKE;
  for (const candidate of candidates) {
    const value = wordSimilarity(word, candidate);
    if (value <= most) continue;
    most = value;
    best = candidate;
  }
  return best;
}
