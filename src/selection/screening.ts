import { square } from '../math/power.js';
import { bestSubset, compareScores, merit } from './objective.js';
import type { Screening, SelectionProblem } from './strategy.js';

/** Sets confirmed in full after screening: many times what a sample of some thousand rows confuses. */
const FINALISTS = 40;
/** Sets times rows from where on screening pays: below, all is scored in full within a minute or two. */
const MUCH_WORK = 1_500_000;

/** The best of some sets, and what screening may have missed; null where none was needed. */
export interface Best {
  readonly subset: readonly number[];
  readonly screening: Screening | null;
}

/** Whether so many sets are worth screening. */
export function worthScreening({ screen }: SelectionProblem, sets: number): boolean {
  return screen !== undefined && sets > FINALISTS && sets * screen.allRows > MUCH_WORK;
}

/**
 * The best of some non-empty sets: by their full scores, or, where that is much work, by the full scores of the 40 that a
 * sample of the rows puts first. The screening's error is measured on those 40. O(sets) ensembles.
 */
export function bestOf(problem: SelectionProblem, subsets: readonly (readonly number[])[]): Best {
  if (!worthScreening(problem, subsets.length)) {
    return { subset: bestSubset(problem, subsets), screening: null };
  }
  const screen = problem.screen!;
  const rough = subsets.map((subset, at) => ({ subset, at, score: screen.score(subset) }));
  rough.sort((a, b) => compareScores(problem, b.score, a.score) || a.at - b.at);
  const finalists = rough.slice(0, FINALISTS);
  const value = (score: Parameters<typeof merit>[1]) => merit(problem.metric, score);
  const errors = finalists.map(({ subset, score }) => value(score) - value(problem.score(subset)));
  const offset = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  const squares = errors.reduce((sum, error) => sum + square(error - offset), 0);
  const subset = bestSubset(
    problem,
    finalists.map((each) => each.subset),
  );
  return {
    subset,
    screening: {
      rows: screen.rows,
      allRows: screen.allRows,
      finalists: finalists.length,
      error: Math.sqrt(squares / (errors.length - 1)),
      place: 1 + finalists.findIndex((each) => each.subset === subset),
      margin: value(problem.score(subset)) + offset - value(rough[FINALISTS].score),
    },
  };
}
