import type { Random } from '../../math/random.js';
import { type SparseMatrix, sparseRows } from '../tfjs/sparse-matrix.js';
import { hashText, mix } from './hashing.js';
import { type Idf, idfAt, idfOf } from './idf.js';
import type { Lexicon } from './lexicon.js';
import { FIELDS, LIMITS, MATCH_BITS, QUERY, type Sequences } from './sequence.js';
import { GRAM_SALT, subwordsOf, tokenise } from './tokens.js';

/** Rows of the embedding table for words and letter groups; a power of two. */
const BUCKETS = 4096;
const PLACES = Math.max(...Object.values(LIMITS));
const FIELD_ROWS = BUCKETS;
const PLACE_ROWS = FIELD_ROWS + FIELDS.length;
/** the same match means something else on a query's word and on a product's */
const MATCH_ROWS = PLACE_ROWS + FIELDS.length * PLACES;
const RARITY_ROW = MATCH_ROWS + 2 * MATCH_BITS;
const BRAND_ROW = RARITY_ROW + 1;
const COLOR_ROW = BRAND_ROW + 1;

/** Rows of the embedding table: hashed words and letter groups, fields, places, matches, rarity, known names. */
export const TABLE_ROWS = COLOR_ROW + 1;

/** Words and letter groups in fewer training documents teach nothing about other texts. */
const LEAST_DOCUMENTS = 3;
const GRAM_WEIGHT = 0.4;
const PLACE_WEIGHT = 0.5;
/** About the largest idf, so that rarity lies within 0..1. */
const RAREST = 10;

/** Share of words whose identity is hidden in a training step, and of the parts of the others that are left out. */
const HIDDEN_WORDS = 0.5;
const HIDDEN_PARTS = 0.2;
const RANDOM_SPAN = 4_294_967_296;

/** What is learnt from the training rows' text before training. */
export interface TokenStatistics {
  readonly idf: Idf;
  readonly lexicon: Lexicon;
}

/** The table's rows that a word adds up, and what else is known of it. */
export interface WordEntry {
  readonly rows: Int32Array;
  /** of length 1 together; empty for a word too rare to learn */
  readonly weights: Float32Array;
  /** 0 in every text, about 1 in hardly any */
  readonly rarity: number;
  readonly brand: boolean;
  readonly color: boolean;
}

/** The entries of words, in their order. O(letters). */
export function wordEntries(words: readonly string[], { idf, lexicon }: TokenStatistics): WordEntry[] {
  const [brands, colors] = [lexicon.brands, lexicon.colors].map(
    (names) => new Set([...names].flatMap((name) => name.split(' '))),
  );
  const highest = idfAt(idf, LEAST_DOCUMENTS) + 1e-3;
  return words.map((word) => {
    const own = hashText(word);
    const parts = [
      { hash: own, weight: 1 },
      ...subwordsOf(tokenise(word)).map((gram) => ({ hash: hashText(gram, GRAM_SALT), weight: GRAM_WEIGHT })),
    ].filter(({ hash }) => idfOf(idf, hash) <= highest);
    const length = Math.sqrt(parts.reduce((sum, { weight }) => sum + weight * weight, 0));
    return {
      rows: Int32Array.from(parts, ({ hash }) => mix(hash) & (BUCKETS - 1)),
      weights: Float32Array.from(parts, ({ weight }) => weight / length),
      rarity: idfOf(idf, own) / RAREST,
      brand: brands.has(word),
      color: colors.has(word),
    };
  });
}

/** Some of the sequences, as the network reads them. */
export interface TokenBatch {
  /** [sequence + 1] */
  readonly offsets: Int32Array;
  /** [token][table row] */
  readonly tokens: SparseMatrix;
  /** means over the whole's token, the query's and the product's: [3 x sequence][token] */
  readonly pools: SparseMatrix;
}

/** Rows of `TokenBatch.pools` for each sequence. */
export const POOLS = 3;

export interface BatchRequest {
  readonly sequences: Sequences;
  /** of sequences.words */
  readonly entries: readonly WordEntry[];
  /** the sequences wanted, in order */
  readonly wanted: Int32Array;
  /**
   * Hides words and their parts, so that the network reads how words match rather than learning pairs by heart; null
   * when predicting.
   */
  readonly random: Random | null;
}

/** The sequences wanted as sparse matrices. O(their tokens). */
export function tokenBatch({ sequences, entries, wanted, random }: BatchRequest): TokenBatch {
  const offsets = new Int32Array(wanted.length + 1);
  const tokens = sparseRows();
  const pools = sparseRows();
  wanted.forEach((sequence, at) => {
    const start = sequences.offsets[sequence];
    const end = sequences.offsets[sequence + 1];
    let asked = 0;
    for (let token = start; token < end; token++) {
      if (sequences.field[token] === QUERY) asked++;
      addMarks(tokens, sequences, token);
      if (sequences.word[token] >= 0) addWord(tokens, entries[sequences.word[token]], random);
      tokens.endRow();
    }
    const first = offsets[at];
    offsets[at + 1] = first + end - start;
    for (const [from, to] of [
      [0, 1],
      [1, 1 + asked],
      [1 + asked, end - start],
    ]) {
      for (let token = from; token < to; token++) pools.entry(first + token, 1 / (to - from));
      pools.endRow();
    }
  });
  return { offsets, tokens: tokens.finish(TABLE_ROWS), pools: pools.finish(offsets[wanted.length]) };
}

type Rows = ReturnType<typeof sparseRows>;

/** Field, place and what the token knows of the other side. */
function addMarks(target: Rows, { field, place, match }: Sequences, token: number): void {
  const side = field[token] === QUERY ? 0 : MATCH_BITS;
  target.entry(FIELD_ROWS + field[token], 1);
  target.entry(PLACE_ROWS + field[token] * PLACES + place[token], PLACE_WEIGHT);
  for (let bit = 0; bit < MATCH_BITS; bit++) {
    if ((match[token] >> bit) & 1) target.entry(MATCH_ROWS + side + bit, 1);
  }
}

function addWord(
  target: Rows,
  { rows, weights, rarity, brand, color }: WordEntry,
  random: Random | null,
): void {
  target.entry(RARITY_ROW, rarity);
  if (brand) target.entry(BRAND_ROW, 1);
  if (color) target.entry(COLOR_ROW, 1);
  if (random !== null && random.next() < HIDDEN_WORDS * RANDOM_SPAN) return;
  for (let part = 0; part < rows.length; part++) {
    if (random !== null && random.next() < HIDDEN_PARTS * RANDOM_SPAN) continue;
    target.entry(rows[part], weights[part]);
  }
}
