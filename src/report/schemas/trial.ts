import { z } from 'zod';
import { BUDGET, PROTOCOL } from './decision.js';
import { count, DIFFERENCE, EVALUATION, names, score } from './parts.js';

/** Whether newcomers earn a place, as `trial --json` prints it. */
export const TRIAL = z.looseObject({
  schema: z.literal('esci-select/trial/1'),
  protocol: PROTOCOL,
  budget: BUDGET,
  strategy: z.string(),
  metric: z.enum(['accuracy', 'macroF1', 'weightedF1', 'logLoss']),
  margin: z.number().nullable(),
  newcomers: z.array(
    z.looseObject({
      model: z.string(),
      family: z.string(),
      replaces: z.boolean(),
      kept: z.boolean(),
      rank: count,
      screen: z.looseObject({ z: score, passed: z.boolean() }),
      shap: score,
      alone: EVALUATION,
      mostAlike: z.looseObject({ model: z.string(), correlation: score }).nullable(),
    }),
  ),
  before: names,
  after: names,
  displaced: names,
  difference: DIFFERENCE,
  costs: z.array(z.looseObject({ name: z.string(), unit: z.string(), before: score, after: score })),
  verdict: z.enum(['accept', 'reject']),
  why: z.enum(['better', 'cheaper', 'no better than chance', 'not kept', 'worse', 'within noise']),
  replicates: count,
});
