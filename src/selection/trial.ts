import type { Difference, Evaluation } from '../evaluation/evaluate.js';
import type { ScoreName } from '../evaluation/metrics.js';
import type { Budget } from './budget.js';
import type { ModelScreen, ProtocolSummary } from './decision.js';
import { gains } from './non-inferiority.js';

/** A model on trial beside a run's models. */
export interface Newcomer {
  readonly model: string;
  readonly family: string;
  /** whether it stands in for a model of the run with the same name */
  readonly replaces: boolean;
  readonly kept: boolean;
  /** among all models, newcomers included, by contribution to pools refitted on drawn queries, as a decision ranks; from 1 */
  readonly rank: number;
  /** against the same answers with labels permuted; a newcomer that does not pass is no candidate unless it is required */
  readonly screen: Pick<ModelScreen, 'z' | 'passed'>;
  /** summed TreeSHAP in the full ensemble with the newcomers; margins (log-odds) */
  readonly shap: number;
  /** its own answers on the evaluation rows */
  readonly alone: Evaluation;
  /** the model of the run whose probabilities correlate most with its own; null where none can be compared */
  readonly mostAlike: { readonly model: string; readonly correlation: number } | null;
}

/** What a set of models costs per row before and after; null where a model's card does not say. */
export interface CostChange {
  readonly name: string;
  readonly unit: string;
  readonly before: number | null;
  readonly after: number | null;
}

/** Whether newcomers earn a place under a run's budget. Plain data. */
export interface Trial {
  readonly schema: 'esci-select/trial/1';
  readonly protocol: ProtocolSummary;
  readonly budget: Budget;
  readonly strategy: string;
  readonly metric: ScoreName;
  /** the loss of the metric that is accepted where the new set is cheaper; null where none is */
  readonly margin: number | null;
  readonly newcomers: readonly Newcomer[];
  /** models kept without and with the newcomers, in order of rank */
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** kept before and no longer */
  readonly displaced: readonly string[];
  /** paired, on the evaluation rows: the ensemble of the new kept set against that of the old */
  readonly difference: Difference;
  /** the number of models first */
  readonly costs: readonly CostChange[];
  readonly verdict: 'accept' | 'reject';
  readonly why: TrialReason;
  readonly replicates: number;
}

/** What a verdict rests on. */
export type TrialReason =
  | 'better'
  | 'cheaper'
  | 'no better than chance'
  | 'not kept'
  | 'worse'
  | 'within noise';

/** What a verdict is made from. */
export type TrialEvidence = Pick<Trial, 'metric' | 'margin' | 'newcomers' | 'difference' | 'costs'>;

/**
 * Accepts newcomers of which one is kept, if the new set is better beyond noise (the 95% interval of the paired difference
 * lies above 0), or if a margin is given, a larger loss is ruled out, and the new set costs less of something and more
 * of nothing. Rejects else: a change that gains nothing provable is not worth its risk.
 */
export function judgeTrial(evidence: TrialEvidence): Pick<Trial, 'verdict' | 'why'> {
  const { metric, margin, newcomers, difference, costs } = evidence;
  if (newcomers.every(({ kept }) => !kept)) {
    const chance = newcomers.every(({ screen }) => !screen.passed);
    return { verdict: 'reject', why: chance ? 'no better than chance' : 'not kept' };
  }
  const [low, high] = gains(difference, metric);
  if (low > 0) return { verdict: 'accept', why: 'better' };
  if (margin !== null && low >= -margin && isCheaper(costs)) return { verdict: 'accept', why: 'cheaper' };
  return { verdict: 'reject', why: high < 0 ? 'worse' : 'within noise' };
}

function isCheaper(costs: readonly CostChange[]): boolean {
  const known = costs.filter(({ before, after }) => before !== null && after !== null);
  return (
    known.length === costs.length &&
    known.every(({ before, after }) => after! <= before!) &&
    known.some(({ before, after }) => after! < before!)
  );
}
