import type { EvaluationSet } from '../evaluation/statistics.js';
import type { SubsetTable } from './subset-fit.js';

/** The selection rows alone, renumbered from 0. */
export interface Sample extends SubsetTable {
  /** [draw][row], from 0 */
  readonly folds: readonly Int16Array[];
  /** [row] query and locale */
  readonly queries: Int32Array;
  readonly locales: Int32Array;
  /** the rows as an evaluation set, once and as often as folds are drawn; null unless statistics are wanted */
  readonly sets: SampleSets | null;
}

/** A sample's rows as what answers are judged on. */
interface SampleSets {
  readonly once: EvaluationSet;
  readonly drawn: EvaluationSet;
  /** of each group of the sets */
  readonly queries: Int32Array;
}

/** A sample whose sets' answers are wanted per query. */
export interface JudgedSample extends Sample {
  readonly sets: SampleSets;
}
