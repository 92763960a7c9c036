import { fits, spentOn } from '../limits.js';
import { bestSubset, compareScores, LEAST_GAIN, merit } from '../objective.js';
import type { SelectionProblem, Strategy, TraceStep } from '../strategy.js';

/**
 * Recursive elimination with refitting: from all models, drops the one without which the refitted ensemble does best,
 * until the budget is met, and on as long as a drop costs less than LEAST_GAIN. O(candidates^2) ensembles.
 */
export const elimination: Strategy = {
  summary: 'drops the model that is missed least, refitting each time',
  refits: true,
  choose: (problem) => {
    let kept: readonly number[] = [...problem.candidates.keys()];
    const trace: TraceStep[] = [];
    for (;;) {
      const fitting = fits(problem.limits, kept);
      const smaller = droppable(problem, kept, fitting).map((drop) => kept.filter((each) => each !== drop));
      if (smaller.length === 0) break;
      const next = bestSubset(problem, smaller);
      const missed =
        compareScores(problem, problem.score(kept), problem.score(next), { gain: LEAST_GAIN }) > 0;
      if (fitting && missed) break;
      const dropped = kept.find((each) => !next.includes(each))!;
      trace.push({
        action: 'drop',
        model: problem.candidates[dropped].name,
        value: merit(problem.metric, problem.score(next)),
      });
      kept = next;
    }
    return { kept, trace };
  },
};

/** What may go: never a required or the last model, and while over the budget only what takes of a limit exceeded. */
function droppable(problem: SelectionProblem, kept: readonly number[], fitting: boolean): number[] {
  if (kept.length === 1) return [];
  const over = problem.limits.filter((limit) => spentOn(limit, kept) > limit.limit);
  return kept.filter(
    (candidate) =>
      !problem.required.includes(candidate) && (fitting || over.some(({ values }) => values[candidate] > 0)),
  );
}
