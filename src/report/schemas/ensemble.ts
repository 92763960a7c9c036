import { z } from 'zod';
import { DECIDE_NAMES } from '../../evaluation/decision-rule.js';
import { count, DIFFERENCE, EVALUATION, names, score, scores } from './parts.js';

const KIND = z.enum(['single', 'single, own rule', 'pool', 'pool and trees', 'trees']);
const CURVE = z.array(z.looseObject({ tau: z.number(), ...scores }));

/** By which rule answers are given. */
export const DECIDE = z.enum(DECIDE_NAMES);

/** How an ensemble was put together and how it answers. */
export const ENSEMBLE = z
  .looseObject({
    kind: KIND,
    model: z.string().nullable(),
    rule: z.looseObject({ name: DECIDE, tau: z.number(), offsets: z.array(z.number()) }),
    candidates: z.array(
      z.looseObject({
        kind: KIND,
        model: z.string().nullable(),
        tau: z.number(),
        ...scores,
        ahead: score,
        standardError: score,
      }),
    ),
    weights: z.array(z.looseObject({ model: z.string(), weight: z.number() })).nullable(),
    curve: CURVE,
  })
  .meta({ id: 'ensemble' });

/** The best single model by a score, chosen on training folds. */
export const BEST_SINGLE = z
  .looseObject({
    score: z.enum(['accuracy', 'macroF1', 'weightedF1', 'logLoss']),
    models: names.min(1),
    tau: z.number(),
    evaluation: EVALUATION,
    curve: CURVE,
    differences: z.array(DIFFERENCE),
  })
  .meta({ id: 'bestSingle' });

/** A single model's scores under the decision's rule. */
export const RULED = z.looseObject({
  tau: z.number(),
  accuracy: score,
  macroF1: score,
  weightedF1: score,
});

/** A model against chance. */
export const SCREEN = z.looseObject({
  z: score,
  passed: z.boolean(),
  floor: z.looseObject(scores).nullable(),
});

/** What a model contributes to the pool over refits. */
export const CONTRIBUTION = z.looseObject({
  mean: score,
  low: score,
  high: score,
  meanRank: z.number(),
  refits: count,
});

/** How many more queries would tell a difference apart. */
export const SETTLING = z.looseObject({
  from: z.string(),
  to: z.string(),
  metric: z.enum(['accuracy', 'macroF1', 'weightedF1', 'logLoss']),
  difference: score,
  standardError: score,
  queries: count,
  furtherQueries: count.nullable(),
});
