import { SAMPLE_FOLDER } from '../assets.js';
import type { LoadOptions } from '../data/load.js';
import type { BoostingOptions } from '../ensemble/boosting-options.js';
import type { StackName } from '../ensemble/stack/task.js';
import type { DecideName } from '../evaluation/decision-rule.js';
import type { EvaluationMode } from '../evaluation/protocol.js';
import type { ModelChoice } from '../models/choose.js';
import type { ImportOptions } from '../predictions/import.js';

/**
 * The simulated sample that ships with the package; `train` uses it when no data is given.
 *
 * @example
 * import { inspectData, SAMPLE_DATA } from 'esci-select';
 *
 * const { summary } = await inspectData([SAMPLE_DATA]);
 * summary.rows; // => 8137
 */
export const SAMPLE_DATA = SAMPLE_FOLDER;

/**
 * What TensorFlow.js can compute on when models are trained: WebAssembly, or the native library.
 *
 * @example
 * import { BACKENDS } from 'esci-select';
 *
 * BACKENDS; // => [ 'wasm', 'tensorflow' ]
 */
export const BACKENDS = ['wasm', 'tensorflow'] as const;

export type TrainingBackend = (typeof BACKENDS)[number];

/** Everything `train` can be told. Paths are as the user gave them. */
export interface TrainOptions {
  /** run folder */
  readonly run: string;
  /** files or folders; empty for the simulated sample */
  readonly data: readonly string[];
  readonly load: Omit<LoadOptions, 'onProgress' | 'text'>;
  /**
   * all, none, or names and paths of modules separated by commas; or a list of them, of modules by path or file URL, and
   * of live models, which are trained in the calling thread
   */
  readonly models: string | readonly ModelChoice[];
  /** what TensorFlow.js computes on; `tensorflow` needs docs/native-tensorflow.md and gives other bytes */
  readonly backend: TrainingBackend;
  /** files or folders of predictions */
  readonly predictions: readonly string[];
  readonly importing: Omit<ImportOptions, 'onProgress' | 'dataFiles'>;
  /** files model,<cost>,... beside those found with the predictions */
  readonly costs: readonly string[];
  /** training rows of a fit at most, in the classes' shares; null for all */
  readonly maxTrainRows: number | null;
  /** run folder whose models of the same names the training starts from; null to start anew */
  readonly warmStart: string | null;
  readonly folds: number;
  readonly seed: number;
  readonly evaluation: EvaluationMode;
  readonly boosting: Partial<BoostingOptions>;
  /** what the ensemble may be: the best of all by inner cross-validation, the pool alone, or boosted trees alone */
  readonly stack: StackName;
  /** the rule by which margins become answers */
  readonly decide: DecideName;
  /** rerun every stage */
  readonly force: boolean;
  /**
   * minutes from the start after which no further model is begun (one by one, the quickest first); null or not given for
   * none. The quickest is always trained where the run would otherwise have no model
   */
  readonly timeLimit?: number | null;
  /** measure inference latency; without, costs are the deterministic ones only */
  readonly measure: boolean;
}

/**
 * The defaults of `train`, for callers that set only some options.
 *
 * @example
 * import { TRAIN_DEFAULTS } from 'esci-select';
 *
 * [TRAIN_DEFAULTS.models, TRAIN_DEFAULTS.folds]; // => [ 'all', 5 ]
 */
export const TRAIN_DEFAULTS: Omit<TrainOptions, 'run'> = {
  data: [],
  load: {},
  models: 'all',
  backend: 'wasm',
  predictions: [],
  importing: {},
  costs: [],
  maxTrainRows: null,
  warmStart: null,
  folds: 5,
  seed: 7,
  evaluation: 'auto',
  boosting: {},
  stack: 'auto',
  decide: 'balanced',
  force: false,
  timeLimit: null,
  measure: true,
};
