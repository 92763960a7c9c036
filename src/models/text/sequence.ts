import type { Examples } from '../../data/examples/examples.js';
import { corpusOf } from './corpus.js';
import type { Document, ProductDocuments } from './document.js';
import { nearestSimilarity } from './similarity.js';

/** The fields of a sequence in their order; `whole` is one token for the pair as a whole. */
export const FIELDS = ['whole', 'query', 'title', 'brand', 'color', 'body'] as const;

/** A field's place in `FIELDS`. */
export const QUERY = 1;

/** What a token knows of the other side, as bits. */
export const MATCH = {
  /** a query word that the title, brand, colour or body has; a product word that the query has */
  title: 1,
  brand: 2,
  color: 4,
  body: 8,
  query: 16,
  /** not found as it is, and another one is spelt alike */
  alike: 32,
  /** neither found nor spelt alike */
  missing: 64,
  /** has a digit */
  number: 128,
} as const;

/** Number of bits in `MATCH`. */
export const MATCH_BITS = 8;

/** Tokens at most of each field: the longest queries and titles are cut. */
export const LIMITS: Readonly<Record<(typeof FIELDS)[number], number>> = {
  whole: 1,
  query: 14,
  title: 24,
  brand: 4,
  color: 3,
  body: 14,
};

/** Words on either side of a body's word that the query has. */
const WINDOW = 2;
const ALIKE = 0.55;

/** Pairs as token sequences, one after the other. */
export interface Sequences {
  /** [sequence + 1] */
  readonly offsets: Int32Array;
  /** index into `words`, -1 for the token of the pair as a whole; [token] */
  readonly word: Int32Array;
  /** index into FIELDS; [token] */
  readonly field: Uint8Array;
  /** place in its field, from 0; [token] */
  readonly place: Uint8Array;
  /** bits of MATCH; [token] */
  readonly match: Uint8Array;
  readonly words: readonly string[];
}

/**
 * The rows' pairs as sequences: the whole, query, title, brand, colour, and of the bullets and description only the
 * words near a word that the query has (and what stands around it, such as a negation), because the rest says nothing
 * about this query and attention costs the square of the length. O(query words x title words) a row.
 */
export function sequencesOf(examples: Examples, rows: Int32Array): Sequences {
  const corpus = corpusOf(examples);
  const writer = new Writer();
  for (const row of rows) {
    const query = corpus.queries.at(examples.group[row]);
    writer.pair(query, corpus.products!.at(examples.product[row]));
  }
  return writer.finish();
}

class Writer {
  readonly #ids = new Map<string, number>();
  readonly #offsets = [0];
  readonly #word: number[] = [];
  readonly #field: number[] = [];
  readonly #place: number[] = [];
  readonly #match: number[] = [];

  pair(query: Document, product: ProductDocuments): void {
    const sides = { title: product.title, brand: product.brand, color: product.color, body: product.body };
    this.#push(-1, 0, 0, 0);
    query.words.slice(0, LIMITS.query).forEach((word, place) => {
      this.#push(this.#id(word), QUERY, place, queryMatch(word, product));
    });
    const asked = new Set(query.words);
    for (const [at, name] of (['title', 'brand', 'color', 'body'] as const).entries()) {
      const words = name === 'body' ? passages(sides.body.words, asked) : sides[name].words;
      words.slice(0, LIMITS[name]).forEach((word, place) => {
        this.#push(this.#id(word), at + 2, place, productMatch(word, asked, query.words));
      });
    }
    this.#offsets.push(this.#word.length);
  }

  finish(): Sequences {
    return {
      offsets: Int32Array.from(this.#offsets),
      word: Int32Array.from(this.#word),
      field: Uint8Array.from(this.#field),
      place: Uint8Array.from(this.#place),
      match: Uint8Array.from(this.#match),
      words: [...this.#ids.keys()],
    };
  }

  #push(word: number, field: number, place: number, match: number): void {
    this.#word.push(word);
    this.#field.push(field);
    this.#place.push(place);
    this.#match.push(match);
  }

  #id(word: string): number {
    const known = this.#ids.get(word);
    if (known !== undefined) return known;
    this.#ids.set(word, this.#ids.size);
    return this.#ids.size - 1;
  }
}

/** The words within WINDOW of one that the query has, in order. */
function passages(words: readonly string[], asked: ReadonlySet<string>): string[] {
  const kept = new Uint8Array(words.length);
  words.forEach((word, at) => {
    if (asked.has(word)) kept.fill(1, Math.max(0, at - WINDOW), at + WINDOW + 1);
  });
  return words.filter((_, at) => kept[at] === 1);
}

function queryMatch(word: string, { title, brand, color, body }: ProductDocuments): number {
  let bits = digits(word);
  if (title.words.includes(word)) bits |= MATCH.title;
  if (brand.words.includes(word)) bits |= MATCH.brand;
  if (color.words.includes(word)) bits |= MATCH.color;
  if (body.words.includes(word)) bits |= MATCH.body;
  if ((bits & ~MATCH.number) !== 0) return bits;
  return bits | (nearestSimilarity(word, title.words) >= ALIKE ? MATCH.alike : MATCH.missing);
}

function productMatch(word: string, asked: ReadonlySet<string>, queryWords: readonly string[]): number {
  const bits = digits(word);
  if (asked.has(word)) return bits | MATCH.query;
  return bits | (nearestSimilarity(word, queryWords) >= ALIKE ? MATCH.alike : MATCH.missing);
}

function digits(word: string): number {
  return /\d/.test(word) ? MATCH.number : 0;
}
