import type { Difference } from '../evaluation/evaluate.js';
import type { ScoreName } from '../evaluation/metrics.js';

/** How many more judged queries would tell a difference apart. */
export interface Settling {
  readonly from: string;
  readonly to: string;
  readonly metric: ScoreName;
  /** to - from, and its standard error now */
  readonly difference: number;
  readonly standardError: number;
  /** queries behind it */
  readonly queries: number;
  /**
   * further queries of the same kind at which a test at 5%, two-sided, would find the difference with 80% power, were it as
   * large as it looks now; 0 where its 95% interval is clear of 0 already, null where it looks like none
   */
  readonly furtherQueries: number | null;
}

/** Width of a 95% interval in standard errors. */
const INTERVAL_WIDTH = 2 * 1.959964;
/** Normal quantiles of 97.5% and of 80%: a difference of this many standard errors is found with 80% power. */
const FOUND_AT = 1.959964 + 0.841621;
/** Differences below this are rounding. */
const NONE = 1e-12;

/**
 * The number of further queries that would settle a paired difference. Its standard error, from the paired bootstrap over
 * queries, falls as the root of their number; the difference itself is taken as it looks, which it will not be exactly: read
 * the answer as an order of magnitude.
 */
export function settlingOf(
  { from, to, difference, intervals }: Difference,
  metric: ScoreName,
  queries: number,
): Settling {
  const [low, high] = intervals[metric];
  const standardError = (high - low) / INTERVAL_WIDTH;
  const size = Math.abs(difference[metric]);
  return {
    from,
    to,
    metric,
    difference: difference[metric],
    standardError,
    queries,
    furtherQueries: low > 0 || high < 0 ? 0 : further(size, standardError, queries),
  };
}

function further(size: number, standardError: number, queries: number): number | null {
  if (!(size > NONE)) return null;
  const ratio = (FOUND_AT * standardError) / size;
  return Math.max(0, Math.ceil(queries * ratio * ratio) - queries);
}
