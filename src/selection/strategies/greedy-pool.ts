import { shortfall } from '../floors.js';
import { fits } from '../limits.js';
import { advantageOf, poolValue } from '../pool-objective.js';
import type { Advantage, SelectionProblem, Strategy, TraceStep } from '../strategy.js';

/** Steps without a better set after which a search ends. */
const PATIENCE = 3;

/**
 * Greedy forward selection among the models that do better than chance, on what the pool of a set is worth out of fold;
 * then the smallest set on the way that lies within one standard error of the best (Breiman, Friedman, Olshen & Stone
 * 1984, 3.4.3: the 1 SE rule), in merit and in log-loss. The latter sees differences that F1 on few rows does not. Where no
 * model does better than chance, all are candidates. O(candidates x kept) pools.
 */
export const greedyPool: Strategy = {
  summary:
    'greedy forward on the cross-validated pool, the smallest set within one standard error of the best',
  refits: true,
  pools: true,
  choose: (problem) => {
    const path = forwardPath(problem);
    const best = path.reduce((most, each) => (isBetter(each, most) ? each : most));
    const { kept, advantage } = smallestAsGood(problem, path, best);
    return {
      kept: kept.subset,
      trace: traceOf(problem, path, kept),
      ceiling: { best: best.subset, advantage },
    };
  },
};

/** A set on the way. */
interface Step {
  readonly subset: readonly number[];
  /** what it lacks to the floors, and what its pool is worth */
  readonly lacking: number;
  readonly value: number;
}

/** The set kept below the best one. */
interface Ceiling {
  readonly kept: Step;
  readonly advantage: Advantage;
}

const NO_ADVANTAGE: Advantage = { merit: 0, meritError: 0, loss: 0, lossError: 0 };

function stepOf(problem: SelectionProblem, subset: readonly number[]): Step {
  const lacking = problem.floors.length === 0 ? 0 : shortfall(problem.floors, problem.score(subset));
  return { subset, lacking, value: poolValue(problem, subset) };
}

/** Values that are no farther apart are the same: pools are searched to about so much, from wherever is near. */
const SAME_VALUE = 1e-9;

function isBetter(a: Step, b: Step): boolean {
  return a.lacking !== b.lacking ? a.lacking < b.lacking : a.value > b.value + SAME_VALUE;
}

/** Models that do better than chance or are required; all, where none of these can be kept. */
function candidatesOf({ candidates, limits, required, knows }: SelectionProblem): number[] {
  const all = [...candidates.keys()];
  const wanted = all.filter((candidate) => knows?.[candidate] ?? true);
  const isEmpty = required.length === 0 && !wanted.some((candidate) => fits(limits, [candidate]));
  return isEmpty ? all : [...new Set([...required, ...wanted])].sort((a, b) => a - b);
}

/** The sets that adding the best model again and again goes through, from the smallest allowed. */
function forwardPath(problem: SelectionProblem): Step[] {
  const candidates = candidatesOf(problem);
  const path = problem.required.length > 0 ? [stepOf(problem, problem.required)] : [];
  let best = path[0];
  let last = path[0];
  while (best === undefined || last.subset.length - best.subset.length < PATIENCE) {
    const additions = candidates
      .filter((candidate) => last?.subset.includes(candidate) !== true)
      .map((candidate) => [...(last?.subset ?? []), candidate])
      .filter((subset) => fits(problem.limits, subset));
    if (additions.length === 0) break;
    last = additions.map((subset) => stepOf(problem, subset)).reduce((a, b) => (isBetter(b, a) ? b : a));
    path.push(last);
    if (best === undefined || isBetter(last, best)) best = last;
  }
  return path;
}

/** The first set on the way that the rows cannot tell from the best, neither by merit nor by log-loss. */
function smallestAsGood(
  { pool, metric, seed }: SelectionProblem,
  path: readonly Step[],
  best: Step,
): Ceiling {
  if (pool === undefined) return { kept: best, advantage: NO_ADVANTAGE };
  const answers = pool(best.subset);
  const before = path.slice(0, path.indexOf(best)).filter(({ lacking }) => lacking <= best.lacking);
  for (const kept of before) {
    const advantage = advantageOf(metric, [answers, pool(kept.subset)], seed);
    const isClose = advantage.merit <= advantage.meritError && advantage.loss <= advantage.lossError;
    if (isClose) return { kept, advantage };
  }
  return { kept: best, advantage: NO_ADVANTAGE };
}

function traceOf(problem: SelectionProblem, path: readonly Step[], kept: Step): TraceStep[] {
  const { required, candidates } = problem;
  const longest = path[path.length - 1].subset;
  const valueAt = (count: number) => path.find(({ subset }) => subset.length === count)?.value ?? null;
  return longest.map((candidate, at) => ({
    action: kept.subset.includes(candidate) ? 'keep' : 'pass',
    model: candidates[candidate].name,
    value: at < required.length - 1 ? null : valueAt(at + 1),
  }));
}
