import type { TreeEnsemble } from './tree.js';

/** Sum of the loss reductions of all splits on each column [column] (XGBoost's total_gain). O(nodes). */
export function totalGain(ensemble: TreeEnsemble): Float64Array {
  const gains = new Float64Array(ensemble.featureNames.length);
  for (const tree of ensemble.trees) {
    for (let node = 0; node < tree.left.length; node++) {
      if (tree.left[node] >= 0) gains[tree.feature[node]] += tree.gain[node];
    }
  }
  return gains;
}
