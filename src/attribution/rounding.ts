import type { TreePlan } from './plan-types.js';

/** Unit roundoff of float32: half the distance from 1 to the next number. */
const UNIT = 2 ** -24;
/**
 * Standard deviations of a sum's rounding that count as possible. Errors of n roundings stay below lambda sqrt(n) u with
 * probability 1 - 2n exp(-lambda^2 / 2) (Higham & Mary 2019, SIAM J. Sci. Comput. 41(5), theorem 2.4): at 8, all but 3e-14 n.
 */
const LAMBDA = 8;

/**
 * [class] how far bias + attributions may lie from a float32 margin by rounding alone. A margin is a float32 sum of one
 * leaf per tree, and so is each player's attribution, of at most twice the tree's largest leaf. O(nodes).
 */
export function roundingBound(baseScore: ArrayLike<number>, plans: readonly TreePlan[]): Float64Array {
  const trees = new Float64Array(baseScore.length);
  const summands = new Float64Array(baseScore.length);
  for (const plan of plans) {
    trees[plan.class]++;
    summands[plan.class] += largestLeaf(plan) * (1 + 2 * playersOf(plan));
  }
  return summands.map((sum, k) => UNIT * (Math.abs(baseScore[k]) + LAMBDA * Math.sqrt(trees[k]) * sum));
}

/** Size of a tree's largest leaf. */
export function largestLeaf({ tree }: TreePlan): number {
  let largest = 0;
  for (let node = 0; node < tree.left.length; node++) {
    if (tree.left[node] < 0) largest = Math.max(largest, Math.abs(tree.value[node]));
  }
  return largest;
}

function playersOf({ tree, player }: TreePlan): number {
  const players = new Set<number>();
  for (let node = 0; node < tree.left.length; node++) if (tree.left[node] >= 0) players.add(player[node]);
  return players.size;
}
