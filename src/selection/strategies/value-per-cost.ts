import type { Strategy } from '../strategy.js';
import { keepInOrder } from './order.js';

/**
 * The greedy rule of the knapsack problem (Dantzig 1957): most summed SHAP per cost first, where a model's cost is the
 * share of each limit that it takes, summed over the limits. What costs nothing comes first.
 */
export const valuePerCost: Strategy = {
  summary: 'most summed SHAP per share of the budget first',
  refits: false,
  choose: (problem) =>
    keepInOrder(
      problem,
      problem.candidates.map(({ shap }, at) => {
        const share = problem.limits.reduce((sum, { limit, values }) => sum + shareOf(values[at], limit), 0);
        return share === 0 ? Number.MAX_VALUE : shap / share;
      }),
    ),
};

function shareOf(value: number, limit: number): number {
  return value === 0 ? 0 : value / limit;
}
