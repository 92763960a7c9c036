import type { TreePlan } from '../plan-types.js';
import type { Unit, UnitPlayer } from './unit.js';

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
  readonly shares: readonly number[];
}

/** The unit's players on a leaf's way. O(depth x players of the unit). */
export function leafInUnit(
  { players }: Unit,
  leaf: number,
  { parent, player, share, shareAbove }: TreePlan,
): LeafInUnit {
  const shareOf: number[] = [];
  for (let place = 0; place < players.length; place++) shareOf.push(NOT_MET);
  for (let child = leaf, node = parent[leaf]; node >= 0; child = node, node = parent[node]) {
    const place = placeOf(players, player[node]);
    if (place >= 0 && shareOf[place] === NOT_MET) shareOf[place] = shareAbove[node] * share[child];
  }
  const places: number[] = [];
  const shares: number[] = [];
  for (let place = 0; place < players.length; place++) {
    if (shareOf[place] === NOT_MET) continue;
    places.push(place);
    shares.push(shareOf[place]);
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

/** [player of the unit] where its digits begin among those of all players; then how many there are. */
export function digitsOf({ players }: Unit): number[] {
  const first = [0];
  for (let place = 0; place < players.length; place++) first.push(first[place] + players[place].states);
  return first;
}

/** Where leafBits writes, and where the digits of each player of the unit begin there (digitsOf). */
export interface LeafBits {
  readonly bits: Uint16Array;
  readonly first: readonly number[];
}

/**
 * Writes [player of the unit][its digit] what the digit adds to a state's mask: bit i for player i of `own`, if it meets all of
 * its conditions on the leaf's way. O(conditions x digits).
 */
export function leafBits(
  unit: Unit,
  leaf: number,
  { own, tree }: { readonly own: LeafInUnit; readonly tree: CodedTree },
  out: LeafBits,
): void {
  const { players } = unit;
  const { bits, first } = out;
  bits.fill(0, 0, first[players.length]);
  for (let slot = 0; slot < own.players.length; slot++) {
    const place = own.players[slot];
    const failed = players[place].onPath ? 1 : 0; // then digit 0 says that the way above failed
    for (let at = first[place] + failed; at < first[place + 1]; at++) bits[at] = 1 << slot;
  }
  const { parent, player } = tree.plan;
  for (let child = leaf; child !== unit.node; child = parent[child]) {
    const place = placeOf(players, player[parent[child]]);
    if (place >= 0) clearFailing(players[place], first[place], { child, tree, bits });
  }
}

/** Clears the digits of a player, the first of which lies at `from`, that do not meet the test above `child`. */
function clearFailing(
  { onPath, columns, states }: UnitPlayer,
  from: number,
  { child, tree, bits }: { readonly child: number; readonly tree: CodedTree; readonly bits: Uint16Array },
): void {
  const { parent, tree: nodes } = tree.plan;
  const node = parent[child];
  const column = columns.find((own) => own.column === nodes.feature[node]);
  if (column === undefined) return;
  const left = nodes.left[node] === child;
  const missingLeft = nodes.defaultLeft[node] === 1;
  const above = column.cuts.length;
  const place = column.cuts.indexOf(tree.cut[node]);
  const skipped = onPath ? 1 : 0;
  for (let digit = skipped; digit < states; digit++) {
    const combination = digit - skipped;
    const value =
      columns.length === 1 ? combination : Math.floor(combination / column.stride) % column.states;
    const goesLeft = value > above ? missingLeft : place >= above - value;
    if (goesLeft !== left) bits[from + digit] = 0;
  }
}

/**
 * Writes which players on a leaf's way meet all of their conditions there, in every state of the unit, from its leafBits.
 * States count players in mixed radix. O(states).
 */
export function leafMasks(unit: Unit, bits: ArrayLike<number>, masks: Int32Array): void {
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
