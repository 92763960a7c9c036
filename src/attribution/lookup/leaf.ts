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

/** The unit's players on a leaf's way. O(depth + players). */
export function leafInUnit(
  unit: Unit,
  leaf: number,
  { parent, player, share, shareAbove }: TreePlan,
): LeafInUnit {
  const shares = new Map<number, number>();
  for (let child = leaf, node = parent[leaf]; node >= 0; child = node, node = parent[node]) {
    if (!shares.has(player[node])) shares.set(player[node], shareAbove[node] * share[child]);
  }
  const players = [...unit.players.keys()].filter((at) => shares.has(unit.players[at].player));
  return { players, shares: Float64Array.from(players, (at) => shares.get(unit.players[at].player)!) };
}

/**
 * [player of the unit][its digit] what the digit adds to a state's mask: bit i for player i of `own`, if it meets all of its
 * conditions on the leaf's way.
 */
export function leafBits(unit: Unit, leaf: number, own: LeafInUnit, tree: CodedTree): number[] {
  const bits: number[] = [];
  unit.players.forEach((player, at) => {
    const slot = own.players.indexOf(at);
    const conditions = slot < 0 ? [] : conditionsBelow(unit, player, leaf, tree);
    for (let digit = 0; digit < player.states; digit++) {
      bits.push(slot >= 0 && isSatisfied(player, digit, conditions) ? 1 << slot : 0);
    }
  });
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
  { plan, cut }: CodedTree,
): Condition[] {
  const { tree, parent } = plan;
  const conditions: Condition[] = [];
  for (let child = leaf; child !== unit.node; child = parent[child]) {
    const node = parent[child];
    const column = player.columns.find((candidate) => candidate.column === tree.feature[node]);
    if (column === undefined) continue;
    const left = tree.left[node] === child;
    const missingLeft = tree.defaultLeft[node] === 1;
    conditions.push({ column, place: column.cuts.indexOf(cut[node]), left, missingLeft });
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
