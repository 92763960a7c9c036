import { addLeafShapley, createLeafScratch, type LeafScratch } from './leaf-game.js';
import type { AttributionPlan, TreePlan } from './plan-types.js';

/**
 * The attributions computed so far of one tree's nodes, by state. Reused from tree to tree: `forget` first.
 * Attribution vectors lie one after the other in `values`; a place in it of 0 means "not computed yet".
 */
export interface Memo {
  /** [TreePlan.tableStart + state] place of the state's vector in `values` */
  readonly dense: Int32Array;
  /** [node] state to place, for sparse leaves */
  sparse: (Map<number, number> | undefined)[];
  values: Float64Array;
  used: number;
  readonly scratch: LeafScratch;
}

/** A memo large enough for any tree of the plan. */
export function createMemo(plan: AttributionPlan): Memo {
  const states = plan.trees.reduce((most, tree) => Math.max(most, tree.tableStates), 0);
  const players = plan.trees.reduce(
    (most, tree) => tree.pathPlayers.reduce((a, b) => Math.max(a, b), most),
    0,
  );
  return {
    dense: new Int32Array(states),
    sparse: [],
    values: new Float64Array(1 << 12),
    used: 1,
    scratch: createLeafScratch(players),
  };
}

/** Empties the memo for another tree. */
export function forget(memo: Memo, tree: TreePlan): void {
  memo.dense.fill(0, 0, tree.tableStates);
  memo.sparse = [];
  memo.used = 1;
}

/** The place in `values` of the attributions of a node of a unit in a state, computed if need be. */
export function densePlace(memo: Memo, tree: TreePlan, node: number, state: number): number {
  const at = tree.tableStart[node] + state;
  const known = memo.dense[at];
  if (known !== 0) return known;
  const place =
    tree.left[node] < 0 ? leafPlace(memo, tree, node, state) : innerPlace(memo, tree, node, state);
  memo.dense[at] = place;
  return place;
}

/** As densePlace, for a leaf with too many players for a dense table. */
export function sparsePlace(memo: Memo, tree: TreePlan, leaf: number, state: number): number {
  let known = memo.sparse[leaf];
  if (known === undefined) {
    known = new Map();
    memo.sparse[leaf] = known;
  }
  const place = known.get(state);
  if (place !== undefined) return place;
  const fresh = leafPlace(memo, tree, leaf, state);
  known.set(state, fresh);
  return fresh;
}

/** Computes a leaf's attributions for a state, whose bits are the satisfied players. */
function leafPlace(memo: Memo, tree: TreePlan, leaf: number, state: number): number {
  const at = tree.entryStart[leaf];
  const count = tree.entryStart[leaf + 1] - at;
  const { satisfied } = memo.scratch;
  for (let slot = 0; slot < count; slot++) satisfied[slot] = (state >>> slot) & 1;
  const place = reserve(memo, count);
  const game = { value: tree.value[leaf], shares: tree.shares, at, count };
  addLeafShapley(game, memo.scratch, memo.values, place);
  return place;
}

/** The attributions of an inner node are the sum of its children's: Shapley values are linear in the game. */
function innerPlace(memo: Memo, tree: TreePlan, node: number, state: number): number {
  const count = tree.pathPlayers[node];
  const bits = state >>> count;
  const goesLeft = bits & 1;
  const path = state & ((1 << count) - 1);
  const left = tree.left[node];
  const right = tree.right[node];
  const leftBits = (bits >>> 1) & ((1 << tree.inner[left]) - 1);
  const rightBits = bits >>> (1 + tree.inner[left]);
  const leftState = childPath(tree, node, path, goesLeft) | (leftBits << tree.pathPlayers[left]);
  const rightState = childPath(tree, node, path, goesLeft ^ 1) | (rightBits << tree.pathPlayers[right]);
  const leftPlace = densePlace(memo, tree, left, leftState);
  const rightPlace = densePlace(memo, tree, right, rightState);
  const place = reserve(memo, tree.entryStart[node + 1] - tree.entryStart[node]);
  spread(memo, tree, left, leftPlace, place);
  spread(memo, tree, right, rightPlace, place);
  return place;
}

/** The path bits of a child: the node's player is satisfied if it was (or is new) and the row goes to the child. */
function childPath(tree: TreePlan, node: number, path: number, taken: number): number {
  const slot = tree.slot[node];
  if (slot === tree.pathPlayers[node]) return path | (taken << slot);
  return taken === 1 ? path : path & ~(1 << slot);
}

/** Adds a child's attributions, at `from`, to its parent's, at `to`. */
function spread(memo: Memo, tree: TreePlan, child: number, from: number, to: number): void {
  const { values } = memo;
  const start = tree.entryStart[child];
  const count = tree.entryStart[child + 1] - start;
  for (let i = 0; i < count; i++) values[to + tree.place[start + i]] += values[from + i];
}

/** A new vector of zeros. */
function reserve(memo: Memo, count: number): number {
  const place = memo.used;
  memo.used += count;
  if (memo.used > memo.values.length) {
    const larger = new Float64Array(2 * memo.used);
    larger.set(memo.values);
    memo.values = larger;
  }
  memo.values.fill(0, place, memo.used);
  return place;
}
