import { describe, expect, it } from 'vitest';
import type { Examples } from '../../src/data/examples/examples.js';
import { createRandom } from '../../src/math/random.js';
import { fitIdf } from '../../src/models/text/idf.js';
import { fitLexicon } from '../../src/models/text/lexicon.js';
import { FIELDS, LIMITS, MATCH, sequencesOf } from '../../src/models/text/sequence.js';
import { nearestSimilarity, wordSimilarity } from '../../src/models/text/similarity.js';
import { POOLS, TABLE_ROWS, tokenBatch, wordEntries } from '../../src/models/text/token-table.js';
import { examplesOf, rowsWhere, shop } from './shop.js';

/** One pair; bullets as given. */
function pair(query: string, title: string, bullets: string | null = null): Examples {
  const examples = examplesOf({
    pairs: [{ group: 0, product: 0, label: 0 }],
    queryText: [query],
    titles: [title],
    brands: ['acme'],
    behaviours: null,
  });
  return { ...examples, text: { ...examples.text!, bullets: [bullets] } };
}

/** The tokens of a pair as text: field, word and the names of its matches. */
function read(examples: Examples): string[] {
  const { word, words, field, match } = sequencesOf(examples, Int32Array.of(0));
  return Array.from(word, (id, at) => {
    const bits = Object.entries(MATCH).filter(([, bit]) => (match[at] & bit) !== 0);
    return [FIELDS[field[at]], ...(id < 0 ? [] : [words[id]]), ...bits.map(([name]) => name)].join(' ');
  });
}

describe('sequences', () => {
  it('name every word with its field and what the other side has', () => {
    expect(read(pair('red hedphones acme 5', 'Acme headphones', 'in blue\nsimple setup'))).toEqual([
      'whole',
      'query red missing',
      'query hedphones alike',
      'query acme title brand',
      'query 5 missing number',
      'title acme query',
      'title headphones alike',
      'brand acme query',
    ]);
  });

  it('keep of the bullets what stands around a word asked for, such as its negation', () => {
    const body = 'made in one piece of steel, comes without timer, fits every shelf';
    expect(read(pair('timer', 'Acme clock', body)).slice(5)).toEqual([
      'body comes missing',
      'body without missing',
      'body timer query',
      'body fits missing',
      'body every missing',
    ]);
  });

  it('cut long queries and titles, and read Japanese by pairs of characters', () => {
    const long = read(pair('a b c d e f g h i j k l m n o p', Array(99).fill('zz').join(' ')));
    expect(long.filter((token) => token.startsWith('query'))).toHaveLength(LIMITS.query);
    expect(long.filter((token) => token.startsWith('title'))).toHaveLength(LIMITS.title);
    expect(read(pair('用ケース', 'スマホ用ケース')).slice(1, 4)).toEqual([
      'query 用ケ title',
      'query ケー title',
      'query ース title',
    ]);
  });

  it('stand one after the other as the rows ask', () => {
    const examples = shop({ queries: 6, perQuery: 4 });
    const rows = Int32Array.of(7, 2, 7);
    const { offsets, word, words } = sequencesOf(examples, rows);
    const texts = [0, 1, 2].map((at) =>
      Array.from(word.subarray(offsets[at], offsets[at + 1]), (id) => words[id]),
    );
    expect(texts[0]).toEqual(texts[2]);
    expect(texts[1].slice(1, 3)).toEqual(examples.query[2].split(' '));
    expect(offsets).toHaveLength(4);
  });
});

describe('token batches', () => {
  const examples = shop({ queries: 30, perQuery: 4 });
  const rows = rowsWhere(examples, () => true);
  const statistics = { idf: fitIdf(examples, rows), lexicon: fitLexicon(examples, rows) };
  const sequences = sequencesOf(examples, rows);
  const entries = wordEntries(sequences.words, statistics);
  const wanted = Int32Array.of(3, 50);
  const batch = (random: ReturnType<typeof createRandom> | null) =>
    tokenBatch({ sequences, entries, wanted, random });

  it('have a row per token, inside the table, and three means per pair that each sum to one', () => {
    const { offsets, tokens, pools } = batch(null);
    const length = (at: number) => sequences.offsets[at + 1] - sequences.offsets[at];
    expect([...offsets]).toEqual([0, length(3), length(3) + length(50)]);
    expect(tokens.rows).toBe(offsets[2]);
    expect(tokens.columns).toBe(TABLE_ROWS);
    expect(tokens.indices.every((index) => index >= 0 && index < TABLE_ROWS)).toBe(true);
    expect(pools.rows).toBe(2 * POOLS);
    for (let row = 0; row < pools.rows; row++) {
      const from = pools.offsets[row];
      const own = pools.values.subarray(from, pools.offsets[row + 1]);
      expect(own.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
      const pairOf = Math.floor(row / POOLS);
      for (const token of pools.indices.subarray(from, pools.offsets[row + 1])) {
        expect(token >= offsets[pairOf] && token < offsets[pairOf + 1]).toBe(true);
      }
    }
  });

  it('hide words in training only, by the stream', () => {
    const entriesOf = (seed: number) => batch(createRandom(seed)).tokens.indices;
    expect(entriesOf(1)).toEqual(entriesOf(1));
    expect(entriesOf(1)).not.toEqual(entriesOf(2));
    expect(entriesOf(1).length).toBeLessThan(batch(null).tokens.indices.length);
    expect(batch(null).tokens).toEqual(batch(null).tokens);
  });

  it('know brands, and give a common word parts of length 1 together and a rare one none', () => {
    const [acme, never] = wordEntries(['acme', 'zyzzyva'], statistics);
    expect(acme).toMatchObject({ brand: true, color: false });
    expect(acme.weights.reduce((sum, weight) => sum + weight * weight, 0)).toBeCloseTo(1, 5);
    expect(never.rows).toHaveLength(0);
    expect(never.rarity).toBeGreaterThan(acme.rarity);
  });
});

describe('similarity of words', () => {
  it('is by shared letter pairs', () => {
    expect(wordSimilarity('mug', 'mug')).toBe(1);
    expect(wordSimilarity('mug', 'pen')).toBe(0);
    expect(wordSimilarity('hedphones', 'headphones')).toBeGreaterThan(0.7);
    expect(nearestSimilarity('mug', ['pen', 'mugs'])).toBe(wordSimilarity('mug', 'mugs'));
    expect(nearestSimilarity('mug', [])).toBe(0);
  });
});
