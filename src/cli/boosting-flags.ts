import { type Command, Option } from 'commander';
import type { BoostingOptions } from '../pipeline/for-terminal.js';
import { RECIPE_NAMES, RECIPES, type RecipeName } from '../pipeline/recipes.js';
import { positiveNumber, wholeNumber } from './parse.js';

/** Flags of the tree ensemble. */
export interface BoostingFlags {
  recipe?: RecipeName;
  rounds?: number;
  learningRate?: number;
  growth?: BoostingOptions['growth'];
  maxDepth?: number;
  maxLeaves?: number;
  minDataInLeaf?: number;
  classWeights?: 'none' | 'balanced' | 'sqrt';
  multiStrategy?: BoostingOptions['multiStrategy'];
}

/** Adds the flags of the tree ensemble. */
export function withBoostingFlags(command: Command): Command {
  return command
    .optionsGroup('The tree ensemble:')
    .addOption(
      new Option('--recipe <name>', 'start from the settings of a published recipe').choices(RECIPE_NAMES),
    )
    .option(
      '--rounds <n>',
      'boosting rounds at most; early stopping on grouped folds decides',
      wholeNumber(1),
    )
    .option('--learning-rate <x>', 'shrinkage of each round', positiveNumber)
    .addOption(new Option('--growth <mode>', 'how trees grow').choices(['leafwise', 'depthwise']))
    .option('--max-depth <n>', 'depth of a tree at most', wholeNumber(1))
    .option('--max-leaves <n>', 'leaves of a tree at most', wholeNumber(2))
    .option('--min-data-in-leaf <n>', 'rows in a leaf at least', wholeNumber(1))
    .addOption(
      new Option('--class-weights <mode>', 'weights of the classes in the loss').choices([
        'none',
        'balanced',
        'sqrt',
      ]),
    )
    .addOption(
      new Option(
        '--multi-strategy <name>',
        'a tree for each class in a round, or one tree for all of them',
      ).choices(['one_output_per_tree', 'multi_output_tree']),
    );
}

/** The boosting options given, over those of the recipe if one is; the others keep their defaults. */
export function boostingFlags(flags: BoostingFlags): Partial<BoostingOptions> {
  const { recipe, rounds, learningRate, growth, maxDepth, maxLeaves, minDataInLeaf } = flags;
  const { classWeights, multiStrategy } = flags;
  const shape = { growth, maxDepth, maxLeaves, minDataInLeaf, multiStrategy };
  const all = { rounds, learningRate, ...shape, classWeights };
  const given = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  return recipe === undefined ? given : { ...RECIPES[recipe].boosting, ...given };
}
