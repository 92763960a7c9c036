import type { Tree } from '../ensemble/tree.js';
import type { FactoredUnit } from './lookup-factors.js';
import { leafMasks } from './lookup-table.js';
import type { Unit } from './lookup-unit.js';
import type { TreePlan } from './plan-types.js';
import { gaussLegendre, type QuadratureRule } from './quadrature.js';

/** How a factor's table is laid out: per state the values at all points, then each register's slopes at all points. */
export interface FactorLayout {
  readonly points: number;
  /** float32 of the values: the points, filled up to whole registers */
  readonly values: number;
  /** registers of four players' slopes */
  readonly registers: number;
  /** float32 of a state */
  readonly width: number;
}

/** The layout of a factor's table. */
export function factorLayout(factor: Unit, points: number): FactorLayout {
  const values = 4 * Math.ceil(points / 4);
  const registers = Math.ceil(factor.players.length / 4);
  return { points, values, registers, width: values + 4 * points * registers };
}

/** Place of a player's slope at a point among a state's. */
export function slopeAt({ points, values }: FactorLayout, player: number, point: number): number {
  return values + 4 * (points * (player >> 2) + point) + (player & 3);
}

/**
 * Writes a factor's table. With every player present with probability t, the rest of a leaf's game being the product of
 * the other factors, phi_i = integral over t of value_others(t) * slope_i(t), where of each leaf l of the factor
 *   value(t)   += v_l prod_{j in l} f_j(t),                      f_j = o_j t + z_j (1 - t)
 *   slope_i(t) += v_l (o_i - z_i) prod_{j in l, j != i} f_j(t)   times the point's weight
 * over the factor's players j on the leaf's path (see addLeafShapley; v_l is 1 in factors above the unit's part). All f
 * are >= 0, so no leaf's terms cancel, and nothing is divided. Computed in float64, stored in float32.
 * O(states * leaves * points * players).
 */
export function buildFactorTable(
  { factors, points }: FactoredUnit,
  factor: Unit,
  { tree, plan }: { tree: Tree; plan: TreePlan },
  table: Float32Array,
): void {
  const layout = factorLayout(factor, points);
  const rule = gaussLegendre(points);
  const masks = new Int32Array(factor.states);
  const sums = new Float64Array(table.length);
  for (const leaf of factor.leaves) {
    leafMasks(factor, leaf, { tree, plan }, masks);
    const shares = sharesOf(factor, leaf, plan);
    const value = factor === factors[0] ? plan.value[leaf] : 1;
    const known = new Map<number, Float64Array>();
    for (let state = 0; state < factor.states; state++) {
      let terms = known.get(masks[state]);
      if (terms === undefined) {
        terms = leafTerms({ value, shares, satisfied: masks[state] }, layout, rule);
        known.set(masks[state], terms);
      }
      const from = state * layout.width;
      for (let at = 0; at < layout.width; at++) sums[from + at] += terms[at];
    }
  }
  table.set(sums);
}

/** [player of the factor] its share z on the way to a leaf, or -1 where it is not on the way. */
function sharesOf(factor: Unit, leaf: number, plan: TreePlan): Float64Array {
  const from = plan.entryStart[leaf];
  const players = plan.players.subarray(from, plan.entryStart[leaf + 1]);
  return Float64Array.from(factor.players, ({ player }) => {
    const slot = players.indexOf(player);
    return slot < 0 ? -1 : plan.shares[from + slot];
  });
}

/** What a leaf adds to a state: values and slopes as in the table. `satisfied` has a bit per player of the factor. */
function leafTerms(
  { value, shares, satisfied }: { value: number; shares: Float64Array; satisfied: number },
  layout: FactorLayout,
  { nodes, weights }: QuadratureRule,
): Float64Array {
  const terms = new Float64Array(layout.width);
  const present = [...shares.keys()].filter((player) => shares[player] >= 0);
  const o = (player: number) => (satisfied >>> player) & 1;
  for (let point = 0; point < nodes.length; point++) {
    const t = nodes[point];
    const factors = present.map((player) => o(player) * t + shares[player] * (1 - t));
    terms[point] = factors.reduce((product, factor) => product * factor, value);
    let before = value * weights[point];
    present.forEach((player, at) => {
      let slope = before * (o(player) - shares[player]);
      for (let other = at + 1; other < factors.length; other++) slope *= factors[other];
      terms[slopeAt(layout, player, point)] = slope;
      before *= factors[at];
    });
  }
  return terms;
}
