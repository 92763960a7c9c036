import { EsciSelectError, quote, suggest } from '../../errors.js';
import type { Strategy } from '../strategy.js';
import { elimination } from './elimination.js';
import { exact } from './exact.js';
import { greedy } from './greedy.js';
import { greedyPool } from './greedy-pool.js';
import { greedyShap } from './greedy-shap.js';
import { random } from './random.js';
import { scoreOrder } from './score-order.js';
import { topGroupShapley } from './top-group-shapley.js';
import { topShap } from './top-shap.js';
import { valuePerCost } from './value-per-cost.js';

/** Every way to choose, by the name that --strategy takes. */
export const STRATEGIES = {
  shap: topShap,
  'group-shapley': topGroupShapley,
  'value-per-cost': valuePerCost,
  'greedy-pool': greedyPool,
  'greedy-shap': greedyShap,
  greedy,
  elimination,
  'score-order': scoreOrder,
  random,
  exact,
} satisfies Record<string, Strategy>;

export type StrategyName = keyof typeof STRATEGIES;

export const STRATEGY_NAMES = Object.keys(STRATEGIES) as StrategyName[];

/**
 * The strategy when none is asked for: of all it loses least on queries that no strategy saw, and it keeps no model that
 * does not do better than chance (reports/bench-selection.md).
 */
export const DEFAULT_STRATEGY: StrategyName = 'greedy-pool';

/** A strategy's name as typed; the default where nothing was. Throws 'usage' with the nearest legal one. */
export function parseStrategy(typed: string = DEFAULT_STRATEGY): StrategyName {
  const found = STRATEGY_NAMES.find((name) => name === typed);
  if (found !== undefined) return found;
  throw new EsciSelectError('usage', `strategy ${quote(typed)} is unknown`, {
    hint: suggest(typed, STRATEGY_NAMES, 'strategies'),
  });
}
