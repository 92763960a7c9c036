import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/math/random.js';
import { randomTable, randomTree, rowOf } from '../properties/random-ensembles.js';
import { shapleyByCoalitions, shapleyByOrders, treeGame } from './shapley.js';
import { shapleyByRecursion } from './shapley-recursion.js';

describe('oracles of Shapley values', () => {
  it('give the glove game its textbook values', () => {
    // player 0 owns a left glove, players 1 and 2 a right one each; a pair is worth 1
    const gloves = (s: ReadonlySet<number>) => (s.has(0) && (s.has(1) || s.has(2)) ? 1 : 0);
    const expected = [2 / 3, 1 / 6, 1 / 6];
    shapleyByOrders(gloves, 3).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i], 12);
    });
    shapleyByCoalitions(gloves, 3).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i], 12);
    });
  });

  it('agree with each other on random trees', () => {
    const random = createRandom('oracles');
    for (let turn = 0; turn < 30; turn++) {
      const columns = 1 + random.integer(5);
      const tree = randomTree(random, { columns, depth: 4 });
      const row = rowOf(randomTable(random, { rows: 1, columns }), 0);
      const each = Array.from({ length: columns }, (_, column) => column);
      const game = treeGame(tree, row, each);
      const orders = shapleyByOrders(game, columns);
      const coalitions = shapleyByCoalitions(game, columns);
      const recursion = shapleyByRecursion(tree, row, each, columns);
      for (let i = 0; i < columns; i++) {
        expect(Math.abs(coalitions[i] - orders[i])).toBeLessThan(1e-12);
        expect(Math.abs(recursion[i] - orders[i])).toBeLessThan(1e-12);
      }
    }
  });
});
