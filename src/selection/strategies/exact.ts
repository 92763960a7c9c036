import { EsciSelectError } from '../../errors.js';
import { bestSubset, merit } from '../objective.js';
import type { Strategy } from '../strategy.js';
import { fittingSubsets } from '../subsets.js';

/** Sets fitted at most: all of 12 models. */
const MOST_SUBSETS = 4095;

/** Every set of models that fits, each scored: the best there is on the selection rows. */
export const exact: Strategy = {
  summary: 'the best of all sets that fit',
  refits: true,
  choose: (problem) => {
    const subsets = fittingSubsets(problem, MOST_SUBSETS);
    if (subsets === null) throw tooMany();
    const best = bestSubset(problem, subsets);
    const value = merit(problem.metric, problem.score(best));
    return {
      kept: best,
      trace: best.map((candidate) => ({ action: 'keep', model: problem.candidates[candidate].name, value })),
    };
  },
};

function tooMany(): EsciSelectError {
  return new EsciSelectError(
    'usage',
    `more than ${MOST_SUBSETS} sets of models fit the budget, too many to try each`,
    { hint: 'use --strategy greedy or elimination, or a tighter --budget, or --forbid models' },
  );
}
