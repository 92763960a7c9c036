import type { ScoreName } from '../evaluation/metrics.js';

/** How one score of one predictor changed from the base report to the new one. */
export interface ScoreChange {
  readonly predictor: string;
  readonly score: ScoreName;
  /** null where a report has no such score */
  readonly base: number | null;
  readonly next: number | null;
  /** next - base */
  readonly difference: number | null;
  /** 95% interval of the difference; null where there is none */
  readonly interval: readonly [low: number, high: number] | null;
  /** whether the interval comes from the same queries drawn for both; else the two are taken as independent */
  readonly paired: boolean;
  /** better and worse mean that the interval leaves out zero; of log-loss, less is better */
  readonly verdict: 'better' | 'worse' | 'unchanged' | 'within noise' | 'unknown';
}

/** Two reports side by side. */
export interface ReportComparison {
  readonly schema: 'esci-select/comparison/1';
  /** a change per score of every predictor: those of the new report in its order, then those it no longer has */
  readonly changes: readonly ScoreChange[];
  readonly kept: { readonly base: readonly string[]; readonly next: readonly string[] };
  readonly onlyInBase: readonly string[];
  readonly onlyInNext: readonly string[];
  /** how the intervals were taken, in one sentence */
  readonly intervals: string;
  /** what makes the two hard to compare, a sentence each */
  readonly cautions: readonly string[];
}

/** What became of a gate. */
export interface GateResult {
  /** as it was written */
  readonly gate: string;
  readonly failed: boolean;
  /** whether it was passed over, because it compares with a baseline and there is none yet */
  readonly skipped?: boolean;
  /** the numbers behind it, in one line */
  readonly message: string;
}

/** A comparison and what its gates say. */
export interface ComparedReports extends ReportComparison {
  /** in the order given */
  readonly gates: readonly GateResult[];
}
