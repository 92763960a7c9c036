import type { CodedBlock } from './cuts.js';
import {
  accumulate,
  appendBit,
  appendFourBits,
  type Comparison,
  extendPath,
  goLeft,
  narrowPath,
} from './kernels.js';
import { addLeafShapley } from './leaf-game.js';
import { densePlace, type Memo, sparsePlace } from './memo.js';
import { type AttributionPlan, METHOD, type TreePlan } from './plan-types.js';

/** The rows of a block that are worked on together, with their scratch arrays. */
export interface Tile {
  readonly codes: CodedBlock;
  /** players of the plan: the width of a row of sums */
  readonly players: number;
  /** first row of the tile in the block, and number of rows */
  first: number;
  rows: number;
  /** [depth][row of tile] path bits of the rows at the split nodes on the way down */
  readonly paths: Int32Array[];
  /** [depth][row of tile] whether the row goes left there */
  readonly conditions: Int32Array[];
  readonly state: Int32Array;
  /** [row of tile] where the attributions of the row's state lie in the memo */
  readonly place: Int32Array;
  readonly leaf: Float64Array;
}

/** Scratch arrays for attributing a coded block. */
export function createTile(plan: AttributionPlan, codes: CodedBlock): Tile {
  const most = plan.trees.reduce((most, tree) => tree.pathPlayers.reduce((a, b) => Math.max(a, b), most), 0);
  return {
    codes,
    players: plan.players.names.length,
    first: 0,
    rows: 0,
    paths: [],
    conditions: [],
    state: new Int32Array(codes.tileRows),
    place: new Int32Array(codes.tileRows),
    leaf: new Float64Array(most),
  };
}

/**
 * Adds one tree's attributions of the tile's rows, from `first` on, to sums[row of block][player], but for units of
 * look-ups. Depth first without
 * recursion, since trees of foreign models may be thousands of nodes deep.
 */
export function attributeTile(
  tree: TreePlan,
  memo: Memo,
  tile: Tile,
  first: number,
  sums: Float64Array,
): void {
  tile.first = first;
  tile.rows = Math.min(tile.codes.tileRows, tile.codes.rows - first);
  depthArray(tile.paths, 0, tile); // no players on the path to the root: all bits 0
  const pending = [{ node: 0, depth: 0 }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { node, depth } = next;
    const method = tree.method[node];
    if (method === METHOD.lookup) continue;
    if (method === METHOD.direct && tree.left[node] < 0) addDirect(tree, memo, tile, node, sums);
    if (method !== METHOD.direct && depth > 0) routeTo(tree, tile, node, depth);
    if (method === METHOD.table) findDense(tree, memo, tile, node, depth);
    if (method === METHOD.sparse) findSparse(tree, memo, tile, node, depth);
    if (method === METHOD.table || method === METHOD.sparse) addPlaces(tree, memo, tile, node, sums);
    else if (tree.left[node] >= 0) {
      if (method === METHOD.split) {
        goLeft(codesAt(tree, tile, node), depthArray(tile.conditions, depth, tile), tile.rows);
      }
      pending.push({ node: tree.right[node], depth: depth + 1 }, { node: tree.left[node], depth: depth + 1 });
    }
  }
}

/** Writes the path bits of the rows at a node, from those at its parent and where they go there. */
function routeTo(tree: TreePlan, tile: Tile, node: number, depth: number): void {
  const parent = tree.parent[node];
  const step = {
    from: tile.paths[depth - 1],
    to: depthArray(tile.paths, depth, tile),
    conditions: tile.conditions[depth - 1],
    rows: tile.rows,
  };
  const side = tree.left[parent] === node ? 1 : 0;
  if (tree.pathPlayers[node] > tree.pathPlayers[parent]) extendPath(step, tree.slot[parent], side);
  else narrowPath(step, tree.slot[parent], side);
}

function depthArray(arrays: Int32Array[], depth: number, tile: Tile): Int32Array {
  arrays[depth] ??= new Int32Array(tile.codes.tileRows);
  return arrays[depth];
}

/** Where the codes that a node compares lie. */
function codesAt(tree: TreePlan, tile: Tile, node: number): Comparison {
  const { codes } = tile;
  return {
    codes: tree.missingLeft[node] === 1 ? codes.missingLeft : codes.missingRight,
    at: tile.first * codes.columns + tree.column[node] * codes.tileRows,
    cut: tree.cut[node],
  };
}

/** Finds the place of every row's attributions at the root of a unit. */
function findDense(tree: TreePlan, memo: Memo, tile: Tile, node: number, depth: number): void {
  const { state, place, rows } = tile;
  state.set(tile.paths[depth]);
  const shift = tree.pathPlayers[node];
  const first = tree.rank[node];
  const count = tree.inner[node];
  const compare = (i: number) => codesAt(tree, tile, tree.preorder[first + i]);
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    appendFourBits([compare(i), compare(i + 1), compare(i + 2), compare(i + 3)], state, shift + i, rows);
  }
  for (; i < count; i++) appendBit(compare(i), state, shift + i, rows);
  const start = tree.tableStart[node];
  const { dense } = memo;
  for (let row = 0; row < rows; row++) {
    const known = dense[start + state[row]];
    place[row] = known !== 0 ? known : densePlace(memo, tree, node, state[row]);
  }
}

/** Finds the place of every row's attributions at a sparse leaf. */
function findSparse(tree: TreePlan, memo: Memo, tile: Tile, leaf: number, depth: number): void {
  const path = tile.paths[depth];
  for (let row = 0; row < tile.rows; row++) tile.place[row] = sparsePlace(memo, tree, leaf, path[row]);
}

/** Adds the attributions found to the sums. */
function addPlaces(tree: TreePlan, memo: Memo, tile: Tile, node: number, sums: Float64Array): void {
  const start = tree.entryStart[node];
  const addition = {
    place: tile.place,
    values: memo.values,
    players: tree.players,
    start,
    count: tree.entryStart[node + 1] - start,
  };
  accumulate(addition, sums, tile.first * tile.players, tile.players, tile.rows);
}

/** Computes a leaf for every row, and adds it to the sums: for paths of any number of players. */
function addDirect(tree: TreePlan, memo: Memo, tile: Tile, node: number, sums: Float64Array): void {
  const at = tree.entryStart[node];
  const count = tree.entryStart[node + 1] - at;
  const game = { value: tree.value[node], shares: tree.shares, at, count };
  const { satisfied } = memo.scratch;
  for (let row = 0; row < tile.rows; row++) {
    satisfied.fill(1, 0, count);
    for (let child = node, up = tree.parent[node]; up >= 0; child = up, up = tree.parent[up]) {
      const { codes, at: start, cut } = codesAt(tree, tile, up);
      const goesLeft = codes[start + row] < cut;
      if (goesLeft !== (tree.left[up] === child)) satisfied[tree.slot[up]] = 0;
    }
    tile.leaf.fill(0, 0, count);
    addLeafShapley(game, memo.scratch, tile.leaf, 0);
    const target = (tile.first + row) * tile.players;
    for (let i = 0; i < count; i++) sums[target + tree.players[at + i]] += tile.leaf[i];
  }
}
