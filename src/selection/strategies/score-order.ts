import { merit } from '../objective.js';
import type { Strategy } from '../strategy.js';
import { keepInOrder } from './order.js';

/** Best single model first, as AutoGluon's infer_limit orders models: what a user without any ensemble would do. */
export const scoreOrder: Strategy = {
  summary: 'best single model first',
  refits: false,
  choose: (problem) =>
    keepInOrder(
      problem,
      problem.candidates.map((_, at) => merit(problem.metric, problem.single(at))),
    ),
};
