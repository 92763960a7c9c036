import type { Tree } from '../ensemble/tree.js';
import { addLeafShapley, createLeafScratch } from './leaf-game.js';
import type { Unit, UnitColumn, UnitPlayer } from './lookup-unit.js';
import type { TreePlan } from './plan-types.js';

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

/** Scratch of buildTable, for units of up to 256 states. */
export interface TableScratch {
  /** [state][player] sums in float64 */
  sums: Float64Array;
  /** [state] satisfied players of a leaf, as bits by place in the unit */
  readonly masks: Int32Array;
  /** [mask][slot of the leaf] a leaf's vectors, and [mask] whether they are computed */
  readonly vectors: Float64Array;
  readonly known: Uint8Array;
  readonly game: ReturnType<typeof createLeafScratch>;
}

/** Scratch arrays for any unit. */
export function createTableScratch(): TableScratch {
  return {
    sums: new Float64Array(0),
    masks: new Int32Array(256),
    vectors: new Float64Array(256 * 8),
    known: new Uint8Array(256),
    game: createLeafScratch(8),
  };
}

/**
 * Writes a unit's attributions for all its states to `table`, [state][place in the layout]. Summed over leaves in
 * float64, stored in float32. O(states * leaves * path players).
 */
export function buildTable(
  unit: Unit,
  { tree, plan }: { tree: Tree; plan: TreePlan },
  layout: VectorLayout,
  table: Float32Array,
  scratch: TableScratch,
): void {
  const size = unit.states * layout.width;
  if (scratch.sums.length < size) scratch.sums = new Float64Array(size);
  const { sums } = scratch;
  sums.fill(0, 0, size);
  for (const leaf of unit.leaves) {
    leafMasks(unit, leaf, { tree, plan }, scratch.masks);
    addLeaf(unit, leaf, plan, layout, scratch);
  }
  table.set(sums.subarray(0, size));
}

/** Adds a leaf's vectors to the sums of all states, computing each satisfied set once. */
function addLeaf(
  unit: Unit,
  leaf: number,
  plan: TreePlan,
  { width, groups }: VectorLayout,
  scratch: TableScratch,
): void {
  const { sums, masks, vectors, known, game } = scratch;
  const at = plan.entryStart[leaf];
  const count = plan.entryStart[leaf + 1] - at;
  const leafGame = { value: plan.value[leaf], shares: plan.shares, at, count };
  const players = plan.players.subarray(at, at + count);
  const places = players.map((player) => 4 * groups.indexOf(player >> 2) + (player & 3));
  const bits = players.map((player) => unit.players.findIndex((own) => own.player === player));
  known.fill(0, 0, 1 << unit.players.length);
  for (let state = 0; state < unit.states; state++) {
    const mask = masks[state];
    const from = mask * count;
    if (known[mask] === 0) {
      known[mask] = 1;
      for (let slot = 0; slot < count; slot++) game.satisfied[slot] = (mask >>> bits[slot]) & 1;
      vectors.fill(0, from, from + count);
      addLeafShapley(leafGame, game, vectors, from);
    }
    for (let slot = 0; slot < count; slot++) sums[state * width + places[slot]] += vectors[from + slot];
  }
}

/**
 * Writes which of the unit's players are on a leaf's way and meet all of their conditions there, in every state: a bit
 * per player of the unit. States count players in mixed radix.
 */
export function leafMasks(
  unit: Unit,
  leaf: number,
  { tree, plan }: { tree: Tree; plan: TreePlan },
  masks: Int32Array,
): void {
  const players = plan.players.subarray(plan.entryStart[leaf], plan.entryStart[leaf + 1]);
  masks[0] = 0;
  unit.players.forEach((player, at) => {
    const onWay = players.includes(player.player);
    const conditions = onWay ? conditionsBelow(unit, player, leaf, tree, plan) : [];
    for (let digit = player.states - 1; digit >= 0; digit--) {
      const bit = onWay && isSatisfied(player, digit, conditions) ? 1 << at : 0;
      const start = digit * player.stride;
      for (let state = 0; state < player.stride; state++) masks[start + state] = masks[state] | bit;
    }
  });
}

/** A test between a unit's root and a leaf: of a column at a cut, and where the leaf lies. */
interface Condition {
  readonly column: UnitColumn;
  /** place of the cut in the column's list */
  readonly place: number;
  readonly left: boolean;
  readonly missingLeft: boolean;
}

function conditionsBelow(
  unit: Unit,
  player: UnitPlayer,
  leaf: number,
  tree: Tree,
  plan: TreePlan,
): Condition[] {
  const conditions: Condition[] = [];
  for (let child = leaf; child !== unit.node; child = plan.parent[child]) {
    const node = plan.parent[child];
    const column = player.columns.find((candidate) => candidate.column === tree.feature[node]);
    if (column === undefined) continue;
    const left = tree.left[node] === child;
    const missingLeft = tree.defaultLeft[node] === 1;
    conditions.push({ column, place: column.cuts.indexOf(plan.cut[node]), left, missingLeft });
  }
  return conditions;
}

/** Whether a player in a state meets all of its conditions on the way to a leaf. */
function isSatisfied(player: UnitPlayer, digit: number, conditions: readonly Condition[]): boolean {
  if (player.onPath && digit === 0) return false;
  const combination = digit - (player.onPath ? 1 : 0);
  return conditions.every(({ column, place, left, missingLeft }) => {
    const value = Math.floor(combination / column.stride) % column.states;
    const above = column.cuts.length;
    const goesLeft = value > above ? missingLeft : place >= above - value;
    return goesLeft === left;
  });
}
