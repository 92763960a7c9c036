import type { Difference } from '../evaluation/evaluate.js';
import type { ScoreName } from '../evaluation/metrics.js';

/** Whether pruning costs at most a margin, decided before looking. */
export interface NonInferiority {
  readonly metric: ScoreName;
  /** the loss that is accepted; in the metric's units */
  readonly margin: number;
  /**
   * non-inferior: the 95% interval of the difference lies above -margin, so a larger loss is ruled out (one-sided 2.5%);
   * inferior: it lies below; undecided: the rows are too few to tell
   */
  readonly verdict: 'non-inferior' | 'inferior' | 'undecided';
}

/** Decides by the paired difference pruned - full. */
export function decideNonInferiority(
  difference: Difference,
  metric: ScoreName,
  margin: number,
): NonInferiority {
  const [low, high] = gains(difference, metric);
  const verdict = low >= -margin ? 'non-inferior' : high < -margin ? 'inferior' : 'undecided';
  return { metric, margin, verdict };
}

/** The interval of a difference, turned so that more is better. */
export function gains({ intervals }: Difference, metric: ScoreName): readonly [low: number, high: number] {
  const [low, high] = intervals[metric];
  return metric === 'logLoss' ? [-high, -low] : [low, high];
}
