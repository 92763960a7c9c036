import type { Tree } from '../ensemble/tree.js';
import type { TreePlan } from './plan-types.js';

/**
 * Plans one tree of a class for players, given the player of each column. O(nodes * depth) at worst. The tree must be
 * valid (checked by planAttribution). Children come after their parents, so one pass down the arrays suffices.
 */
export function planTree(tree: Tree, playerOf: Int32Array, ofClass: number): TreePlan {
  const { left, right, feature } = tree;
  const nodes = left.length;
  const parent = new Int32Array(nodes).fill(-1);
  const player = new Int32Array(nodes);
  const above = new Int32Array(nodes).fill(-1);
  const aboveLeft = new Uint8Array(nodes);
  const share = new Float64Array(nodes).fill(1);
  const shareAbove = new Float64Array(nodes).fill(1);
  const pathPlayers = new Int32Array(nodes);
  for (let node = 0; node < nodes; node++) {
    if (left[node] < 0) continue;
    player[node] = playerOf[feature[node]];
    const met = nearestAbove(player, parent, node);
    above[node] = met.node;
    if (met.node >= 0) {
      aboveLeft[node] = left[met.node] === met.child ? 1 : 0;
      shareAbove[node] = shareAbove[met.node] * share[met.child];
    }
    for (const child of [left[node], right[node]]) {
      parent[child] = node;
      share[child] = coverShare(tree, node, child);
      pathPlayers[child] = pathPlayers[node] + (met.node < 0 ? 1 : 0);
    }
  }
  const most = pathPlayers.reduce((largest, count) => Math.max(largest, count), 0);
  const points = Math.ceil(most / 2);
  return { class: ofClass, tree, parent, player, above, aboveLeft, share, shareAbove, pathPlayers, points };
}

/** The nearest node above that tests the node's player, and which of its children the path goes through. */
function nearestAbove(
  player: Int32Array,
  parent: Int32Array,
  node: number,
): { readonly node: number; readonly child: number } {
  let child = node;
  let up = parent[node];
  while (up >= 0 && player[up] !== player[node]) {
    child = up;
    up = parent[up];
  }
  return { node: up, child };
}

/**
 * The share of a node's training rows that went on to a child: cover(child) / cover(node). A node that no training row
 * reached sends half each way.
 */
function coverShare({ cover }: Tree, node: number, child: number): number {
  return cover[node] > 0 ? cover[child] / cover[node] : 0.5;
}

/** The tree's mean value over its training rows: the sum over leaves of value * the shares on the way. O(nodes). */
export function expectedValue({ tree, parent, share }: TreePlan): number {
  const reached = new Float64Array(share.length);
  let expected = 0;
  for (let node = 0; node < share.length; node++) {
    reached[node] = node === 0 ? 1 : reached[parent[node]] * share[node];
    if (tree.left[node] < 0) expected += reached[node] * tree.value[node];
  }
  return expected;
}
