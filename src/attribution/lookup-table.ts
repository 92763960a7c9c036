import type { Tree } from '../ensemble/tree.js';
import { addLeafShapley, createLeafScratch } from './leaf-game.js';
import type { Unit, UnitColumn, UnitPlayer } from './lookup-unit.js';
import type { TreePlan } from './plan-types.js';

/** Float32 of one accumulator part: six registers of four (the kernel's WIDEST). */
export const PART_WIDTH = 24;

/** Float32 a state's vector takes: one per player, filled up to whole registers. */
export function vectorWidth(players: number): number {
  return Math.max(4, 4 * Math.ceil(players / 4));
}

/** Scratch of buildTable, for units of up to 256 states. */
export interface TableScratch {
  /** [state][player] sums in float64 */
  sums: Float64Array;
  /** [state] satisfied players of a leaf, as bits by slot */
  readonly masks: Int32Array;
  /** [mask][slot] a leaf's vectors, and [mask] whether they are computed */
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
 * Writes a unit's attributions for all its states to `table`, in parts of up to PART_WIDTH players:
 * [part][state][player of part]. Summed over leaves in float64, stored in float32. O(states * leaves * path players).
 */
export function buildTable(
  unit: Unit,
  { tree, plan }: { tree: Tree; plan: TreePlan },
  width: number,
  table: Float32Array,
  scratch: TableScratch,
): void {
  const size = unit.states * width;
  if (scratch.sums.length < size) scratch.sums = new Float64Array(size);
  const { sums } = scratch;
  sums.fill(0, 0, size);
  for (const leaf of unit.leaves) {
    leafMasks(unit, leaf, tree, plan, scratch.masks);
    addLeaf(unit.states, leaf, plan, width, scratch);
  }
  for (let part = 0, at = 0; part < width; part += PART_WIDTH) {
    const end = Math.min(part + PART_WIDTH, width);
    for (let state = 0; state < unit.states; state++) {
      for (let player = part; player < end; player++) table[at++] = sums[state * width + player];
    }
  }
}

/** Adds a leaf's vectors to the sums of all states, computing each satisfied set once. */
function addLeaf(states: number, leaf: number, plan: TreePlan, width: number, scratch: TableScratch): void {
  const { sums, masks, vectors, known, game } = scratch;
  const at = plan.entryStart[leaf];
  const count = plan.entryStart[leaf + 1] - at;
  const leafGame = { value: plan.value[leaf], shares: plan.shares, at, count };
  known.fill(0, 0, 1 << count);
  for (let state = 0; state < states; state++) {
    const mask = masks[state];
    const from = mask * count;
    if (known[mask] === 0) {
      known[mask] = 1;
      for (let slot = 0; slot < count; slot++) game.satisfied[slot] = (mask >>> slot) & 1;
      vectors.fill(0, from, from + count);
      addLeafShapley(leafGame, game, vectors, from);
    }
    for (let slot = 0; slot < count; slot++)
      sums[state * width + plan.players[at + slot]] += vectors[from + slot];
  }
}

/** Writes which of a leaf's players are satisfied in every state of the unit. States count players in mixed radix. */
function leafMasks(unit: Unit, leaf: number, tree: Tree, plan: TreePlan, masks: Int32Array): void {
  const players = plan.players.subarray(plan.entryStart[leaf], plan.entryStart[leaf + 1]);
  masks[0] = 0;
  for (const player of unit.players) {
    const slot = players.indexOf(player.player);
    const conditions = slot < 0 ? [] : conditionsBelow(unit, player, leaf, tree, plan);
    for (let digit = player.states - 1; digit >= 0; digit--) {
      const bit = slot >= 0 && isSatisfied(player, digit, conditions) ? 1 << slot : 0;
      const start = digit * player.stride;
      for (let state = 0; state < player.stride; state++) masks[start + state] = masks[state] | bit;
    }
  }
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
