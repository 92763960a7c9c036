import { square } from '../math/power.js';
import { createRandom } from '../math/random.js';

/** A model's share in what all models gain together, with its uncertainty. */
interface CoalitionShare {
  readonly value: number;
  /** two standard errors over the orders drawn; 0 where all sets were tried */
  readonly margin: number;
}

export interface CoalitionShares {
  readonly shares: readonly CoalitionShare[];
  /** whether every set was tried, rather than orders drawn */
  readonly exact: boolean;
  /** orders drawn; 0 where exact */
  readonly orders: number;
}

/** Models up to which all sets are tried: 255. */
const EXACT_MODELS = 8;
/** Pairs of an order and its reverse that are drawn beyond. */
const PAIRS = 10;

/**
 * Shapley values of the game in which a set is worth `worth(set)`, the empty one included. Exact over all sets of up to 8
 * players; beyond, the mean over 10 random orders and their reverses (antithetic pairs; Castro, Gomez & Tejada 2009,
 * Mitchell et al. 2022), at most 20 x players sets. Shares sum to worth(all) - worth(none) either way.
 */
export function coalitionShares(
  players: number,
  worth: (set: readonly number[]) => number,
  seed: number,
): CoalitionShares {
  return players <= EXACT_MODELS ? exactShares(players, worth) : sampledShares(players, worth, seed);
}

function exactShares(players: number, worth: (set: readonly number[]) => number): CoalitionShares {
  const sets = Array.from({ length: 2 ** players }, (_, mask) =>
    [...Array(players).keys()].filter((player) => (mask >> player) & 1),
  );
  const values = sets.map(worth);
  const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
  const shares = Array.from({ length: players }, (_, player) => {
    let value = 0;
    sets.forEach((set, mask) => {
      if ((mask >> player) & 1) return;
      const weight = (factorial(set.length) * factorial(players - set.length - 1)) / factorial(players);
      value += weight * (values[mask | (1 << player)] - values[mask]);
    });
    return { value, margin: 0 };
  });
  return { shares, exact: true, orders: 0 };
}

function sampledShares(
  players: number,
  worth: (set: readonly number[]) => number,
  seed: number,
): CoalitionShares {
  const random = createRandom(seed).fork('orders of models');
  const pairs: number[][] = [];
  for (let pair = 0; pair < PAIRS; pair++) {
    const order = random.shuffle([...Array(players).keys()]);
    const forth = gainsAlong(order, worth);
    const back = gainsAlong([...order].reverse(), worth);
    pairs.push(forth.map((gain, player) => (gain + back[player]) / 2));
  }
  const shares = Array.from({ length: players }, (_, player) => {
    const own = pairs.map((gains) => gains[player]);
    const value = own.reduce((a, b) => a + b, 0) / PAIRS;
    const variance = own.reduce((sum, each) => sum + square(each - value), 0) / (PAIRS - 1);
    return { value, margin: 2 * Math.sqrt(variance / PAIRS) };
  });
  return { shares, exact: false, orders: 2 * PAIRS };
}

/** [player] what each adds to those before it. */
function gainsAlong(order: readonly number[], worth: (set: readonly number[]) => number): number[] {
  const gains = new Array<number>(order.length).fill(0);
  let before = worth([]);
  order.forEach((player, at) => {
    const after = worth(order.slice(0, at + 1).sort((a, b) => a - b));
    gains[player] = after - before;
    before = after;
  });
  return gains;
}
