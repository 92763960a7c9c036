import { z } from 'zod';
import { EsciSelectError, quote, suggest } from '../errors.js';

/**
 * How much a row of each class counts: all alike; inversely to the class's frequency (scikit-learn's balanced, n / (K
 * n_k)); by a power of that from 0 (all alike) to 1, scaled to a mean of 1 over the rows, of which 'sqrt' is 0.5; or one
 * weight per class. Weights raise the F1 of rare classes, and cost accuracy and log-loss: probabilities are then those of
 * a world in which rare classes are less rare.
 */
export type ClassWeights = 'none' | 'balanced' | 'sqrt' | number | readonly number[];

/** Settings of gradient boosting. A round gives one tree per class. */
export interface BoostingOptions {
  /**
   * XGBoost's name for whether a round grows a tree for each class, or one structure whose leaves hold a value of every
   * class (a tree of vector leaves), given as trees that differ in their leaves only
   */
  multiStrategy: 'one_output_per_tree' | 'multi_output_tree';
  /** rounds at most */
  rounds: number;
  /** shrinkage of every leaf, in (0, 1] */
  learningRate: number;
  /** level by level, or always the leaf of largest gain */
  growth: 'depthwise' | 'leafwise';
  /** splits on the longest path; 0 is no limit */
  maxDepth: number;
  /** leaves of a tree; 0 is no limit */
  maxLeaves: number;
  /** least sum of weighted hessians 2p(1-p) in a leaf; their mean over the classes in a tree of vector leaves */
  minChildWeight: number;
  /** least number of rows in a leaf */
  minDataInLeaf: number;
  /** L2 penalty on leaf values */
  lambda: number;
  /** L1 penalty on leaf values */
  alpha: number;
  /**
   * least loss reduction of a split (XGBoost's gamma, checked before the split is made), summed over the classes in a
   * tree of vector leaves
   */
  minSplitGain: number;
  /** part of the columns that each tree may use, in (0, 1] */
  featureFraction: number;
  /** part of the rows drawn without replacement, in (0, 1] */
  baggingFraction: number;
  /** rows are drawn anew every so many rounds; 0 is no sampling of rows */
  baggingFrequency: number;
  classWeights: ClassWeights;
  /**
   * whether boosting starts from the class frequencies instead of equal probabilities: a round 0 of trees with one leaf,
   * not counted in `rounds`
   */
  priors: boolean;
  /** value bins per column, 2 to 255; one more is reserved for missing values */
  maxBins: number;
  /** stop when the validation loss has not improved for so many rounds; 0 is never */
  earlyStoppingRounds: number;
  seed: number;
}

/**
 * Settings for stacking a few to a hundred probability columns, robust from hundreds of rows on. Class weights of power
 * 0.25 keep every metric, log-loss among them, near that of the best single model where classes are unequal.
 */
export const DEFAULT_BOOSTING: Readonly<BoostingOptions> = {
  multiStrategy: 'one_output_per_tree',
  rounds: 500,
  learningRate: 0.05,
  growth: 'depthwise',
  maxDepth: 3,
  maxLeaves: 0,
  minChildWeight: 5,
  minDataInLeaf: 1,
  lambda: 1,
  alpha: 0,
  minSplitGain: 0,
  featureFraction: 0.5,
  baggingFraction: 0.8,
  baggingFrequency: 1,
  classWeights: 0.25,
  priors: true,
  maxBins: 63,
  earlyStoppingRounds: 25,
  seed: 1,
};

/**
 * The reference recipe (PP-GLAM, WWW 2024 Companion, doi 10.1145/3589335.3648318), whose LightGBM settings are these;
 * what it leaves open is LightGBM's default (lambda_l2 0, min_sum_hessian_in_leaf 1e-3, no early stopping).
 */
