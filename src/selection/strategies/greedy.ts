import { fits } from '../limits.js';
import { bestSubset, compareScores, LEAST_GAIN, merit } from '../objective.js';
import type { Choice, SelectionProblem, Strategy, TraceStep } from '../strategy.js';

/**
 * Greedy forward selection: adds the model that makes the cross-validated ensemble best until nothing fits, then goes
 * back to the shortest of its sets that no longer one beats by LEAST_GAIN. O(candidates x kept) ensembles.
 */
export const greedy: Strategy = {
  summary: 'greedy forward on the cross-validated score',
  refits: true,
  choose: (problem) => chooseForward(problem, () => 0),
};

/** As greedy, by the metric and a bonus together; whether another model is worth adding, the metric alone tells. */
export function chooseForward(
  problem: SelectionProblem,
  bonus: (subset: readonly number[]) => number,
): Choice {
  const path = forwardPath(problem, bonus);
  let best = path[0];
  for (const subset of path) {
    if (compareScores(problem, problem.score(subset), problem.score(best), { gain: LEAST_GAIN }) > 0)
      best = subset;
  }
  const longest = path[path.length - 1];
  return { kept: best, trace: longest.map((_, at) => step(problem, longest, at, best.length)) };
}

/** The sets that adding the best model again and again goes through, from the smallest allowed. */
function forwardPath(
  problem: SelectionProblem,
  bonus: (subset: readonly number[]) => number,
): (readonly number[])[] {
  const path: (readonly number[])[] = problem.required.length > 0 ? [problem.required] : [];
  for (;;) {
    const last = path[path.length - 1] ?? [];
    const additions = [...problem.candidates.keys()]
      .filter((candidate) => !last.includes(candidate))
      .map((candidate) => [...last, candidate])
      .filter((subset) => fits(problem.limits, subset));
    if (additions.length === 0) return path;
    path.push(bestSubset(problem, additions, bonus));
  }
}

function step(problem: SelectionProblem, path: readonly number[], at: number, kept: number): TraceStep {
  const score = problem.score(path.slice(0, at + 1));
  return {
    action: at < kept ? 'keep' : 'pass',
    model: problem.candidates[path[at]].name,
    value: merit(problem.metric, score),
  };
}
