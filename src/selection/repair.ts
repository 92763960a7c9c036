import { shortfall } from './floors.js';
import { fits } from './limits.js';
import { bestSubset, compareScores } from './objective.js';
import type { SelectionProblem } from './strategy.js';
import { fittingSubsets } from './subsets.js';

/** Sets tried at most where single changes do not lead to the floors. */
const MOST_SUBSETS = 300;

/**
 * The set nearest to a choice that meets the floors: adds, exchanges or drops one model at a time, whatever lacks least,
 * until the floors are met or nothing helps; then, where there are at most 300 sets that fit, the best of all. Within the
 * limits throughout. O(candidates x kept) ensembles a step.
 */
export function repairFloors(problem: SelectionProblem, choice: readonly number[]): readonly number[] {
  let best = choice;
  while (shortfall(problem.floors, problem.score(best)) > 0) {
    const next = bestSubset(problem, [best, ...neighbours(problem, best)]);
    if (compareScores(problem, problem.score(next), problem.score(best)) <= 0) {
      return bestSubset(problem, [best, ...(fittingSubsets(problem, MOST_SUBSETS) ?? [])]);
    }
    best = next;
  }
  return best;
}

function neighbours(problem: SelectionProblem, subset: readonly number[]): number[][] {
  const outside = [...problem.candidates.keys()].filter((candidate) => !subset.includes(candidate));
  const without = subset
    .filter((candidate) => !problem.required.includes(candidate))
    .map((dropped) => subset.filter((candidate) => candidate !== dropped));
  const added = outside.map((candidate) => [...subset, candidate]);
  const exchanged = without.flatMap((rest) => outside.map((candidate) => [...rest, candidate]));
  return [...added, ...exchanged, ...without].filter((each) => each.length > 0 && fits(problem.limits, each));
}
