import { z } from 'zod';
import { names, score } from './parts.js';

/** What became of gates. */
export const GATES = z.array(
  z.looseObject({
    gate: z.string(),
    failed: z.boolean(),
    skipped: z.boolean().optional(),
    message: z.string(),
  }),
);

/** Two reports side by side, and what gates say. */
export const COMPARISON = z.looseObject({
  schema: z.literal('esci-select/comparison/1'),
  changes: z.array(
    z.looseObject({
      predictor: z.string(),
      score: z.enum(['accuracy', 'macroF1', 'weightedF1', 'logLoss']),
      base: score,
      next: score,
      difference: score,
      interval: z.tuple([z.number(), z.number()]).nullable(),
      paired: z.boolean(),
      verdict: z.enum(['better', 'worse', 'unchanged', 'within noise', 'unknown']),
    }),
  ),
  kept: z.looseObject({ base: names, next: names }),
  onlyInBase: names,
  onlyInNext: names,
  intervals: z.string(),
  cautions: names,
  gates: GATES,
});
