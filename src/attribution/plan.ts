import type { Tree, TreeEnsemble } from '../ensemble/tree.js';
import { EsciSelectError } from '../errors.js';
import { collectCuts } from './cuts.js';
import { fitsCodes, type PlannedTree, planLookups, tableBytes } from './lookup-plan.js';
import { MOST_STATES } from './lookup-unit.js';
import { planTree } from './plan-tree.js';
import type { AttributionPlan, PlanOptions, TreePlan } from './plan-types.js';
import type { Players } from './players.js';

export type { AttributionPlan, PlanOptions, TreePlan } from './plan-types.js';

/**
 * Plans exact path-dependent TreeSHAP (Lundberg et al. 2018, arXiv 1802.03888) of an ensemble for the given players.
 * Throws 'internal' if the players are not those of the ensemble's columns, 'model' for trees that cannot be explained
 * (unknown columns, thresholds that are not numbers, covers that are negative or not finite). O(nodes * path players).
 */
export function planAttribution(
  ensemble: TreeEnsemble,
  players: Players,
  options: PlanOptions = {},
): AttributionPlan {
  const columns = ensemble.featureNames.length;
  if (players.ofColumn.length !== columns) {
    throw new EsciSelectError(
      'internal',
      `players are given for ${players.ofColumn.length} columns, the ensemble has ${columns}`,
    );
  }
  ensemble.trees.forEach((tree, index) => {
    checkTree(tree, index, columns);
  });
  const cuts = collectCuts(ensemble);
  const missing = options.missing ?? new Uint8Array(columns).fill(1);
  const planWith = (mostStates: number) =>
    ensemble.trees.map((tree, index): PlannedTree => {
      const lookup = mostStates > 0 && fitsCodes(tree, columns) ? { missing, mostStates } : null;
      const context = { class: ensemble.treeClass[index], playerOf: players.ofColumn, cuts, options, lookup };
      return { tree, ...planTree(tree, context) };
    });
  const { planned, mostStates } = withinBudget(planWith, players, options);
  const trees = planned.map(({ plan }) => plan);
  const bias = Float64Array.from(ensemble.baseScore);
  for (const tree of trees) bias[tree.class] += expectedValue(tree);
  const input = { ensemble, cuts, players: players.names.length, planned, missing, mostStates };
  const lookup = planned.some(({ cover }) => cover !== null) ? planLookups(input) : null;
  return { players, classes: ensemble.classes, columns, bias, cuts, trees, lookup };
}

/** Most bytes of look-up tables in all, unless told. */
const LOOKUP_BYTES = 2 ** 29;
/** Smaller units than this are not tried to keep to the budget: they save little. */
const LEAST_STATES = 16;

/** The plan with the largest units whose tables fit the budget: smaller units have fewer states in all. */
function withinBudget(
  planWith: (mostStates: number) => PlannedTree[],
  players: Players,
  { lookup = false, lookupBytes = LOOKUP_BYTES, lookupStates = MOST_STATES }: PlanOptions,
): { planned: PlannedTree[]; mostStates: number } {
  const least = Math.min(lookupStates, LEAST_STATES);
  for (let mostStates = lookup ? lookupStates : 0; mostStates >= Math.max(1, least); mostStates /= 2) {
    const planned = planWith(mostStates);
    if (tableBytes(planned, players.names.length) <= lookupBytes) return { planned, mostStates };
  }
  return { planned: planWith(0), mostStates: 0 };
}

/** The tree's mean value over its training rows: sum over leaves of value * prod z. */
function expectedValue(tree: TreePlan): number {
  let expected = 0;
  for (let node = 0; node < tree.left.length; node++) {
    if (tree.left[node] >= 0) continue;
    let reached = tree.value[node];
    for (let at = tree.entryStart[node]; at < tree.entryStart[node + 1]; at++) reached *= tree.shares[at];
    expected += reached;
  }
  return expected;
}

function checkTree(tree: Tree, index: number, columns: number): void {
  const fail = (node: number, problem: string): never => {
    throw new EsciSelectError('model', `tree ${index} node ${node} ${problem}`, {
      hint: 'attribution needs the sum_hessian (cover) of every node and thresholds that are numbers',
    });
  };
  for (let node = 0; node < tree.left.length; node++) {
    if (!(tree.cover[node] >= 0 && tree.cover[node] < Number.POSITIVE_INFINITY)) {
      fail(node, `has cover ${tree.cover[node]}, expected a number from 0 up`);
    }
    if (tree.left[node] < 0) continue;
    if (!(tree.feature[node] >= 0 && tree.feature[node] < columns)) {
      fail(node, `tests column ${tree.feature[node]}, expected 0 to ${columns - 1}`);
    }
    if (Number.isNaN(tree.threshold[node])) fail(node, 'has a threshold that is not a number');
    for (const child of [tree.left[node], tree.right[node]]) {
      if (!(child > node && child < tree.left.length)) {
        fail(node, `has child ${child}, expected ${node + 1} to ${tree.left.length - 1}`);
      }
    }
  }
}
