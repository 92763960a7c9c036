import { createPoolScorer } from './pool-scorer.js';
import { drawSamples, REFITS } from './refits.js';
import { STRATEGIES, type StrategyName } from './strategies/registry.js';
import type { SelectionProblem } from './strategy.js';
import type { JudgedSample } from './subset-scorer.js';

/** How often a strategy keeps each candidate when the queries are drawn anew and pools are fitted again. */
export interface RefitShares {
  /** [candidate] 0 to 1 */
  readonly shares: readonly number[];
  readonly draws: number;
}

/** Rows beyond which fits hardly vary from draw to draw, and choosing again takes minutes: so many are drawn. */
const MOST_ROWS = 5000;

/**
 * Lets a strategy choose again on every drawing of the sample's queries, its pools fitted and judged there. Floors and the
 * screen stay as they were. `places` are the candidates' models. O(draws) searches.
 */
export function refitShares(
  sample: JudgedSample,
  problem: SelectionProblem,
  places: readonly number[],
  strategy: StrategyName,
): RefitShares {
  const counts = problem.candidates.map(() => 0);
  for (const drawn of drawSamples(sample, { draws: REFITS, seed: problem.seed, mostRows: MOST_ROWS })) {
    const judge = createPoolScorer(drawn, problem.metric);
    const pool = (subset: readonly number[]) => judge(subset.map((candidate) => places[candidate]));
    for (const candidate of STRATEGIES[strategy].choose({ ...problem, pool }).kept) counts[candidate]++;
  }
  return { shares: counts.map((times) => times / REFITS), draws: REFITS };
}
