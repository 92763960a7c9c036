/**
 * Brute-force Shapley values of path-dependent tree games, straight from the definitions: slow, obvious, and
 * independent of src/attribution.
 */
import type { Tree, TreeEnsemble } from '../../src/ensemble/tree.js';

/** A coalition's worth. */
export type Game = (coalition: ReadonlySet<number>) => number;

/**
 * v(S) of Lundberg et al. 2018, Algorithm 1 (EXPVALUE): follow the row where the split's player is in S, else average
 * both children by cover. `playerOf` maps columns to players.
 */
export function treeGame(tree: Tree, row: ArrayLike<number>, playerOf: ArrayLike<number>): Game {
  return (coalition) => {
    const worth = (node: number): number => {
      const left = tree.left[node];
      const right = tree.right[node];
      if (left < 0) return tree.value[node];
      const column = tree.feature[node];
      if (coalition.has(playerOf[column])) {
        const value = row[column];
        const goesLeft = Number.isNaN(value) ? tree.defaultLeft[node] === 1 : value < tree.threshold[node];
        return worth(goesLeft ? left : right);
      }
      if (tree.cover[node] === 0) return (worth(left) + worth(right)) / 2;
      return (
        (tree.cover[left] / tree.cover[node]) * worth(left) +
        (tree.cover[right] / tree.cover[node]) * worth(right)
      );
    };
    return worth(0);
  };
}

/** The game of one class's margin. */
export function marginGame(
  ensemble: TreeEnsemble,
  k: number,
  row: ArrayLike<number>,
  playerOf: ArrayLike<number>,
): Game {
  const games = ensemble.trees
    .filter((_, index) => ensemble.treeClass[index] === k)
    .map((tree) => treeGame(tree, row, playerOf));
  return (coalition) => games.reduce((sum, game) => sum + game(coalition), ensemble.baseScore[k]);
}

/** The definition by orders: the mean over all n! orders of a player's marginal contribution on arrival. */
export function shapleyByOrders(game: Game, players: number): number[] {
  const values = new Array<number>(players).fill(0);
  const orders = permutations(Array.from({ length: players }, (_, i) => i));
  for (const order of orders) {
    const present = new Set<number>();
    let before = game(present);
    for (const player of order) {
      present.add(player);
      const after = game(present);
      values[player] += (after - before) / orders.length;
      before = after;
    }
  }
  return values;
}

/** The definition by coalitions: sum over S without i of |S|! (n - |S| - 1)! / n! (v(S + i) - v(S)). */
export function shapleyByCoalitions(game: Game, players: number): number[] {
  const worth = Array.from({ length: 2 ** players }, (_, mask) => game(new Set(members(mask, players))));
  return Array.from({ length: players }, (_, player) => {
    let value = 0;
    for (let mask = 0; mask < worth.length; mask++) {
      if (mask & (1 << player)) continue;
      const size = members(mask, players).length;
      const weight = (factorial(size) * factorial(players - size - 1)) / factorial(players);
      value += weight * (worth[mask | (1 << player)] - worth[mask]);
    }
    return value;
  });
}

function members(mask: number, players: number): number[] {
  return Array.from({ length: players }, (_, i) => i).filter((i) => mask & (1 << i));
}

function permutations(items: readonly number[]): number[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item) =>
    permutations(items.filter((other) => other !== item)).map((p) => [item, ...p]),
  );
}

function factorial(n: number): number {
  return n <= 1 ? 1 : n * factorial(n - 1);
}
