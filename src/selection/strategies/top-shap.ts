import type { Strategy } from '../strategy.js';
import { keepInOrder } from './order.js';

/** The reference's choice (PP-GLAM, section 4): from the largest summed TreeSHAP down, whatever fits. */
export const topShap: Strategy = {
  summary: 'largest summed SHAP first',
  refits: false,
  choose: (problem) =>
    keepInOrder(
      problem,
      problem.candidates.map(({ shap }) => shap),
    ),
};
