import type { LookupCounts } from './lookup-types.js';
import { type AttributionPlan, METHOD } from './plan-types.js';

/** What a plan consists of. */
export interface PlanDescription {
  readonly trees: number;
  readonly leaves: number;
  readonly players: number;
  readonly classes: number;
  /** [n] leaves whose path has n players */
  readonly leavesByPlayers: readonly number[];
  /**
   * leaves evaluated by look-ups in float32 tables, and in float64 by tables of units, by hash maps of states, and one
   * by one for every row
   */
  readonly leavesByMethod: Readonly<Record<'lookup' | 'table' | 'sparse' | 'direct', number>>;
  /** the float32 look-ups, with the bytes of all tables, the most states of a unit and the groups of codes */
  readonly lookup: LookupCounts & {
    readonly bytes: number;
    readonly mostStates: number;
    readonly groups: number;
  };
  /** units of the float64 tables */
  readonly units: number;
  /** states of all dense tables; only those that occur are computed */
  readonly tableStates: number;
}

/** Counts of a plan, for people and tests. O(nodes). */
export function describePlan(plan: AttributionPlan): PlanDescription {
  const leavesByPlayers: number[] = [];
  const leavesByMethod = { lookup: 0, table: 0, sparse: 0, direct: 0 };
  let leaves = 0;
  let units = 0;
  let tableStates = 0;
  for (const tree of plan.trees) {
    tableStates += tree.tableStates;
    tree.method.forEach((method, node) => {
      if (method === METHOD.table) units++;
      if (tree.left[node] >= 0) return;
      leaves++;
      const players = tree.pathPlayers[node];
      for (let n = leavesByPlayers.length; n <= players; n++) leavesByPlayers.push(0);
      leavesByPlayers[players]++;
      if (method === METHOD.lookup) leavesByMethod.lookup++;
      else if (method === METHOD.sparse) leavesByMethod.sparse++;
      else if (method === METHOD.direct) leavesByMethod.direct++;
      else leavesByMethod.table++;
    });
  }
  return {
    trees: plan.trees.length,
    leaves,
    players: plan.players.names.length,
    classes: plan.classes,
    leavesByPlayers,
    leavesByMethod,
    lookup: describeLookups(plan),
    units,
    tableStates,
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
};

function describeLookups({ lookup }: AttributionPlan): PlanDescription['lookup'] {
  if (lookup === null) return NO_LOOKUPS;
  const { counts, mostStates, groups } = lookup;
  const trees = groups.flatMap((group) => group.trees);
  const bytes = trees.reduce((sum, tree) => sum + tree.tables.byteLength, 0);
  return { ...counts, bytes, mostStates, groups: groups.length };
}
