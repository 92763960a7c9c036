import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/math/random.js';
import {
  type Embedding,
  embeddingOf,
  INTERACTION,
  interact,
  packEmbedding,
  unpackEmbedding,
} from '../../../src/models/encoder/interaction.js';

const SIZE = 6;
const random = createRandom('interaction');

/** An embedding of so many words between two tokens of the tokenizer, and the words' states. */
function drawn(words: number): { embedding: Embedding; states: number[][] } {
  const all = Array.from({ length: words + 2 }, () => Array.from({ length: SIZE }, () => random.normal()));
  const flat = Float32Array.from(all.flat());
  const embedding = embeddingOf(flat, SIZE, { start: 1, end: words + 1, pooling: 'mean' });
  return { embedding, states: all.slice(1, -1) };
}

const length = (vector: readonly number[]) => Math.hypot(...vector);
const cosine = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, at) => sum + value * b[at], 0) / (length(a) * length(b));

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [
    sorted[Math.floor((sorted.length - 1) / 2)],
    sorted[Math.ceil((sorted.length - 1) / 2)],
  ];
  return (low + high) / 2;
}

/** The numbers from their definitions, from states of words that were never rounded. */
function naive(query: number[][], product: number[][], pooled: [number[], number[]]): number[] {
  const best = (from: number[][], to: number[][]) =>
    from.map((a) => Math.max(...to.map((b) => cosine(a, b))));
  const [q, p] = [best(query, product), best(product, query)];
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const share = (values: number[], least: number) =>
    values.filter((value) => value >= least).length / values.length;
  const second = [...q].sort((a, b) => a - b)[1] ?? Number.NaN;
  const ofQuery = [mean(q), Math.min(...q), median(q), share(q, 0.8)];
  const ofProduct = [mean(p), Math.min(...p), median(p), share(p, 0.5)];
  return [cosine(...pooled), ...ofQuery, ...ofProduct, second, query.length, product.length];
}

describe('interaction of query and product', () => {
  it('is what its names say', () => {
    for (const [words, others] of [
      [1, 1],
      [2, 7],
      [5, 4],
      [8, 30],
    ]) {
      const [query, product] = [drawn(words), drawn(others)];
      const found = new Float32Array(INTERACTION.length);
      interact(query.embedding, product.embedding, found, 0);
      const pooled: [number[], number[]] = [[...query.embedding.pooled], [...product.embedding.pooled]];
      const expected = naive(query.states, product.states, pooled);
      expect(found).toHaveLength(expected.length);
      for (const [at, value] of found.entries()) {
        if (Number.isNaN(expected[at])) expect(value).toBeNaN();
        else expect(Math.abs(value - expected[at]), INTERACTION[at]).toBeLessThan(1e-4);
      }
    }
  });

  it('of a text without words leaves out what it cannot say, but never the first number', () => {
    const found = new Float32Array(2 + INTERACTION.length);
    interact(drawn(3).embedding, drawn(0).embedding, found, 2);
    expect([...found.subarray(0, 2)]).toEqual([0, 0]);
    expect(found[2]).not.toBeNaN();
    expect([...found.subarray(3, 12)].every(Number.isNaN)).toBe(true);
    expect([...found.subarray(12)]).toEqual([3, 0]);
    const zero = { pooled: new Float32Array(SIZE), tokens: new Int16Array(0) };
    interact(zero, zero, found, 2);
    expect(found[2]).toBe(0);
  });

  it('comes back from bytes as it was', () => {
    for (const words of [0, 1, 5]) {
      const { embedding } = drawn(words);
      expect(unpackEmbedding(packEmbedding(embedding))).toEqual(embedding);
    }
    expect(() => unpackEmbedding(packEmbedding(drawn(2).embedding).subarray(0, 30))).toThrow(
      expect.objectContaining({ code: 'internal' }),
    );
  });
});
