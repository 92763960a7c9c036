import type { TreeEnsemble } from '../tree.js';

/** Sum of the largest leaves of a part, in any output: up to it float32 keeps sums to about 1e-7. */
const MOST_SUM = 0.25;
/** Most parts: each is evaluated by itself. */
const MOST_PARTS = 64;

/**
 * An ensemble in parts of consecutive trees whose margins float32 holds to about 1e-7, to be added in float64. Base scores
 * are in the first. Boosted trees of small steps share parts by the hundred. O(nodes).
 */
export function partsOf(ensemble: TreeEnsemble): TreeEnsemble[] {
  const largest = ensemble.trees.map(({ value }) =>
    value.reduce((most, x) => Math.max(most, Math.abs(x)), 0),
  );
  const totals = new Float64Array(ensemble.classes);
  largest.forEach((value, tree) => {
    totals[ensemble.treeClass[tree]] += value;
  });
  const limit = Math.max(MOST_SUM, totals.reduce((most, total) => Math.max(most, total), 0) / MOST_PARTS);
  const starts = [0];
  const sums = new Float64Array(ensemble.classes);
  largest.forEach((value, tree) => {
    const output = ensemble.treeClass[tree];
    if (sums[output] > 0 && sums[output] + value > limit) {
      starts.push(tree);
      sums.fill(0);
    }
    sums[output] += value;
  });
  return starts.map((from, part) => ({
    ...ensemble,
    baseScore: part === 0 ? ensemble.baseScore : new Float32Array(ensemble.classes),
    trees: ensemble.trees.slice(from, starts[part + 1]),
    treeClass: ensemble.treeClass.slice(from, starts[part + 1]),
  }));
}
