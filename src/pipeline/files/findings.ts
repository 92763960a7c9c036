import { z } from 'zod';

const place = z.object({ path: z.string(), line: z.number().optional(), row: z.number().optional() });

/** What a file of findings must look like. */
export const FINDINGS_SCHEMA = z.array(
  z.object({
    severity: z.enum(['note', 'warning', 'error']),
    code: z.string(),
    message: z.string(),
    count: z.number().optional(),
    places: z.array(place).optional(),
    hint: z.string().optional(),
  }),
);
