import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/math/random.js';
import { corpusOf } from '../../src/models/text/corpus.js';
import { type Document, documentOf, productDocuments } from '../../src/models/text/document.js';
import { hashText } from '../../src/models/text/hashing.js';
import { KeptTexts } from '../../src/models/text/kept-texts.js';
import type { TermCounts } from '../../src/models/text/term-counts.js';
import { TextStore } from '../../src/models/text/text-store.js';
import { shop } from './shop.js';

const pairsOf = (counts: TermCounts) =>
  Array.from({ length: counts.size }, (_, at) => [counts.hashAt(at), counts.countAt(at)]);

/** Everything that can be asked of a document. */
function contents({ normalised, words, wordCounts, gramCounts }: Document) {
  return { normalised, words, counts: [wordCounts, gramCounts].map(pairsOf) };
}

const ALPHABETS = [
  'abcdefgh ',
  'àéîõü ñß ',
  '電球用なしドリップ ',
  'กขคง ',
  '😀🧡 x',
  '12 ml½ ﬁ',
  '\ud83d a',
];

function randomTexts(count: number): (string | null)[] {
  const random = createRandom('texts');
  return Array.from({ length: count }, (_, at) => {
    if (at % 11 === 0) return at % 2 === 0 ? null : '';
    const alphabet = [...ALPHABETS[random.integer(ALPHABETS.length)]];
    const length = random.integer(at % 7 === 0 ? 900 : 60);
    return Array.from({ length }, () => alphabet[random.integer(alphabet.length)]).join('');
  });
}

describe('texts held together', () => {
  it('are read as each alone, in every script, cut or whole, even in the middle of a character', () => {
    const texts = randomTexts(500);
    const store = new TextStore();
    const limits = texts.map((_, at) => (at % 3 === 0 ? 7 : 400));
    const numbers = texts.map((text, at) => store.add(text, limits[at]));
    expect(numbers).toEqual(texts.map((_, at) => at));
    texts.forEach((text, at) => {
      const alone = documentOf(text, limits[at]);
      const held = store.read(at);
      expect(contents(held)).toEqual(contents(alone));
      for (const word of [...alone.words, 'nowhere']) {
        const hash = hashText(word, 0);
        expect(held.wordCounts.countOf(hash)).toBe(alone.wordCounts.countOf(hash));
      }
    });
  });

  it('are read the same before and after others are added', () => {
    const store = new TextStore();
    const first = store.add('a red lamp for a red room', 400);
    const before = store.read(first);
    const said = contents(before);
    for (const text of randomTexts(3000)) store.add(text, 400);
    expect(contents(before)).toEqual(said);
    expect(contents(store.read(first))).toEqual(said);
  });
});

describe('texts made when asked for', () => {
  it('are one object as long as few others were asked for', () => {
    const made: number[] = [];
    const texts = new KeptTexts(20_000, (number) => {
      made.push(number);
      return { number };
    });
    const first = texts.at(0);
    for (let number = 1; number < 2 ** 14; number++) texts.at(number);
    expect(texts.at(0)).toBe(first);
    expect(made).toHaveLength(2 ** 14);
    texts.at(2 ** 14);
    expect(texts.at(1)).toEqual({ number: 1 });
    expect(texts.at(0)).not.toBe(first);
    expect(texts.at(0)).toEqual(first);
  });

  it('are gone through in order, without being kept', () => {
    let made = 0;
    const texts = new KeptTexts(5, (number) => ({ number, made: made++ }));
    const kept = texts.at(3);
    expect([...texts].map(({ number }) => number)).toEqual([0, 1, 2, 3, 4]);
    expect([...texts][3]).toBe(kept);
    expect(texts.at(4)).not.toBe([...texts][3]);
    expect(made).toBe(1 + 4 + 4 + 1 + 3);
  });

  it('are those of examples: a query of its group, a product of its first row', () => {
    const examples = shop({ queries: 6, perQuery: 5 });
    const { queries, products } = corpusOf(examples);
    expect([queries.length, products!.length]).toEqual([examples.groupKeys.length, examples.products]);
    for (let row = examples.rows - 1; row >= 0; row--) {
      const group = examples.group[row];
      expect(contents(queries.at(group))).toEqual(contents(documentOf(examples.query[row])));
      const number = examples.product[row];
      const alone = productDocuments(examples.text!, examples.product.indexOf(number));
      const held = products!.at(number);
      for (const field of ['title', 'brand', 'color', 'body'] as const) {
        expect(contents(held[field])).toEqual(contents(alone[field]));
      }
    }
  });
});
