import { gaussLegendre } from '../quadrature.js';
import { type CodedTree, leafInUnit, leafMasks } from './leaf.js';
import { absentGain, fillProducts, presentGain } from './products.js';
import { MOST_STATES, type Unit } from './unit.js';

/** Most players whose sums a row keeps in registers: six of four (the kernel's WIDEST). */
export const MOST_DENSE = 24;

/** Float32 of a row's sums: one per player, filled up to whole registers. */
export function vectorWidth(players: number): number {
  return Math.max(4, 4 * Math.ceil(players / 4));
}

/**
 * Which players the vectors of a unit's table are for: all, or, where there are more than MOST_DENSE, only those whose
 * group of four consecutive players has one of the unit's, since a unit has few players.
 */
export interface VectorLayout {
  /** float32 per state */
  readonly width: number;
  /** groups in the vector, ascending: of players 4 g to 4 g + 3 */
  readonly groups: readonly number[];
}

/** The layout of a unit's vectors. */
export function vectorLayout(unit: Unit, players: number): VectorLayout {
  if (players > MOST_DENSE) {
    const groups = [...new Set(unit.players.map(({ player }) => player >> 2))].sort((a, b) => a - b);
    return { width: 4 * groups.length, groups };
  }
  const width = vectorWidth(players);
  return { width, groups: ALL_GROUPS.slice(0, width / 4) };
}

const ALL_GROUPS: readonly number[] = Array.from({ length: MOST_DENSE / 4 }, (_, group) => group);

/** Scratch of buildTable, for units of up to MOST_STATES states, which have up to 10 players. */
export interface TableScratch {
  /** [state][player of the unit] sums in float64 */
  sums: Float64Array;
  /** [state] satisfied players of a leaf, as bits */
  readonly masks: Int32Array;
  /** [mask] of a leaf at one point, and [mask][player of the leaf] its vectors */
  readonly products: Float64Array;
  readonly vectors: Float64Array;
}

/** Scratch arrays for any unit. */
export function createTableScratch(): TableScratch {
  return {
    sums: new Float64Array(0),
    masks: new Int32Array(MOST_STATES),
    products: new Float64Array(MOST_STATES),
    vectors: new Float64Array(MOST_STATES * Math.log2(MOST_STATES)),
  };
}

/**
 * Writes a unit's attributions for all its states to `table`, [state][place in the layout]. Summed over leaves in
 * float64, stored in float32. O(states * leaves * path players).
 */
export function buildTable(
  unit: Unit,
  tree: CodedTree,
  layout: VectorLayout,
  table: Float32Array,
  scratch: TableScratch,
): void {
  const players = unit.players.length;
  const size = unit.states * players;
  if (scratch.sums.length < size) scratch.sums = new Float64Array(size);
  const { sums, masks, vectors } = scratch;
  sums.fill(0, 0, size);
  for (const leaf of unit.leaves) {
    const own = leafInUnit(unit, leaf, tree.plan);
    const slots = Int32Array.from(own.players);
    const count = slots.length;
    leafMasks(unit, leaf, own, tree, masks);
    leafVectors(tree.plan.tree.value[leaf], own.shares, scratch);
    for (let state = 0, to = 0; state < unit.states; state++, to += players) {
      const from = masks[state] * count;
      for (let slot = 0; slot < count; slot++) sums[to + slots[slot]] += vectors[from + slot];
    }
  }
  table.fill(0);
  const { width } = layout;
  const places = Int32Array.from(unit.players, ({ player }) => placeIn(layout, player));
  for (let state = 0, from = 0; state < unit.states; state++, from += players) {
    for (let at = 0; at < players; at++) table[state * width + places[at]] = sums[from + at];
  }
}

/** A player's place in a layout's vectors. */
function placeIn({ groups }: VectorLayout, player: number): number {
  return 4 * groups.indexOf(player >> 2) + (player & 3);
}

/**
 * Writes the Shapley values of a leaf's game for every set of satisfied players: vectors[mask][player] = sum over
 * quadrature points of weight * value * prod_{j != i} f_j * (o_i - z_i), as ENGINE's leaf table. O(2^players players^2).
 */
function leafVectors(value: number, shares: Float64Array, { products, vectors }: TableScratch): void {
  const count = shares.length;
  const sets = 1 << count;
  vectors.fill(0, 0, sets * count);
  const { nodes, weights } = gaussLegendre((count + 1) >> 1);
  for (let point = 0; point < nodes.length; point++) {
    const t = nodes[point];
    fillProducts(products, { value: value * weights[point], shares, t });
    const absent = absentGain(t);
    for (let slot = 0; slot < count; slot++) {
      const present = presentGain(shares[slot], t);
      for (let mask = 0, to = slot; mask < sets; mask++, to += count) {
        vectors[to] += products[mask] * ((mask >>> slot) & 1 ? present : absent);
      }
    }
  }
}
