import type { TreePlan } from '../plan-types.js';
import type { Unit, UnitColumn, UnitPlayer } from './unit.js';

/** A tree whose thresholds are known as codes. */
export interface CodedTree {
  readonly plan: TreePlan;
  /** [node] a row goes left iff its code is < cut; cut k is threshold k - 1 of its column (see Cuts) */
  readonly cut: Int32Array;
}

/** Which of a unit's players are on a leaf's way from the tree's root. */
export interface LeafInUnit {
  /** [player on the way] place among the unit's players, ascending */
  readonly players: readonly number[];
  /** [player on the way] its share z */
  readonly shares: Float64Array;
}

/** The unit's players on a leaf's way. O(depth x players of the unit). */
export function leafInUnit(
  { players }: Unit,
  leaf: number,
  { parent, player, share, shareAbove }: TreePlan,
): LeafInUnit {
  const shareOf = new Float64Array(players.length).fill(NOT_MET);
  let met = 0;
  for (let child = leaf, node = parent[leaf]; node >= 0; child = node, node = parent[node]) {
    const place = placeOf(players, player[node]);
    if (place < 0 || shareOf[place] !== NOT_MET) continue;
    shareOf[place] = shareAbove[node] * share[child];
    met++;
  }
  const places: number[] = [];
  const shares = new Float64Array(met);
  for (let place = 0; place < players.length; place++) {
    if (shareOf[place] !== NOT_MET) shares[places.push(place) - 1] = shareOf[place];
  }
  return { players: places, shares };
}

/** No share is below 0. */
const NOT_MET = -1;

/** A player's place in a unit; -1 without one. Units have about seven players, so that a list is quicker than a map. */
function placeOf(players: readonly UnitPlayer[], player: number): number {
  for (let place = 0; place < players.length; place++) if (players[place].player === player) return place;
  return -1;
}

/**
 * [player of the unit][its digit] what the digit adds to a state's mask: bit i for player i of `own`, if it meets all of its
 * conditions on the leaf's way.
 */
export function leafBits(unit: Unit, leaf: number, own: LeafInUnit, tree: CodedTree): number[] {
  const conditions = conditionsBelow(unit, leaf, tree);
  const bits: number[] = [];
  for (let place = 0, slot = 0; place < unit.players.length; place++) {
    const player = unit.players[place];
    const isOnWay = own.players[slot] === place;
    const bit = isOnWay ? 1 << slot++ : 0;
    for (let digit = 0; digit < player.states; digit++) {
      bits.push(isOnWay && isSatisfied(player, digit, conditions) ? bit : 0);
    }
  }
  return bits;
}

/**
 * Writes which players on a leaf's way meet all of their conditions there, in every state of the unit, from its leafBits.
 * States count players in mixed radix. O(states).
 */
export function leafMasks(unit: Unit, bits: readonly number[], masks: Int32Array): void {
  masks[0] = 0;
  let first = 0;
  for (const { states, stride } of unit.players) {
    for (let digit = states - 1; digit >= 0; digit--) {
      const start = digit * stride;
      for (let state = 0; state < stride; state++) masks[start + state] = masks[state] | bits[first + digit];
    }
    first += states;
  }
}

/** A test between a unit's root and a leaf: of a column at a cut, and where the leaf lies. */
interface Condition {
  readonly player: UnitPlayer;
  readonly column: UnitColumn;
  /** place of the cut in the column's list */
  readonly place: number;
  readonly left: boolean;
  readonly missingLeft: boolean;
}

/** The tests of all players on the way from the unit's root to a leaf. */
function conditionsBelow({ node: root, players }: Unit, leaf: number, { plan, cut }: CodedTree): Condition[] {
  const { tree, parent } = plan;
  const conditions: Condition[] = [];
  for (let child = leaf; child !== root; child = parent[child]) {
    const node = parent[child];
    const place = placeOf(players, plan.player[node]);
    if (place < 0) continue;
    const player = players[place];
    const column = player.columns.find((candidate) => candidate.column === tree.feature[node]);
    if (column === undefined) continue;
    const left = tree.left[node] === child;
    const missingLeft = tree.defaultLeft[node] === 1;
    conditions.push({ player, column, place: column.cuts.indexOf(cut[node]), left, missingLeft });
  }
  return conditions;
}

/** Whether a player in a state meets all of its conditions on the way to a leaf. */
function isSatisfied(player: UnitPlayer, digit: number, conditions: readonly Condition[]): boolean {
  if (player.onPath && digit === 0) return false;
  const combination = digit - (player.onPath ? 1 : 0);
  for (const { player: whose, column, place, left, missingLeft } of conditions) {
    if (whose !== player) continue;
    const value = Math.floor(combination / column.stride) % column.states;
    const above = column.cuts.length;
    const goesLeft = value > above ? missingLeft : place >= above - value;
    if (goesLeft !== left) return false;
  }
  return true;
}
