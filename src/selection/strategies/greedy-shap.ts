import type { Strategy } from '../strategy.js';
import { chooseForward } from './greedy.js';

/**
 * What all of summed SHAP is worth in the metric: a point. Between models whose cross-validated scores differ by chance
 * alone, the one that the ensemble of all models leans on more is the better guess; on small tables, where many sets score
 * the same, that decides. Judged in reports/bench-selection.md, on draws of pools that it was not chosen on.
 */
const SHAP_WORTH = 0.01;

/** Greedy forward selection on the cross-validated score, with a bonus for a set's share of summed TreeSHAP. */
export const greedyShap: Strategy = {
  summary: 'greedy forward on the cross-validated score, close calls by summed SHAP',
  refits: true,
  choose: (problem) => {
    const total = problem.candidates.reduce((sum, { shap }) => sum + shap, 0);
    if (!(total > 0)) return chooseForward(problem, () => 0);
    const share = (subset: readonly number[]) =>
      subset.reduce((sum, candidate) => sum + problem.candidates[candidate].shap, 0) / total;
    return chooseForward(problem, (subset) => SHAP_WORTH * share(subset));
  },
};
