import type { Tree, TreeEnsemble } from '../ensemble/tree.js';
import { EsciSelectError } from '../errors.js';
import { planLookups } from './lookup/plan.js';
import { expectedValue, planTree } from './plan-tree.js';
import type { AttributionPlan, PlanOptions } from './plan-types.js';
import type { Players } from './players.js';
import { roundingBound } from './rounding.js';

export type { AttributionPlan, PlanOptions } from './plan-types.js';

/**
 * Plans exact path-dependent TreeSHAP (Lundberg et al. 2018, arXiv 1802.03888) of an ensemble for the given players.
 * Throws 'internal' if the players are not those of the ensemble's columns, 'model' for trees that cannot be explained
 * (unknown columns, thresholds that are not numbers, covers that are negative or not finite). O(nodes * path players).
 *
 * @example
 * import { boostingOptions, featurePlayers, planAttribution, trainBoosting } from 'esci-select';
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
 * [plan.trees.length, plan.players.names, plan.bias.length]; // => [ 10, [ 'a', 'b' ], 2 ]
 */
export function planAttribution(
  ensemble: TreeEnsemble,
  players: Players,
  options: PlanOptions = {},
): AttributionPlan {
  const base = planTrees(ensemble, players);
  if (options.lookup !== true) return base;
  return { ...base, lookup: planLookups({ ensemble, plans: base.trees, players }, options) };
}

/** The plan without look-ups. Throws as planAttribution. O(nodes * path players). */
export function planTrees(ensemble: TreeEnsemble, players: Players): AttributionPlan {
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
  const trees = ensemble.trees.map((tree, index) =>
    planTree(tree, players.ofColumn, ensemble.treeClass[index]),
  );
  const bias = Float64Array.from(ensemble.baseScore);
  for (const tree of trees) bias[tree.class] += expectedValue(tree);
  const rounding = roundingBound(ensemble.baseScore, trees);
  return { players, classes: ensemble.classes, columns, bias, rounding, trees, lookup: null };
}

/** A child has a part of its parent's cover; sums in float32 may say a little more. */
const MOST_OF_PARENT = 1.01;

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
      if (tree.cover[child] > MOST_OF_PARENT * tree.cover[node]) {
        fail(child, `has cover ${tree.cover[child]}, its parent only ${tree.cover[node]}`);
      }
    }
  }
}
