import { z } from 'zod';

/** JSON has no NaN: a score that does not exist is null in a file. */
export const score = z.number().nullable();
/** A whole number of at least 0. */
export const count = z.number().int().nonnegative();
const interval = z.tuple([score, score]);
/** Names of models or of anything else. */
export const names = z.array(z.string());
const scores = { accuracy: score, macroF1: score, weightedF1: score, logLoss: score };
const intervals = z.looseObject({
  accuracy: interval,
  macroF1: interval,
  weightedF1: interval,
  logLoss: interval,
});

/** One predictor's scores. */
export const EVALUATION = z.looseObject({
  ...scores,
  rows: count,
  calibrationError: score,
  intervals,
  perClass: z.array(z.looseObject({ precision: score, recall: score, f1: score, support: count })),
  confusion: z.array(z.array(count)),
  reliability: z
    .array(z.looseObject({ bin: count, rows: count, confidence: score, accuracy: score }))
    .optional(),
});

const bounds = z.looseObject({ low: score, high: score });
const combine = z.enum(['sum', 'max']);

const RANKING_LINE = z.looseObject({
  model: z.string(),
  family: z.string(),
  source: z.enum(['trained', 'imported']),
  rank: count,
  shap: score,
  groupShap: score,
  shapByClass: z.array(score),
  signedByClass: z.array(score),
  costs: z.record(z.string(), z.number()),
  costUnits: z.record(z.string(), z.string()),
  kept: z.boolean(),
  evidence: z
    .looseObject({ shap: bounds, rank: bounds, keptShare: score, keptDraws: count.optional() })
    .optional(),
});

const localeScores = z.array(z.looseObject({ slice: z.string(), rows: count, ...scores }));

const FRONTIER = z.looseObject({
  metric: z.string(),
  cost: z.string(),
  unit: z.string(),
  points: z.array(z.looseObject({ models: names, cost: z.number(), score, low: score, high: score })),
  knee: count,
  enough: count.optional(),
  sets: count.optional(),
});

const SLICES = z.array(
  z.looseObject({
    by: z.string(),
    score: z.enum(['f1', 'accuracy', 'macroF1', 'weightedF1', 'logLoss']),
    slices: z.array(
      z.looseObject({
        name: z.string(),
        rows: count,
        queries: count,
        score,
        gains: z.array(
          z.looseObject({ model: z.string(), kept: z.boolean(), gain: score, interval: interval.nullable() }),
        ),
      }),
    ),
  }),
);

const MEASURES = z.looseObject({
  models: z.array(
    z.looseObject({
      model: z.string(),
      values: z.record(z.string(), score),
      refitMargin: score,
      ranks: z.record(z.string(), count),
      spread: count,
      disputed: z.boolean(),
    }),
  ),
  exact: z.boolean(),
  orders: count,
  disputedFrom: count,
});

const BUDGET = z.looseObject({
  models: count.nullable(),
  costs: z.array(z.looseObject({ name: z.string(), limit: z.number(), combine: combine.optional() })),
  combine: z.record(z.string(), combine).optional(),
});

const DIFFERENCE = z.looseObject({
  from: z.string(),
  to: z.string(),
  rows: count,
  difference: z.looseObject(scores),
  intervals,
});

const LOCALE = z.looseObject({
  locale: z.string(),
  budget: BUDGET,
  floors: z.array(z.looseObject({ name: z.string(), least: z.number() })),
  kept: names,
  keptShares: z.array(z.looseObject({ model: z.string(), share: score })),
  keptDraws: count,
  selectionQueries: count,
  evaluationQueries: count,
  metrics: z.looseObject({
    floor: EVALUATION,
    single: EVALUATION,
    full: EVALUATION,
    pruned: EVALUATION,
    own: EVALUATION,
  }),
  bestModel: z.string(),
  differences: z.array(DIFFERENCE),
});

/** What `rank` decided. */
export const DECISION = z.looseObject({
  schema: z.literal('esci-select/decision/1'),
  classes: names,
  protocol: z.looseObject({
    mode: z.enum(['holdout', 'cross-validated']),
    reason: z.string(),
    folds: count,
    trainRows: count,
    evaluationRows: count,
    evaluationQueries: count,
  }),
  ranking: z.array(RANKING_LINE),
  budget: BUDGET,
  frontiers: z.array(FRONTIER).optional(),
  slices: SLICES.optional(),
  measures: MEASURES.optional(),
  localeBudgets: z.array(LOCALE).optional(),
  kept: names,
  metrics: z.looseObject({
    floor: EVALUATION,
    models: z.record(z.string(), EVALUATION),
    full: EVALUATION,
    pruned: EVALUATION,
  }),
  differences: z.array(DIFFERENCE),
  best: z.looseObject({
    accuracy: z.string(),
    macroF1: z.string(),
    weightedF1: z.string(),
    logLoss: z.string(),
  }),
  locales: z.looseObject({ full: localeScores, pruned: localeScores }),
  additivity: z.looseObject({ absolute: z.number(), relative: z.number() }),
  explainedRows: count,
  rounds: z.looseObject({ full: count, pruned: count }),
  replicates: count,
});
