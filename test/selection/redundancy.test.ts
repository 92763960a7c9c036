import { describe, expect, it } from 'vitest';
import type { PredictionMatrix } from '../../src/predictions/matrix.js';
import { clustersOf, similarities } from '../../src/selection/redundancy.js';
import { card, plantPool } from './pools.js';

const pool = plantPool(
  [
    { name: 'a', signal: [1, 1, 1] },
    { name: 'b', signal: [1, 1, 1] },
    { name: 'a-copy', signal: [1, 1, 1], twinOf: 'a' },
  ],
  { rows: 600, seed: 4 },
);
const matrix: PredictionMatrix = {
  rows: 600,
  classes: ['x', 'y', 'z'],
  cards: pool.names.map((name) => card(name)),
  values: pool.values,
  missing: null,
};
const rows = Int32Array.from({ length: 600 }, (_, row) => row);

describe('redundancy', () => {
  const pairs = similarities(matrix, pool.labels, rows);

  it('finds copies most alike, in probabilities and in mistakes', () => {
    expect([pairs[0].a, pairs[0].b]).toEqual(['a', 'a-copy']);
    expect(pairs[0].probabilities).toBeGreaterThan(0.99);
    expect(pairs[0].errors).toBeGreaterThan(0.9);
    expect(pairs[1].probabilities).toBeLessThan(0.8);
    expect(pairs).toHaveLength(3);
  });

  it('joins copies into one cluster and leaves the other model out', () => {
    const clusters = clustersOf(pool.names, pairs);
    expect(clusters).toEqual([{ models: ['a', 'a-copy'], similarity: pairs[0].probabilities }]);
  });

  it('joins through a model in between, with the least similarity of the joins', () => {
    const pair = (a: string, b: string, probabilities: number | null) => ({
      a,
      b,
      probabilities,
      errors: null,
    });
    const chain = [pair('a', 'b', 0.99), pair('b', 'c', 0.96), pair('a', 'c', 0.9), pair('c', 'd', null)];
    expect(clustersOf(['a', 'b', 'c', 'd'], chain)).toEqual([{ models: ['a', 'b', 'c'], similarity: 0.96 }]);
  });

  it('has no correlation of mistakes for a model that is always right, and leaves silent rows out', () => {
    const truth = new Float32Array(600 * 3 * 3);
    for (let row = 0; row < 600; row++) {
      for (let model = 0; model < 3; model++) truth[(row * 3 + model) * 3 + pool.labels[row]] = 1;
      if (row < 300) truth.fill(Number.NaN, row * 9, row * 9 + 3);
    }
    const perfect = similarities({ ...matrix, values: truth }, pool.labels, rows);
    expect(perfect.every(({ errors }) => errors === null)).toBe(true);
    expect(perfect[0].probabilities).toBeCloseTo(1, 9);
  });
});
