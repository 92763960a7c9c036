import type { Tree } from '../ensemble/tree.js';
import { METHOD, type TreePlan } from './plan-types.js';

/** Who is met on the way from the root to each node. */
interface Paths {
  /** [node] distinct players on the path, in order of first occurrence */
  readonly players: readonly (readonly number[])[];
  /** [node] their shares z so far, in the same order */
  readonly shares: readonly (readonly number[])[];
  readonly pathPlayers: Int32Array;
  /** [inner node] place of the node's own player on the paths through it */
  readonly slot: Int32Array;
}

/** The paths to all nodes. Parents come before their children, so one pass suffices. O(nodes * players). */
export function pathsTo(tree: Tree, playerOf: Int32Array): Paths {
  const nodes = tree.left.length;
  const players: (readonly number[])[] = [[]];
  const shares: (readonly number[])[] = [[]];
  const slot = new Int32Array(nodes);
  for (let node = 0; node < nodes; node++) {
    if (tree.left[node] < 0) continue;
    const player = playerOf[tree.feature[node]];
    const known = players[node].indexOf(player);
    slot[node] = known < 0 ? players[node].length : known;
    const onward = known < 0 ? [...players[node], player] : players[node];
    for (const child of [tree.left[node], tree.right[node]]) {
      const share = coverShare(tree, node, child);
      players[child] = onward;
      shares[child] = known < 0 ? [...shares[node], share] : scaled(shares[node], known, share);
    }
  }
  return { players, shares, pathPlayers: Int32Array.from(players, (path) => path.length), slot };
}

/** The values with the one at `at` multiplied. */
function scaled(values: readonly number[], at: number, factor: number): number[] {
  const copy = [...values];
  copy[at] *= factor;
  return copy;
}

/**
 * The share of a node's training rows that went on to a child: cover(child) / cover(node). A node that no training row
 * reached sends half each way.
 */
export function coverShare(tree: Tree, node: number, child: number): number {
  return tree.cover[node] > 0 ? tree.cover[child] / tree.cover[node] : 0.5;
}

/**
 * The players (with a leaf's shares) of every node that has attributions of its own: nodes of units of tables, and leaves.
 * All other inner nodes have empty entries. O(nodes * players).
 */
export function entryTables(
  tree: Tree,
  paths: Paths,
  method: Uint8Array,
  playerOf: Int32Array,
): Pick<TreePlan, 'entryStart' | 'players' | 'shares' | 'place'> {
  const nodes = tree.left.length;
  const entries: (readonly number[])[] = new Array(nodes);
  for (let node = nodes - 1; node >= 0; node--) {
    if (tree.left[node] < 0) entries[node] = paths.players[node];
    else if (method[node] !== METHOD.table && method[node] !== METHOD.part) entries[node] = NOBODY;
    else {
      const below = [...entries[tree.left[node]], ...entries[tree.right[node]]];
      entries[node] = [...new Set([...paths.players[node], playerOf[tree.feature[node]], ...below])];
    }
  }
  const entryStart = new Int32Array(nodes + 1);
  for (let node = 0; node < nodes; node++) entryStart[node + 1] = entryStart[node] + entries[node].length;
  const players = new Int32Array(entryStart[nodes]);
  const shares = new Float64Array(players.length);
  const place = new Int32Array(players.length).fill(-1);
  for (let node = 0; node < nodes; node++) {
    players.set(entries[node], entryStart[node]);
    if (tree.left[node] < 0) {
      shares.set(paths.shares[node], entryStart[node]);
      continue;
    }
    const entry = entries[node];
    if (entry.length === 0) continue;
    for (const child of [tree.left[node], tree.right[node]]) {
      entries[child].forEach((player, at) => {
        place[entryStart[child] + at] = entry.indexOf(player);
      });
    }
  }
  return { entryStart, players, shares, place };
}

const NOBODY: readonly number[] = [];
