import type { Strategy } from '../strategy.js';
import { keepInOrder } from './order.js';

/** From the largest Shapley value with models as players down, whatever fits. */
export const topGroupShapley: Strategy = {
  summary: 'largest group Shapley value first',
  refits: false,
  choose: (problem) =>
    keepInOrder(
      problem,
      problem.candidates.map(({ groupShap }) => groupShap),
    ),
};
