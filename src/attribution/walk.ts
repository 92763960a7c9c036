import type { FeatureMatrix } from '../ensemble/tree.js';
import type { AttributionPlan, RowRange, TreePlan } from './plan-types.js';
import { gaussLegendre } from './quadrature.js';

/**
 * Adds the attributions of rows [from, to) to out[row - from][player][class], by walking every tree for every row in
 * float64. O(rows * nodes * points). The choice for few rows, which do not pay for tables.
 *
 * Each player arrives at a uniform time, so that at time t every player is present with probability t; a player's Shapley
 * value is the integral over t of what its presence changes (Owen 1972). Given that a row is at a node, whose player
 * was met above with share z and conditions that the row meets, the player is present with probability
 * tau = t / (t + z (1 - t)); if the row fails one of them, tau is 0. The row goes on to a child with probability
 * share + tau (l - share), l being whether the row's value sends it there. So with P the probability of the node and U
 * the expected value below a child, the node adds to its player
 *   integral over t of P dtau/dt sum over children of (l - share) U,   dtau/dt = z / (t + z (1 - t))^2.
 * Summed over all nodes of a player the integrand is a polynomial of degree (players on a path) - 1, for which the plan's
 * quadrature rule is exact. Nothing cancels and no factor is divided out, so shares of 0 are safe. Probabilities go down
 * the tree and values up, as in "Linear TreeSHAP" (arXiv 2209.08192) and "Quadrature TreeSHAP" (arXiv 2605.04497).
 */
export function walkRows(
  plan: AttributionPlan,
  features: FeatureMatrix,
  { from, to }: RowRange,
  out: Float64Array,
): void {
  const width = plan.players.names.length * plan.classes;
  for (const tree of plan.trees) {
    const walk = prepareWalk(tree);
    for (let row = from; row < to; row++) {
      findWays(walk, features.values, row * features.columns);
      passDown(walk);
      passUp(walk, out, (row - from) * width + tree.class, plan.classes);
    }
  }
}

/** A tree's constants at the points, and scratch for one row. Arrays by node, or [node][point]. */
interface Walk {
  readonly plan: TreePlan;
  readonly points: number;
  readonly weights: Float64Array;
  /** tau and dtau/dt of a row that meets the conditions on the node's player above */
  readonly presence: Float64Array;
  readonly change: Float64Array;
  /** whether the row goes left, and whether it met what is above about the node's player */
  readonly goesLeft: Uint8Array;
  readonly met: Uint8Array;
  /** met * (l - share) of the child that the row comes to at the node */
  readonly surprise: Float64Array;
  /** on the way down P, on the way up U */
  readonly value: Float64Array;
}

function prepareWalk(plan: TreePlan): Walk {
  const { shareAbove, points } = plan;
  const { nodes, weights } = gaussLegendre(points);
  const count = shareAbove.length;
  const presence = new Float64Array(count * points);
  const change = new Float64Array(count * points);
  for (let node = 0; node < count; node++) {
    const z = shareAbove[node];
    for (let point = 0; point < points; point++) {
      const factor = nodes[point] + z * (1 - nodes[point]);
      presence[node * points + point] = nodes[point] / factor;
      change[node * points + point] = z / (factor * factor);
    }
  }
  return {
    plan,
    points,
    weights,
    presence,
    change,
    goesLeft: new Uint8Array(count),
    met: new Uint8Array(count),
    surprise: new Float64Array(count),
    value: new Float64Array(count * points),
  };
}

/** Which way the row whose values start at `at` goes at every node, and how much that says about the node's player. */
function findWays({ plan, goesLeft, met, surprise }: Walk, values: Float32Array, at: number): void {
  const { above, aboveLeft, share } = plan;
  const { left, right, feature, threshold, defaultLeft } = plan.tree;
  for (let node = 0; node < left.length; node++) {
    if (left[node] < 0) continue;
    const x = values[at + feature[node]];
    const toLeft = Number.isNaN(x) ? defaultLeft[node] : x < threshold[node] ? 1 : 0;
    goesLeft[node] = toLeft;
    const up = above[node];
    met[node] = up < 0 || (met[up] === 1 && goesLeft[up] === aboveLeft[node]) ? 1 : 0;
    surprise[left[node]] = met[node] * (toLeft - share[left[node]]);
    surprise[right[node]] = met[node] * (1 - toLeft - share[right[node]]);
  }
}

/** The probability of every node at every point, times the point's weight. */
function passDown({ plan, points, weights, presence, surprise, value }: Walk): void {
  const { tree, parent, share } = plan;
  for (let point = 0; point < points; point++) value[point] = weights[point];
  for (let node = 1; node < parent.length; node++) {
    const to = node * points;
    if (tree.left[node] < 0) {
      for (let point = 0; point < points; point++) value[to + point] = tree.value[node];
      continue;
    }
    const from = parent[node] * points;
    for (let point = 0; point < points; point++) {
      value[to + point] = value[from + point] * (share[node] + presence[from + point] * surprise[node]);
    }
  }
}

/** Expected values from the leaves up, and what each node adds to its player i, at target[start + i classes]. */
function passUp(
  { plan, points, presence, change, surprise, value }: Walk,
  target: Float64Array,
  start: number,
  classes: number,
): void {
  const { tree, player, share } = plan;
  for (let node = tree.left.length - 1; node >= 0; node--) {
    const left = tree.left[node];
    if (left < 0) continue;
    const right = tree.right[node];
    const at = node * points;
    let sum = 0;
    for (let point = 0; point < points; point++) {
      const below = value[left * points + point];
      const other = value[right * points + point];
      const moved = surprise[left] * below + surprise[right] * other;
      sum += change[at + point] * value[at + point] * moved;
      value[at + point] = share[left] * below + share[right] * other + presence[at + point] * moved;
    }
    target[start + player[node] * classes] += sum;
  }
}
