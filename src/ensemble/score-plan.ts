import type { Tree, TreeEnsemble } from './tree.js';

/**
 * An ensemble laid out for scoring. Nodes of all trees stand in shared arrays [node], each tree's in the order of its
 * levels, so that a right child follows its left sibling. A row's next node is child + 1 if its code lies above the
 * limit, else child; a leaf leads to itself.
 */
export interface ScorePlan {
  /** the distinct thresholds of each column [column], ascending */
  readonly cuts: readonly Float32Array[];
  /** number of the cut that a node tests; LARGEST_CODE in a leaf */
  readonly limit: Int32Array;
  /** column tested, plus the number of columns where missing values go right */
  readonly plane: Int32Array;
  readonly child: Int32Array;
  readonly value: Float32Array;
  /** first node of each tree [tree] */
  readonly root: Int32Array;
  /** splits on the longest path of each tree [tree] */
  readonly depth: Int32Array;
}

/** Above every cut's number: the code of a missing value that goes right. */
export const LARGEST_CODE = 0x3fffffff;

/** Lays out an ensemble. O(nodes log nodes). */
export function planScoring(ensemble: TreeEnsemble): ScorePlan {
  const { trees } = ensemble;
  const nodes = trees.reduce((sum, tree) => sum + tree.left.length, 0);
  const plan = {
    cuts: distinctThresholds(ensemble),
    limit: new Int32Array(nodes).fill(LARGEST_CODE),
    plane: new Int32Array(nodes),
    child: new Int32Array(nodes),
    value: new Float32Array(nodes),
    root: new Int32Array(trees.length),
    depth: new Int32Array(trees.length),
  };
  let next = 0;
  trees.forEach((tree, t) => {
    plan.root[t] = next;
    plan.depth[t] = layOutTree(tree, next, plan);
    next += tree.left.length;
  });
  return plan;
}

/** The number of ascending cuts at or below a present value. O(log cuts). */
export function cutsBelow(cuts: Float32Array, value: number): number {
  let low = 0;
  let high = cuts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cuts[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function distinctThresholds({ trees, featureNames }: TreeEnsemble): Float32Array[] {
  const thresholds: number[][] = featureNames.map(() => []);
  for (const { left, feature, threshold } of trees) {
    for (let node = 0; node < left.length; node++) {
      if (left[node] >= 0) thresholds[feature[node]].push(threshold[node]);
    }
  }
  return thresholds.map((list) => {
    const ascending = Float32Array.from(list).sort();
    return ascending.filter((value, at) => at === 0 || value !== ascending[at - 1]);
  });
}

/** Writes a tree's nodes from place `first` on, level by level, and returns its depth. */
function layOutTree(tree: Tree, first: number, plan: ScorePlan): number {
  let level = [0];
  let place = first;
  let depth = -1;
  for (; level.length > 0; depth++) {
    const below: number[] = [];
    const firstBelow = place + level.length;
    for (const node of level) {
      if (tree.left[node] < 0) {
        plan.child[place] = place;
        plan.value[place] = tree.value[node];
      } else {
        const column = tree.feature[node];
        const cuts = plan.cuts[column];
        plan.child[place] = firstBelow + below.length;
        // a threshold is at or below itself, so its own number is one less
        plan.limit[place] = cutsBelow(cuts, tree.threshold[node]) - 1;
        plan.plane[place] = column + (tree.defaultLeft[node] === 1 ? 0 : plan.cuts.length);
        below.push(tree.left[node], tree.right[node]);
      }
      place++;
    }
    level = below;
  }
  return depth;
}
