import { describe, expect, it } from 'vitest';
import { coalitionShares } from '../../src/selection/coalitions.js';
import { compareMeasures, type MeasureInput, type MeasureName } from '../../src/selection/measures.js';
import { permutationImportance } from '../../src/selection/permutation.js';
import { shapleyByOrders } from '../oracles/shapley.js';
import { plantPool } from './pools.js';

/** A game with twins 0 and 1, of whom one is enough, an additive player 2 and players worth nothing. */
const worth = (set: readonly number[]) =>
  (set.includes(0) || set.includes(1) ? 4 : 0) + (set.includes(2) ? 3 : 0) + (set.length === 0 ? 0 : 1);

describe('shares of coalitions', () => {
  it.each([3, 5, 7])('equal the definition over all orders of %i players', (players) => {
    const { shares, exact } = coalitionShares(players, worth, 1);
    expect(exact).toBe(true);
    const expected = shapleyByOrders((set) => worth([...set]), players);
    shares.forEach(({ value }, at) => {
      expect(value).toBeCloseTo(expected[at], 10);
    });
    expect(shares.every(({ margin }) => margin === 0)).toBe(true);
  });

  it('beyond 8 players lie within their margins of the truth and sum to what all gain', () => {
    const { shares, exact, orders } = coalitionShares(10, worth, 3);
    expect([exact, orders]).toEqual([false, 20]);
    expect(shares.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(8, 10);
    const truth = [2.1, 2.1, 3.1, ...Array(7).fill(0.1)];
    shares.forEach(({ value, margin }, at) => {
      expect(Math.abs(value - truth[at])).toBeLessThan(2 * margin + 0.2);
    });
    expect(coalitionShares(10, worth, 3)).toEqual(coalitionShares(10, worth, 3));
  });

  it('beyond 8 players are exact where only pairs interact: an order and its reverse split every pair', () => {
    // players a and b together are worth (a + 1)(b + 1), of which each is due half
    const pairs = (set: readonly number[]) =>
      set.reduce((sum, a) => sum + set.reduce((own, b) => (b > a ? own + (a + 1) * (b + 1) : own), 0), 0);
    const { shares } = coalitionShares(10, pairs, 3);
    shares.forEach(({ value, margin }, at) => {
      expect(value).toBeCloseTo(((at + 1) * (55 - (at + 1))) / 2, 10);
      expect(margin).toBeCloseTo(0, 10);
    });
  });
});

describe('permutation importance', () => {
  it('is large for signal, near 0 for noise, and small for either of two copies', () => {
    const pool = plantPool(
      [
        { name: 'lone', signal: [2, 2] },
        { name: 'copy', signal: [2, 2] },
        { name: 'copy too', signal: [2, 2], twinOf: 'copy' },
        { name: 'noise', signal: [0, 0] },
      ],
      { rows: 600, seed: 4 },
    );
    const names = pool.names.flatMap((name) => [`${name}:0`, `${name}:1`]);
    const [lone, copy, copyToo, noise] = permutationImportance({
      features: { rows: 600, columns: 8, names, values: pool.values },
      ...{
        classes: 2,
        labels: pool.labels,
        rows: Int32Array.from(pool.labels.keys()),
        queries: Int32Array.from(pool.labels.keys()),
        foldOf: pool.foldOf,
        seed: 1,
      },
    });
    expect(lone).toBeGreaterThan(0.1);
    expect(Math.abs(noise)).toBeLessThan(0.02);
    expect(Math.min(copy, copyToo)).toBeLessThan(0.7 * lone);
  });
});

describe('measures side by side', () => {
  const input = (model: string, shap: number, other: number): MeasureInput => {
    const values = {
      groupShap: shap,
      towards: shap,
      refit: other,
      permutation: shap,
      gain: shap,
      solo: shap,
    };
    return { model, values: { shap, ...values } as Record<MeasureName, number>, refitMargin: 0 };
  };

  it('rank by each measure and dispute who moves by a third of the models, 2 places at least', () => {
    const measures = compareMeasures([input('a', 3, 0.1), input('b', 2, 0.2), input('c', 1, 0.3)], {
      exact: true,
      orders: 0,
    });
    expect(measures.disputedFrom).toBe(2);
    expect(measures.models.map(({ model, spread, disputed }) => [model, spread, disputed])).toEqual([
      ['a', 2, true],
      ['b', 0, false],
      ['c', 2, true],
    ]);
    expect(measures.models[0].ranks).toMatchObject({ shap: 1, refit: 3 });
  });
});
