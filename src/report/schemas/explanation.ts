import { z } from 'zod';

const BY_CLASS = z.record(z.string(), z.number());

/** Why the full ensemble answers as it does for one example, as `explain --json` prints it. */
export const EXPLANATION = z.looseObject({
  schema: z.literal('esci-select/explanation/1'),
  example: z.looseObject({
    id: z.string(),
    query: z.string(),
    productId: z.string(),
    locale: z.string(),
    title: z.string().nullable(),
    label: z.string().nullable(),
    trainedOn: z.boolean(),
  }),
  answer: z.string(),
  likeliest: z.string().optional(),
  rule: z.looseObject({ name: z.string(), tau: z.number(), offsets: BY_CLASS }).optional(),
  probabilities: BY_CLASS,
  margin: BY_CLASS,
  bias: BY_CLASS,
  models: z.array(
    z.looseObject({
      model: z.string(),
      family: z.string(),
      answer: z.string().nullable(),
      probabilities: BY_CLASS.nullable(),
      shap: BY_CLASS,
      groupShap: BY_CLASS,
    }),
  ),
});
