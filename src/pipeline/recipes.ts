import { type BoostingOptions, PP_GLAM } from '../ensemble/boosting-options.js';
import { EsciSelectError, quote, suggest } from '../errors.js';
import type { StrategyName } from '../selection/strategies/registry.js';

/** How somebody else builds the ensemble and chooses from it, to be compared with. */
export interface Recipe {
  /** half a sentence for people */
  readonly summary: string;
  /** settings of the ensemble; the seed is the run's */
  readonly boosting: Omit<BoostingOptions, 'seed'>;
  readonly strategy: StrategyName;
}

const { seed: _, ...ppGlam } = PP_GLAM;

/** Recipes by the name that --recipe takes. */
export const RECIPES = {
  'pp-glam': {
    summary: 'boosting and top-K by summed SHAP of the PP-GLAM paper (WWW 2024 Companion)',
    boosting: ppGlam,
    strategy: 'shap',
  },
} satisfies Record<string, Recipe>;

export type RecipeName = keyof typeof RECIPES;

export const RECIPE_NAMES = Object.keys(RECIPES) as RecipeName[];

/** A recipe's name as typed. Throws 'usage' with the legal ones. */
export function parseRecipe(typed: string): RecipeName {
  const found = RECIPE_NAMES.find((name) => name === typed);
  if (found !== undefined) return found;
  throw new EsciSelectError('usage', `recipe ${quote(typed)} is unknown`, {
    hint: suggest(typed, RECIPE_NAMES, 'recipes'),
  });
}
