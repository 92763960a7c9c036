import { type AttributionPlan, METHOD } from './plan-types.js';

/** What a plan consists of. */
export interface PlanDescription {
  readonly trees: number;
  readonly leaves: number;
  readonly players: number;
  readonly classes: number;
  /** [n] leaves whose path has n players */
  readonly leavesByPlayers: readonly number[];
  /** leaves evaluated by tables of units, by hash maps of states, and one by one for every row */
  readonly leavesByMethod: { readonly table: number; readonly sparse: number; readonly direct: number };
  /** units: what one look-up of a row replaces */
  readonly units: number;
  /** states of all dense tables; only those that occur are computed */
  readonly tableStates: number;
}

/** Counts of a plan, for people and tests. O(nodes). */
export function describePlan(plan: AttributionPlan): PlanDescription {
  const leavesByPlayers: number[] = [];
  const leavesByMethod = { table: 0, sparse: 0, direct: 0 };
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
      if (method === METHOD.sparse) leavesByMethod.sparse++;
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
    units,
    tableStates,
  };
}
