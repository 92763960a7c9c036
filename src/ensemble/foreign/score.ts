import { planScoring, type ScorePlan } from '../scoring/plan.js';
import { scoreRange } from '../scoring/run.js';
import type { FeatureMatrix } from '../tree.js';
import type { ForeignEnsemble } from './foreign-ensemble.js';
import { partsOf } from './parts.js';

/** How a foreign ensemble is scored, planned once. */
export interface ForeignScoring {
  readonly outputs: number;
  readonly offset: Float64Array;
  /** whose margins are added in float64 */
  readonly parts: readonly ScorePlan[];
}

/** Plans the scoring of an ensemble: in one part where the engine adds in float32, else in parts. O(nodes log nodes). */
export function planForeignScoring({ ensemble, offset, arithmetic }: ForeignEnsemble): ForeignScoring {
  const parts = arithmetic === 'float32' ? [ensemble] : partsOf(ensemble);
  return { outputs: ensemble.classes, offset, parts: parts.map(planScoring) };
}

/**
 * Margins [row][output] of a table that encodeTable made, in float64. XGBoost's are equal to its own to the bit, those of
 * other engines to about 1e-7. O(rows (trees + columns)).
 */
export function scoreForeign(scoring: ForeignScoring, features: FeatureMatrix): Float64Array {
  const { outputs, offset, parts } = scoring;
  const { rows } = features;
  const margins = new Float64Array(rows * outputs);
  for (let at = 0; at < margins.length; at++) margins[at] = offset[at % outputs];
  const own = new Float32Array(rows * outputs);
  for (const plan of rows === 0 ? [] : parts) {
    scoreRange(plan, features, { from: 0, to: rows, rows: undefined }, own);
    for (let at = 0; at < own.length; at++) margins[at] += own[at];
  }
  return margins;
}
