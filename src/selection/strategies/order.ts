import { fits } from '../limits.js';
import type { Choice, SelectionProblem, TraceStep } from '../strategy.js';

/**
 * Keeps the required models, then walks the candidates from the largest value and keeps every one that still fits, so
 * that a costly model that does not fit makes room for cheaper ones behind it. Ties by name. O(candidates^2).
 */
export function keepInOrder(problem: SelectionProblem, values: readonly number[]): Choice {
  const { candidates, limits, required } = problem;
  const order = [...candidates.keys()].sort((a, b) => values[b] - values[a] || a - b);
  const chosen = new Set(required);
  const trace: TraceStep[] = [];
  for (const candidate of order) {
    const keep = chosen.has(candidate) || fits(limits, [...chosen, candidate]);
    if (keep) chosen.add(candidate);
    trace.push({
      action: keep ? 'keep' : 'pass',
      model: candidates[candidate].name,
      value: Number.isFinite(values[candidate]) ? values[candidate] : null,
    });
  }
  return { kept: order.filter((candidate) => chosen.has(candidate)), trace };
}
