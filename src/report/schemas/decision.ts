import { z } from 'zod';
import { DECISION_SCHEMAS } from '../../selection/decision.js';
import { KEEP_NAMES } from '../../selection/keep.js';
import { REASON_NAMES } from '../../selection/model-reason.js';
import { versionProblem } from '../versions.js';
import { BEST_SINGLE, CONTRIBUTION, DECIDE, ENSEMBLE, RULED, SCREEN, SETTLING } from './ensemble.js';
import { count, DIFFERENCE, EVALUATION, interval, names, score, scores } from './parts.js';

const bounds = z.looseObject({ low: score, high: score });
const combine = z.enum(['sum', 'max']);

const REASON = z.looseObject({
  reason: z.enum(REASON_NAMES),
  as: z.looseObject({ model: z.string(), correlation: z.number() }).optional(),
  over: z
    .looseObject({ name: z.string(), limit: z.number(), needs: z.number(), left: z.number() })
    .optional(),
});

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
  why: REASON.optional(),
  screen: SCREEN.optional(),
  evidence: z
    .looseObject({
      shap: bounds,
      rank: bounds,
      contribution: CONTRIBUTION.optional(),
      keptShare: score,
      keptDraws: count.optional(),
    })
    .optional(),
});

const localeScores = z.array(z.looseObject({ slice: z.string(), rows: count, ...scores }));

const FRONTIER = z.looseObject({
  metric: z.string(),
  cost: z.string(),
  unit: z.string(),
  points: z.array(
    z.looseObject({
      models: names,
      cost: z.number(),
      score,
      low: score,
      high: score,
      against: z.looseObject({ difference: score, low: score, high: score }).optional(),
    }),
  ),
  chosen: z.looseObject({ models: names, cost: z.number(), score, low: score, high: score }).optional(),
  dominated: z.array(z.looseObject({ models: names, cost: z.number(), score })).optional(),
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

/** Limits of a choice. */
export const BUDGET = z
  .looseObject({
    models: count.nullable(),
    costs: z.array(z.looseObject({ name: z.string(), limit: z.number(), combine: combine.optional() })),
    combine: z.record(z.string(), combine).optional(),
  })
  .meta({ id: 'budget' });

const ADVANTAGE = z.looseObject({ merit: score, meritError: score, loss: score, lossError: score });

const LOCALE = z
  .looseObject({
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
  })
  .meta({ id: 'localeDecision' });

/** Who was allowed to see which label. */
export const PROTOCOL = z.looseObject({
  mode: z.enum(['holdout', 'cross-validated']),
  reason: z.string(),
  folds: count,
  trainRows: count,
  evaluationRows: count,
  evaluationQueries: count,
});

/** What `rank` decided: this version's, or the first, which lacks what is optional. */
export const DECISION = z.looseObject({
  schema: z.enum(DECISION_SCHEMAS, { error: ({ input }) => versionProblem(input, DECISION_SCHEMAS) }),
  headline: z.string().optional(),
  classes: names,
  protocol: PROTOCOL,
  ranking: z.array(RANKING_LINE),
  budget: BUDGET,
  frontiers: z.array(FRONTIER).optional(),
  slices: SLICES.optional(),
  measures: MEASURES.optional(),
  localeBudgets: z.array(LOCALE).optional(),
  kept: names,
  orderedBy: z.literal('mean rank over refits').optional(),
  screening: z.looseObject({ rows: count, queries: count, passing: names }).optional(),
  recommended: z.boolean().optional(),
  bestSet: z.looseObject({ models: names, advantage: ADVANTAGE }).optional(),
  unlimited: names.optional(),
  keep: z.enum(KEEP_NAMES).optional(),
  why: z.string().nullable().optional(),
  settle: z.array(SETTLING).optional(),
  decide: DECIDE.optional(),
  ensembles: z.looseObject({ full: ENSEMBLE, pruned: ENSEMBLE }).optional(),
  bestSingles: z.array(BEST_SINGLE).optional(),
  ruled: z.record(z.string(), RULED).optional(),
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
