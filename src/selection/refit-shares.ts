import { createRandom } from '../math/random.js';
import { createPoolScorer } from './pool-scorer.js';
import { drawSamples, REFITS } from './refits.js';
import type { JudgedSample } from './sample.js';
import { onQueries } from './some-queries.js';
import { STRATEGIES, type StrategyName } from './strategies/registry.js';
import type { SelectionProblem } from './strategy.js';

/** Some of the draws, by number: what one of several threads does. */
export interface DrawRange {
  readonly from: number;
  readonly draws: number;
}

/** All draws. */
const ALL_DRAWS: DrawRange = { from: 0, draws: REFITS };

export interface RefitSharesInput {
  readonly sample: JudgedSample;
  readonly problem: SelectionProblem;
  /** [candidate] its model */
  readonly places: readonly number[];
  readonly strategy: StrategyName;
  /** queries that sets are judged on; all unless given */
  readonly judged?: ReadonlySet<number>;
}

/** Rows beyond which fits hardly vary from draw to draw, and fitting again takes minutes: the answers alone are drawn. */
const MOST_ROWS = 5000;

/** Whether pools are fitted again on every drawing of so many rows, so that the draws have nothing in common. */
export function areFittedAgain(rows: number): boolean {
  return rows <= MOST_ROWS;
}

/**
 * Lets a strategy choose again on drawings of the sample's queries, and counts how often it keeps each candidate: up to
 * 5,000 rows its pools are fitted and judged there, beyond it the pools of the problem are judged on the queries drawn.
 * Floors and the screen stay as they were. O(draws) searches; [candidate].
 */
export function refitCounts(input: RefitSharesInput, range: DrawRange = ALL_DRAWS): number[] {
  const { sample, problem, strategy } = input;
  const counts = problem.candidates.map(() => 0);
  const pools = areFittedAgain(sample.labels.length) ? drawnPools(input, range) : drawnAnswers(input, range);
  for (const pool of pools) {
    for (const candidate of STRATEGIES[strategy].choose({ ...problem, pool }).kept) counts[candidate]++;
  }
  return counts;
}

type PoolOf = NonNullable<SelectionProblem['pool']>;

/** The answers of pools that are fitted on each drawing. */
function* drawnPools(
  { sample, problem, places, judged }: RefitSharesInput,
  range: DrawRange,
): Generator<PoolOf> {
  for (const drawn of drawSamples(sample, { ...range, seed: problem.seed })) {
    const judge = createPoolScorer(drawn, problem.metric);
    const wanted = [...drawn.origins.keys()].filter((copy) => judged?.has(drawn.origins[copy]) ?? true);
    yield (subset) => {
      const answers = judge(subset.map((candidate) => places[candidate]));
      return judged === undefined ? answers : answers.map((each) => onQueries(each, wanted));
    };
  }
}

/** The answers of the problem's own pools, which are on the queries judged, on queries drawn from these. */
function* drawnAnswers({ problem }: RefitSharesInput, { from, draws }: DrawRange): Generator<PoolOf> {
  const random = createRandom(problem.seed).fork('kept');
  for (let draw = from; draw < from + draws; draw++) {
    const own = random.fork(draw);
    let queries: number[] | null = null;
    yield (subset) => {
      const answers = problem.pool!(subset);
      const count = answers[0].starts.length - 1;
      queries ??= Array.from({ length: count }, () => own.integer(count));
      const drawn = queries;
      return answers.map((each) => onQueries(each, drawn));
    };
  }
}
