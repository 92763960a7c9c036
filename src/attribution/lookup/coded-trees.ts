import { type Cuts, cutCode } from '../cuts.js';
import type { TreePlan } from '../plan-types.js';
import type { Players } from '../players.js';
import type { CodedTree } from './leaf.js';
import { playerBit, type UnitContext } from './unit.js';

/** A tree that is ready to be covered with units of whatever size. */
export type CodableTree = CodedTree & Omit<UnitContext, 'mostStates'>;

/** The trees with their thresholds as codes, ready to be covered. */
export function codeTrees(
  plans: readonly TreePlan[],
  players: Players,
  cuts: Cuts,
  missing: Uint8Array,
): CodableTree[] {
  return plans.map((plan): CodableTree => {
    const { tree, parent, pathPlayers } = plan;
    const inner = new Int32Array(parent.length);
    const cut = new Int32Array(parent.length);
    const above = new Int32Array(parent.length);
    const below = new Int32Array(parent.length);
    for (let node = parent.length - 1; node >= 0; node--) {
      if (tree.left[node] < 0) continue;
      inner[node] = 1 + inner[tree.left[node]] + inner[tree.right[node]];
      below[node] = playerBit(plan.player[node]) | below[tree.left[node]] | below[tree.right[node]];
      // the codes of values below threshold k are 0 .. k, and threshold k itself has code k + 1
      cut[node] = cutCode(cuts, tree.feature[node], tree.threshold[node]);
    }
    for (let node = 1; node < parent.length; node++) {
      above[node] = above[parent[node]] | playerBit(plan.player[parent[node]]);
    }
    return {
      plan,
      tree,
      parent,
      inner,
      pathPlayers,
      above,
      below,
      cut,
      playerOf: players.ofColumn,
      missing,
      players: players.names.length,
    };
  });
}
