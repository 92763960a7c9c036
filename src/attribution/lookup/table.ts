import { type CodedTree, digitsOf, leafBits, leafInUnit } from './leaf.js';
import { BLOCK_ROWS, LOOKUP_PLACES } from './records.js';
import { beginUnit, endUnit, loadLeaf, type TableMemory } from './table-memory.js';
import type { Unit } from './unit.js';

/** Most players whose sums of a row lie side by side: three registers. */
const MOST_DENSE = 12;

/**
 * Whether a row's sums lie side by side, and tables' vectors are of all players. Where there are more, vectors are of the
 * unit's own players only, which are few, and a player's sums lie side by side.
 */
export function isDense(players: number): boolean {
  return players <= MOST_DENSE;
}

/** Float32 of a row's sums: one per player, filled up to whole registers of dense ones. */
export function vectorWidth(players: number): number {
  return isDense(players) ? Math.max(4, 4 * Math.ceil(players / 4)) : players;
}

/** Rows that sums have room for: whole passes, or whole blocks of passes where they are not dense. */
export function rowsOfSums(rows: number, dense: boolean): number {
  const step = dense ? LOOKUP_PLACES.lanes : BLOCK_ROWS;
  return step * Math.ceil(rows / step);
}

/** Float32 of a state's vector in a unit's table: whole registers. */
export function stateWidth(unit: Unit, players: number): number {
  return isDense(players) ? vectorWidth(players) : 4 * Math.ceil(unit.players.length / 4);
}

/**
 * Fills a unit's table with its attributions in all its states: [state][player] of all players (`places` null), or
 * [register][state][lane] of the unit's own, where `places` says (QuadLayout). Summed over leaves in float64, stored in float32.
 * O(states * leaves * path players).
 */
export function buildTable(
  unit: Unit,
  tree: CodedTree,
  players: number,
  { memory, places }: { memory: TableMemory; places: readonly number[] | null },
): Float32Array {
  const { kernels, job } = memory;
  beginUnit(memory, unit);
  const first = digitsOf(unit);
  for (const leaf of unit.leaves) {
    const own = leafInUnit(unit, leaf, tree.plan);
    leafBits(unit, leaf, { own, tree }, { bits: memory.bits, first });
    loadLeaf(memory, tree.plan.tree.value[leaf], own);
    kernels.addLeaf(job);
  }
  const values = unit.states * stateWidth(unit, players);
  if (places === null) {
    const own = unit.players.map(({ player }) => player);
    return endUnit(memory, { places: own, step: stateWidth(unit, players), values });
  }
  const register = 4 * unit.states;
  const own = places.map((place) => (place >> 2) * register + (place & 3));
  return endUnit(memory, { places: own, step: 4, values });
}
