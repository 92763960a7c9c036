import { gaussLegendre, type QuadratureRule } from '../quadrature.js';
import type { FactoredUnit } from './factors.js';
import { type CodedTree, digitsOf, type LeafInUnit, leafBits, leafInUnit, leafMasks } from './leaf.js';
import { absentGain, fillProducts, presentGain } from './products.js';
import type { Unit } from './unit.js';

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
function slopeAt({ points, values }: FactorLayout, player: number, point: number): number {
  return values + 4 * (points * (player >> 2) + point) + (player & 3);
}

/**
 * Writes a factor's table. With every player present with probability t, the rest of a leaf's game being the product of
 * the other factors, phi_i = integral over t of value_others(t) * slope_i(t), where of each leaf l of the factor
 *   value(t)   += v_l prod_{j in l} f_j(t),                      f_j = o_j t + z_j (1 - t)
 *   slope_i(t) += v_l (o_i - z_i) prod_{j in l, j != i} f_j(t)   times the point's weight
 * over the factor's players j on the leaf's path (v_l is 1 in factors above the unit's part). All f
 * are >= 0, so no leaf's terms cancel. Computed in float64, stored in float32.
 * O(states * leaves * points * players).
 */
export function buildFactorTable(
  { factors, points }: FactoredUnit,
  factor: Unit,
  tree: CodedTree,
  table: Float32Array,
): void {
  const layout = factorLayout(factor, points);
  const { width } = layout;
  const rule = gaussLegendre(points);
  const masks = new Int32Array(factor.states);
  const sums = new Float64Array(table.length);
  const first = digitsOf(factor);
  const bits = new Uint16Array(first[factor.players.length]);
  for (const leaf of factor.leaves) {
    const own = leafInUnit(factor, leaf, tree.plan);
    leafBits(factor, leaf, { own, tree }, { bits, first });
    leafMasks(factor, bits, masks);
    const terms = leafTerms(factor === factors[0] ? tree.plan.tree.value[leaf] : 1, own, layout, rule);
    for (let state = 0; state < factor.states; state++) {
      const from = masks[state] * width;
      const to = state * width;
      for (let at = 0; at < width; at++) sums[to + at] += terms[from + at];
    }
  }
  table.set(sums);
}

/** What a leaf adds to a state, for every set of satisfied players: [mask][values and slopes as in the table]. */
function leafTerms(
  value: number,
  { players, shares }: LeafInUnit,
  layout: FactorLayout,
  { nodes, weights }: QuadratureRule,
): Float64Array {
  const { width } = layout;
  const sets = 1 << players.length;
  const products = new Float64Array(sets);
  const terms = new Float64Array(sets * width);
  for (let point = 0; point < nodes.length; point++) {
    const t = nodes[point];
    fillProducts(products, { value, shares, t });
    for (let mask = 0; mask < sets; mask++) terms[mask * width + point] = products[mask];
    const absent = weights[point] * absentGain(t);
    players.forEach((player, slot) => {
      const present = weights[point] * presentGain(shares[slot], t);
      for (let mask = 0, to = slopeAt(layout, player, point); mask < sets; mask++, to += width) {
        terms[to] = products[mask] * ((mask >>> slot) & 1 ? present : absent);
      }
    });
  }
  return terms;
}
