import type { BootstrapOptions } from '../evaluation/draws.js';
import type { GroupStatistics } from '../evaluation/statistics.js';
import { contributionsAt, type ResampledContributions } from './evidence.js';
import { repairFloors } from './repair.js';
import { type ResampledTallies, resampleTallies, scoreAt } from './resampled-scores.js';
import { STRATEGIES, type StrategyName } from './strategies/registry.js';
import type { SelectionProblem } from './strategy.js';
import type { SubsetScore } from './tally.js';

/** How often a strategy keeps each candidate when the queries are drawn anew. */
export interface KeptShares {
  /** [candidate] 0 to 1 */
  readonly shares: readonly number[];
  /** draws that the shares are of */
  readonly draws: number;
}

export interface KeptShareInput {
  readonly problem: SelectionProblem;
  readonly strategy: StrategyName;
  /** of the models that candidates are named after */
  readonly contributions: ResampledContributions;
  /** answers per query of a set and of a candidate alone */
  readonly statistics: (subset: readonly number[]) => GroupStatistics;
  readonly singleStatistics: (candidate: number) => GroupStatistics;
  /** sets that were fitted already */
  readonly fitted: readonly (readonly number[])[];
  readonly options: BootstrapOptions;
}

/** Draws for strategies that score sets: a share is then known to 7 points or better. */
const SCORING_DRAWS = 200;
/** Sets fitted beside those that the strategy fitted itself, at least. */
const MORE_SETS = 50;

/**
 * Lets the strategy choose again on resampled contributions and on resampled out-of-fold answers. Where a draw leads it to
 * sets that were not fitted, as many again as were, and at least 50, are fitted; draws that need still more are left out.
 * Ensembles are not fitted again per draw, so the shares tell what the choice owes to the rows it was judged on.
 */
export function keptShares(input: KeptShareInput): KeptShares {
  const { problem, strategy, contributions, options } = input;
  const scoring = STRATEGIES[strategy].refits || problem.floors.length > 0;
  const replicates = scoring ? Math.min(SCORING_DRAWS, options.replicates) : options.replicates;
  const scores = resampledScores(input, replicates);
  const counts = problem.candidates.map(() => 0);
  let draws = 0;
  for (let replicate = 0; replicate < replicates; replicate++) {
    const byModel = new Map(contributionsAt(contributions, replicate).map((each) => [each.model, each]));
    const candidates = problem.candidates.map((candidate) => {
      const { shap, groupShap } = byModel.get(candidate.name)!;
      return { ...candidate, shap, groupShap };
    });
    const { score, single, complete } = scores.at(replicate);
    const drawn = { ...problem, candidates, score, single };
    const { kept } = STRATEGIES[strategy].choose(drawn);
    const chosen = problem.floors.length === 0 ? kept : repairFloors(drawn, kept);
    if (!complete()) continue;
    draws++;
    for (const candidate of chosen) counts[candidate]++;
  }
  return { shares: counts.map((times) => (draws === 0 ? 0 : times / draws)), draws };
}

const keyOf = (subset: readonly number[]) => [...subset].sort((a, b) => a - b).join(' ');

/** Scores per draw, each set resampled once for all draws. */
function resampledScores(input: KeptShareInput, replicates: number) {
  const options = { ...input.options, replicates };
  const sets = new Map<string, ResampledTallies>();
  const singles = new Map<number, ResampledTallies>();
  const fitted = new Set(input.fitted.map(keyOf));
  const most = fitted.size + Math.max(MORE_SETS, fitted.size);
  const lookUp = (subset: readonly number[]): ResampledTallies | null => {
    const key = keyOf(subset);
    const known = sets.get(key);
    if (known !== undefined) return known;
    if (!fitted.has(key) && fitted.size >= most) return null;
    fitted.add(key);
    const fresh = resampleTallies(input.statistics(subset), options);
    sets.set(key, fresh);
    return fresh;
  };
  const at = (replicate: number) => {
    let whole = true;
    const score = (subset: readonly number[]): SubsetScore => {
      const tallies = lookUp(subset);
      if (tallies !== null) return scoreAt(tallies, replicate);
      whole = false;
      return input.problem.score(input.fitted[0] ?? subset);
    };
    const single = (candidate: number): SubsetScore => {
      const known = singles.get(candidate) ?? resampleTallies(input.singleStatistics(candidate), options);
      singles.set(candidate, known);
      return scoreAt(known, replicate);
    };
    return { score, single, complete: () => whole };
  };
  return { at };
}
