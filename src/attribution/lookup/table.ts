import { type CodedTree, leafBits, leafInUnit } from './leaf.js';
import { beginUnit, endUnit, loadLeaf, type TableMemory } from './table-memory.js';
import type { Unit } from './unit.js';

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

/**
 * Fills a unit's table with its attributions in all its states, [state][place in the layout], where `memory` says. Summed
 * over leaves in float64, stored in float32. O(states * leaves * path players).
 */
export function buildTable(
  unit: Unit,
  tree: CodedTree,
  layout: VectorLayout,
  memory: TableMemory,
): Float32Array {
  const { kernels, job } = memory;
  beginUnit(memory, unit);
  for (const leaf of unit.leaves) {
    const own = leafInUnit(unit, leaf, tree.plan);
    loadLeaf(memory, { value: tree.plan.tree.value[leaf], own, bits: leafBits(unit, leaf, own, tree) });
    kernels.addLeaf(job);
  }
  return endUnit(
    memory,
    unit,
    unit.players.map(({ player }) => placeIn(layout, player)),
    layout.width,
  );
}

/** A player's place in a layout's vectors. */
function placeIn({ groups }: VectorLayout, player: number): number {
  return 4 * groups.indexOf(player >> 2) + (player & 3);
}
