import type { ScoreName } from '../evaluation/metrics.js';

/** A set of models that no set costing as much or less was found to beat. */
export interface FrontierPoint {
  /** in order of rank */
  readonly models: readonly string[];
  /** of the whole set per row, in the frontier's unit */
  readonly cost: number;
  /** the metric, cross-validated on the selection rows */
  readonly score: number;
  /** 95% interval of the score by bootstrap over queries */
  readonly low: number;
  readonly high: number;
}

/** What each further unit of cost buys: sets of models by ascending cost, each scoring above the one before. */
export interface Frontier {
  readonly metric: ScoreName;
  /** name of the cost, `models` for their number, and its unit */
  readonly cost: string;
  readonly unit: string;
  readonly points: readonly FrontierPoint[];
  /** the point after which more cost buys least, an index into `points` */
  readonly knee: number;
}
