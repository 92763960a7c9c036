import type { DecideName } from '../../evaluation/decision-rule.js';
import type { BoostingOptions } from '../boosting-options.js';
import type { FeatureMatrix } from '../tree.js';

/** What may be fitted: the best of everything, the pool alone, or boosted trees alone. */
export const STACK_NAMES = ['auto', 'pool', 'trees'] as const;
export type StackName = (typeof STACK_NAMES)[number];

/** One ensemble to fit. Plain data. */
export interface EnsembleTask {
  /** columns [model][class] */
  readonly features: FeatureMatrix;
  /**
   * the same of all models that could answer alone, where the features are those of some: `balanced` must not lose much
   * to the best of them; the features unless given
   */
  readonly rivals?: FeatureMatrix;
  /** class of every row of the features */
  readonly labels: Int16Array;
  /** query of every row of the features */
  readonly groups: Int32Array;
  readonly classes: number;
  /** rows to fit on */
  readonly rows: Int32Array;
  /** fold of each element of `rows`, 0 to folds - 1, whole queries */
  readonly foldOf: Int16Array;
  readonly folds: number;
  /** how many of the folds take a turn as validation */
  readonly validationFolds: number;
  /** of the boosted trees alone; its seed is the task's */
  readonly options: BoostingOptions;
  readonly stack: StackName;
  readonly decide: DecideName;
  /** threads to train with, at least 1; the result does not depend on it */
  readonly threads: number;
  /** hears of boosted rounds; `total` is the most there can be */
  readonly onProgress?: (done: number, total: number) => void;
}

/** What an ensemble can be. */
export type EnsembleKind = 'single' | 'single, own rule' | 'pool' | 'pool and trees' | 'trees';
