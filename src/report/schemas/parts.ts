import { z } from 'zod';

/** JSON has no NaN: a score that does not exist is null in a file. */
export const score = z.number().nullable();
/** A whole number of at least 0. */
export const count = z.number().int().nonnegative();
/** Low and high ends of a 95% interval. */
export const interval = z.tuple([score, score]);
/** Names of models or of anything else. */
export const names = z.array(z.string());
/** The four scores of one predictor. */
export const scores = { accuracy: score, macroF1: score, weightedF1: score, logLoss: score };
const intervals = z
  .looseObject({
    accuracy: interval,
    macroF1: interval,
    weightedF1: interval,
    logLoss: interval,
  })
  .meta({ id: 'intervals' });

/** One predictor's scores. */
export const EVALUATION = z
  .looseObject({
    ...scores,
    rows: count,
    calibrationError: score,
    intervals,
    perClass: z.array(z.looseObject({ precision: score, recall: score, f1: score, support: count })),
    confusion: z.array(z.array(count)),
    reliability: z
      .array(z.looseObject({ bin: count, rows: count, confidence: score, accuracy: score }))
      .optional(),
  })
  .meta({ id: 'evaluation' });

/** A paired difference of two predictors. */
export const DIFFERENCE = z
  .looseObject({
    from: z.string(),
    to: z.string(),
    rows: count,
    difference: z.looseObject(scores),
    intervals,
  })
  .meta({ id: 'difference' });
