import { square } from '../math/power.js';
import { fits } from './limits.js';
import { compareScores, merit } from './objective.js';
import { bestOf, worthScreening } from './screening.js';
import type { SearchReport, SelectionProblem } from './strategy.js';

/** Sets of each size that are carried on. */
const WIDTH = 6;
/** Sizes in a row that bring nothing better before the search gives up. */
const PATIENCE = 2;

/**
 * Beam search, for more sets than can be tried: from the smallest, every one of the best six sets of a size is tried with
 * every model more that fits, until two sizes in a row bring nothing better. O(candidates x 6 x kept) ensembles.
 */
export function beamSearch(problem: SelectionProblem): { kept: readonly number[]; search: SearchReport } {
  const everyone = [...problem.candidates.keys()];
  const rough = worthScreening(problem, WIDTH * square(everyone.length))
    ? problem.screen!.score
    : problem.score;
  const better = (a: readonly number[], b: readonly number[]) => compareScores(problem, rough(b), rough(a));
  const tried: (readonly number[])[] = [];
  let beam: (readonly number[])[] = [problem.required];
  let best: readonly number[] | null = problem.required.length > 0 ? problem.required : null;
  if (best !== null) tried.push(best);
  for (let idle = 0; idle < PATIENCE; ) {
    const level = extensions(problem, beam);
    if (level.length === 0) break;
    tried.push(...level);
    beam = level.sort(better).slice(0, WIDTH);
    idle = best === null || better(beam[0], best) < 0 ? 0 : idle + 1;
    if (idle === 0) best = beam[0];
  }
  const { subset, screening } = bestOf(problem, tried);
  const all = merit(problem.metric, problem.score(everyone));
  const gap = Math.max(0, all - merit(problem.metric, problem.score(subset)));
  return { kept: subset, search: { method: 'beam', sets: tried.length, screening, gap } };
}

/** Every set of the beam with one more model that fits, each set once, in order. */
function extensions(problem: SelectionProblem, beam: readonly (readonly number[])[]): number[][] {
  const found = new Map<string, number[]>();
  for (const subset of beam) {
    for (const candidate of problem.candidates.keys()) {
      if (subset.includes(candidate)) continue;
      const larger = [...subset, candidate].sort((a, b) => a - b);
      if (fits(problem.limits, larger)) found.set(larger.join(' '), larger);
    }
  }
  return [...found.values()];
}
