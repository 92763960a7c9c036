import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/math/random.js';
import { hashText } from '../../src/models/text/hashing.js';
import { TermCounter } from '../../src/models/text/term-counts.js';

/** The same counts, as a Map keeps them. */
function asMap(items: readonly string[], salt: number): Map<number, number> {
  const counts = new Map<number, number>();
  for (const item of items) {
    const hash = hashText(item, salt);
    counts.set(hash, (counts.get(hash) ?? 0) + 1);
  }
  return counts;
}

describe('counts of terms', () => {
  it('are those of a map, in its order, whatever other texts are held with them', () => {
    const random = createRandom('terms');
    const counter = new TermCounter();
    const texts = Array.from({ length: 300 }, (_, text) =>
      Array.from({ length: text % 7 === 0 ? 0 : random.integer(200) }, () => `w${random.integer(90)}`),
    );
    const counted = texts.map((items, text) => counter.count(items, text % 3));
    texts.forEach((items, text) => {
      const expected = asMap(items, text % 3);
      const found = counted[text];
      const places = [...Array(found.size).keys()];
      expect(places.map((at) => [found.hashAt(at), found.countAt(at)])).toEqual([...expected]);
      for (const [hash, count] of expected) expect(found.countOf(hash)).toBe(count);
      for (const other of ['nowhere', 'w91', 'w5']) {
        const hash = hashText(other, text % 3);
        expect(found.countOf(hash)).toBe(expected.get(hash) ?? 0);
      }
    });
  });

  it('of a text with more than 65,534 distinct terms stop there', () => {
    const items = Array.from({ length: 70_000 }, (_, at) => `term ${at}`);
    const found = new TermCounter().count([...items, ...items.slice(0, 10)], 0);
    expect(found.size).toBe(65_534);
    expect(found.countOf(hashText('term 3', 0))).toBe(2);
    expect(found.countOf(hashText('term 69999', 0))).toBe(0);
  });
});