export const PP_GLAM: Readonly<BoostingOptions> = {
  multiStrategy: 'one_output_per_tree',
  rounds: 1500,
  learningRate: 0.005,
  growth: 'leafwise',
  maxDepth: 25,
  maxLeaves: 25,
  minChildWeight: 1e-3,
  minDataInLeaf: 25,
  lambda: 0,
  alpha: 0,
  minSplitGain: 0,
  featureFraction: 0.8,
  baggingFraction: 0.8,
  baggingFrequency: 200,
  classWeights: 'balanced',
  priors: true,
  maxBins: 255,
  earlyStoppingRounds: 0,
  seed: 1,
};

const integer = (least: number, most: number) =>
  z.number().int().min(least).max(most).describe(`a whole number from ${least} to ${most}`);
const atLeastZero = z.number().min(0).describe('a number of at least 0');
const fraction = z.number().gt(0).max(1).describe('a number above 0 and at most 1');
const oneOf = (...names: string[]) => z.enum(names).describe(names.join(', '));
const namedWeights = oneOf('none', 'balanced', 'sqrt');
const weightList = z.array(atLeastZero).refine((weights) => weights.some((weight) => weight > 0));
const classWeights = z
  .union([namedWeights, z.number().min(0).max(1), weightList])
  .describe(
    `${namedWeights.description}, a power from 0 to 1, or one number of at least 0 per class, not all 0`,
  );

/** What each option takes; its description is what an error says. */
const SCHEMAS = {
  multiStrategy: oneOf('one_output_per_tree', 'multi_output_tree'),
  rounds: integer(1, 1_000_000),
  learningRate: fraction,
  growth: oneOf('depthwise', 'leafwise'),
  maxDepth: integer(0, 1000),
  maxLeaves: integer(0, 1_000_000),
  minChildWeight: atLeastZero,
  minDataInLeaf: integer(0, 1_000_000_000),
  lambda: atLeastZero,
  alpha: atLeastZero,
  minSplitGain: atLeastZero,
  featureFraction: fraction,
  baggingFraction: fraction,
  baggingFrequency: integer(0, 1_000_000),
  classWeights,
  priors: z.boolean().describe('true or false'),
  maxBins: integer(2, 255),
  earlyStoppingRounds: integer(0, 1_000_000),
  seed: integer(0, Number.MAX_SAFE_INTEGER),
} satisfies Record<keyof BoostingOptions, z.ZodType>;
const GIVEN = z.strictObject(SCHEMAS).partial();

/**
 * The defaults with what is given put over them. Throws 'usage', naming the legal values, on an unknown option, on a
 * value out of range, and on trees without any limit.
 *
 * @example
 * import { boostingOptions } from 'esci-select';
 *
 * const { rounds, maxDepth } = boostingOptions({ maxDepth: 4 });
 * [rounds, maxDepth]; // => [ 500, 4 ]
 */
export function boostingOptions(given: Partial<BoostingOptions> = {}): BoostingOptions {
  const { error } = GIVEN.safeParse(given);
  if (error !== undefined) throw problemOf(error.issues, given);
  const defined = Object.entries(given).filter(([, value]) => value !== undefined);
  const options: BoostingOptions = { ...DEFAULT_BOOSTING, ...Object.fromEntries(defined) };
  if (options.maxDepth === 0 && options.maxLeaves === 0) {
    throw new EsciSelectError('usage', 'boosting options set no limit on the size of a tree', {
      hint: 'give maxDepth or maxLeaves above 0',
    });
  }
  return options;
}

/** An unknown option explains what else is wrong, so it comes first. */
function problemOf(issues: readonly z.core.$ZodIssue[], given: object): EsciSelectError {
  const unknown = issues.find((issue) => issue.code === 'unrecognized_keys');
  if (unknown !== undefined) {
    const [name] = unknown.keys;
    return new EsciSelectError('usage', `boosting option ${quote(name)} is unknown`, {
      hint: suggest(name, Object.keys(SCHEMAS)),
    });
  }
  const name = String(issues[0].path[0]) as keyof BoostingOptions;
  const value = (given as Partial<BoostingOptions>)[name];
  return new EsciSelectError('usage', `boosting option ${name} is ${quote(value)}`, {
    hint: `${name} takes ${SCHEMAS[name].description}`,
  });
}
