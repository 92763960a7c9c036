import type { TreeEnsemble } from '../tree.js';
import type { DerivedColumn, SourceColumn } from './columns.js';

/** Kinds of model files that are read. */
export type EnsembleFormat = 'xgboost-json' | 'xgboost-ubj' | 'lightgbm' | 'catboost' | 'treelite';

/** Which rounds of training to take: all, or up to the best of training that was stopped early. */
export const ITERATIONS = ['all', 'best'] as const;
export type Iterations = (typeof ITERATIONS)[number];

/**
 * How raw margins become answers: `softmax` over outputs; `sigmoid` of the one output, or of each (`one-vs-all`);
 * `probability`: margins are probabilities; `identity`: scores of a regression or a ranker.
 */
export type MarginLink = 'softmax' | 'sigmoid' | 'one-vs-all' | 'probability' | 'identity';

/**
 * A tree ensemble of any engine in one shape: trees that compare float32 columns with `<`, as the kernels do, over columns
 * that are derived from the user's. margin[row][output] = offset[output] + the margin of `ensemble`, whose classes are the
 * outputs.
 */
export interface ForeignEnsemble {
  readonly format: EnsembleFormat;
  /** the engine's own name of what was trained */
  readonly objective: string;
  readonly link: MarginLink;
  /** columns of the table that the model was trained on, in its order */
  readonly columns: readonly SourceColumn[];
  /** [column of `ensemble`] what it is made of */
  readonly derived: readonly DerivedColumn[];
  /**
   * [column of `ensemble`] ascending thresholds t of tests x <= t on doubles, which trees make as x < the next float32 above
   * t; null where the engine itself rounds to float32
   */
  readonly thresholds: readonly (Float64Array | null)[];
  readonly ensemble: TreeEnsemble;
  /** [output] added in float64 */
  readonly offset: Float64Array;
  /** how the engine adds leaves: XGBoost in float32, in order, the others in float64 */
  readonly arithmetic: 'float32' | 'float64';
  /** the first tree of every round of training, then the number of trees; null where the file does not tell */
  readonly roundStarts: Int32Array | null;
  /** rounds up to the best one of training that was stopped early; null where the file does not tell */
  readonly bestRounds: number | null;
  /** what margins are divided by before `link` makes answers of them: 1, or the rounds of LightGBM's random forest */
  readonly averagedOver: number;
}
