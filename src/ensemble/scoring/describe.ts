import type { ScoreMethod } from './batches.js';
import type { ScorePlan } from './plan.js';

/** What a scoring plan consists of. */
export interface ScorePlanDescription {
  readonly trees: number;
  readonly treesByMethod: Readonly<Record<ScoreMethod, number>>;
  /** splits of all trees, and those of the deepest one's longest path */
  readonly splits: number;
  readonly depth: number;
  /** distinct thresholds of all columns: comparisons that are made once for all trees */
  readonly thresholds: number;
  readonly batches: number;
  /** batches that take over the leaf numbers of the one before */
  readonly repeated: number;
}

/**
 * Counts of a plan, for people and tests. O(trees).
 *
 * @example
 * import { boostingOptions, describeScorePlan, planScoring, trainBoosting } from 'esci-select';
 *
 * const features = { rows: 4, columns: 2, names: ['a', 'b'], values: Float32Array.of(0, 1, 0, 2, 1, 1, 1, 2) };
 * const { ensemble } = trainBoosting({
 *   features,
 *   labels: Int16Array.of(0, 0, 1, 1),
 *   classes: 2,
 *   rows: Int32Array.of(0, 1, 2, 3),
 *   options: boostingOptions({ rounds: 4, minDataInLeaf: 1, minChildWeight: 0, baggingFraction: 1, featureFraction: 1 }),
 * });
 * describeScorePlan(planScoring(ensemble)).treesByMethod; // => { select: 10, reach: 0, walk: 0 }
 */
export function describeScorePlan({ trees, cuts, batches }: ScorePlan): ScorePlanDescription {
  const treesByMethod = { select: 0, reach: 0, walk: 0 };
  let splits = 0;
  let depth = 0;
  for (const tree of trees) {
    treesByMethod[tree.method]++;
    splits += tree.splits;
    depth = Math.max(depth, tree.depth);
  }
  return {
    trees: trees.length,
    treesByMethod,
    splits,
    depth,
    thresholds: cuts.length,
    batches: batches.length,
    repeated: batches.filter(({ repeats }) => repeats).length,
  };
}
