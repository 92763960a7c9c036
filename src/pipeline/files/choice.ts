import { z } from 'zod';
import { DECIDE_NAMES } from '../../evaluation/decision-rule.js';

const number = z.number().nullable(); // JSON has no NaN
const scores = { accuracy: number, macroF1: number, weightedF1: number, logLoss: number };

/** What `ensemble/choice.json` must look like. */
export const CHOICE_SCHEMA = z.object({
  kind: z.string(),
  model: z.string().nullable(),
  rule: z.object({ name: z.enum(DECIDE_NAMES), tau: z.number(), offsets: z.array(z.number()) }),
  candidates: z.array(
    z.object({
      ...scores,
      kind: z.string(),
      model: z.string().nullable(),
      tau: z.number(),
      ahead: number,
      standardError: number,
    }),
  ),
  weights: z.array(z.object({ model: z.string(), weight: z.number() })).nullable(),
  curve: z.array(z.object({ ...scores, tau: z.number() })),
});
