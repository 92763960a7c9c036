import { beamSearch } from '../beam.js';
import { merit } from '../objective.js';
import { bestOf } from '../screening.js';
import type { SearchReport, SelectionProblem, Strategy } from '../strategy.js';
import { fittingSubsets } from '../subsets.js';

/** Sets tried one by one at most: all of 12 models. */
const MOST_SUBSETS = 4095;

/**
 * Every set of models that fits, the best there is on the selection rows; of many sets on many rows the best of those
 * that a sample of the rows puts first. Where more than 4,095 sets fit, a beam search, with its gap.
 */
export const exact: Strategy = {
  summary: 'the best of all sets that fit, or of a beam search beyond 4,095',
  refits: true,
  choose: (problem) => {
    const { kept, search } = searchAll(problem) ?? beamSearch(problem);
    const value = merit(problem.metric, problem.score(kept));
    return {
      kept,
      trace: kept.map((candidate) => ({ action: 'keep', model: problem.candidates[candidate].name, value })),
      search,
    };
  },
};

function searchAll(problem: SelectionProblem): { kept: readonly number[]; search: SearchReport } | null {
  const subsets = fittingSubsets(problem, MOST_SUBSETS);
  if (subsets === null) return null;
  const { subset, screening } = bestOf(problem, subsets);
  return { kept: subset, search: { method: 'all sets', sets: subsets.length, screening, gap: null } };
}
