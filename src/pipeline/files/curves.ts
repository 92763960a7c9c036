import { z } from 'zod';

/** What a model's `curves.json` must look like: one record per fit. */
export const CURVES_SCHEMA = z.array(
  z.object({
    fold: z.union([z.number().int().nonnegative(), z.literal('refit')]),
    rows: z.number(),
    availableRows: z.number(),
    points: z
      .array(
        z.object({ epoch: z.number(), loss: z.number().nullable(), validationLoss: z.number().nullable() }),
      )
      .min(1),
  }),
);
