import type { LookupCounts, LookupTree } from '../lookup-types.js';
import type { AttributionPlan } from '../plan-types.js';

/** What a plan consists of. */
export interface PlanDescription {
  readonly trees: number;
  readonly leaves: number;
  readonly players: number;
  readonly classes: number;
  /** [n] leaves whose path has n players */
  readonly leavesByPlayers: readonly number[];
  /** leaves in units of one table, in units of several, and those of trees that are walked row by row in float64 */
  readonly leavesByMethod: Readonly<Record<'table' | 'factored' | 'walk', number>>;
  /**
   * the float32 look-ups, with the bytes of all tables, the most states of a unit, the groups of codes, and how many trees
   * take over a row's states from the tree before (trees of a round of vector leaves)
   */
  readonly lookup: LookupCounts & {
    readonly bytes: number;
    readonly mostStates: number;
    readonly groups: number;
    readonly repeated: number;
  };
}

/**
 * Counts of a plan, for people and tests. O(nodes).
 *
 * @example
 * import { boostingOptions, describePlan, featurePlayers, planAttribution, trainBoosting } from 'esci-select';
 *
 * const features = { rows: 4, columns: 2, names: ['a', 'b'], values: Float32Array.of(0, 1, 0, 2, 1, 1, 1, 2) };
 * const { ensemble } = trainBoosting({
 *   features,
 *   labels: Int16Array.of(0, 0, 1, 1),
 *   classes: 2,
 *   rows: Int32Array.of(0, 1, 2, 3),
 *   options: boostingOptions({ rounds: 4, minDataInLeaf: 1, minChildWeight: 0, baggingFraction: 1, featureFraction: 1 }),
 * });
 * const plan = planAttribution(ensemble, featurePlayers(ensemble), { lookup: true });
 * describePlan(plan).leavesByMethod; // => { table: 18, factored: 0, walk: 0 }
 */
export function describePlan(plan: AttributionPlan): PlanDescription {
  const leavesByPlayers: number[] = [];
  let leaves = 0;
  for (const { tree, pathPlayers } of plan.trees) {
    pathPlayers.forEach((players, node) => {
      if (tree.left[node] >= 0) return;
      leaves++;
      for (let n = leavesByPlayers.length; n <= players; n++) leavesByPlayers.push(0);
      leavesByPlayers[players]++;
    });
  }
  const lookup = describeLookups(plan);
  const factored = lookup.factoredLeaves;
  return {
    trees: plan.trees.length,
    leaves,
    players: plan.players.names.length,
    classes: plan.classes,
    leavesByPlayers,
    leavesByMethod:
      plan.lookup === null
        ? { table: 0, factored: 0, walk: leaves }
        : { table: leaves - factored, factored, walk: 0 },
    lookup,
  };
}

const NO_LOOKUPS: PlanDescription['lookup'] = {
  units: 0,
  states: 0,
  factored: 0,
  factoredLeaves: 0,
  factors: 0,
  factorStates: 0,
  points: [],
  operations: 0,
  bytes: 0,
  mostStates: 0,
  groups: 0,
  repeated: 0,
};

function describeLookups({ lookup }: AttributionPlan): PlanDescription['lookup'] {
  if (lookup === null) return NO_LOOKUPS;
  const { counts, mostStates, groups } = lookup;
  const trees = groups.flatMap((group) => group.trees);
  const bytes = trees.reduce((sum, tree) => sum + tree.tables.byteLength, 0);
  const repeated = groups.reduce((sum, group) => sum + repeatedIn(group.trees), 0);
  return { ...counts, bytes, mostStates, groups: groups.length, repeated };
}

function repeatedIn(trees: readonly LookupTree[]): number {
  return trees.filter(({ program }, at) => at > 0 && trees[at - 1].program === program).length;
}
