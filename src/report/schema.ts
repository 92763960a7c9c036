import { z } from 'zod';
import { EsciSelectError, quote } from '../errors.js';
import type { Report } from './report.js';

/** JSON has no NaN: a score that does not exist is null in a file. */
const score = z.number().nullable();
const count = z.number().int().nonnegative();
const interval = z.tuple([score, score]);
const names = z.array(z.string());
const scores = { accuracy: score, macroF1: score, weightedF1: score, logLoss: score };
const intervals = z.looseObject({
  accuracy: interval,
  macroF1: interval,
  weightedF1: interval,
  logLoss: interval,
});

const EVALUATION = z.looseObject({
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

const slices = z.array(z.looseObject({ slice: z.string(), rows: count, ...scores }));

const FRONTIER = z.looseObject({
  metric: z.string(),
  cost: z.string(),
  unit: z.string(),
  points: z.array(z.looseObject({ models: names, cost: z.number(), score, low: score, high: score })),
  knee: count,
  enough: count.optional(),
  sets: count.optional(),
});

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

const DECISION = z.looseObject({
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
  budget: z.looseObject({
    models: count.nullable(),
    costs: z.array(z.looseObject({ name: z.string(), limit: z.number(), combine: combine.optional() })),
    combine: z.record(z.string(), combine).optional(),
  }),
  frontiers: z.array(FRONTIER).optional(),
  measures: MEASURES.optional(),
  kept: names,
  metrics: z.looseObject({
    floor: EVALUATION,
    models: z.record(z.string(), EVALUATION),
    full: EVALUATION,
    pruned: EVALUATION,
  }),
  differences: z.array(
    z.looseObject({
      from: z.string(),
      to: z.string(),
      rows: count,
      difference: z.looseObject(scores),
      intervals,
    }),
  ),
  best: z.looseObject({
    accuracy: z.string(),
    macroF1: z.string(),
    weightedF1: z.string(),
    logLoss: z.string(),
  }),
  locales: z.looseObject({ full: slices, pruned: slices }),
  additivity: z.looseObject({ absolute: z.number(), relative: z.number() }),
  explainedRows: count,
  rounds: z.looseObject({ full: count, pruned: count }),
  replicates: count,
});

const BASELINE = z.looseObject({
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
  gates: z.array(z.looseObject({ gate: z.string(), failed: z.boolean(), message: z.string() })),
});

const named = z.array(z.looseObject({ name: z.string(), rows: count }));
const PLACE = z.looseObject({ path: z.string(), line: count.optional(), row: count.optional() });

const numbers = z.array(z.number());

/** What the ensemble does with single rows. */
const INSIGHTS = z.looseObject({
  bestModel: z.string(),
  trainedOn: z.boolean(),
  sample: z.looseObject({
    rows: count,
    of: count,
    models: z.array(
      z.looseObject({ model: z.string(), contributions: numbers, probabilities: z.array(score) }),
    ),
  }),
  disagreements: z.looseObject({ ensembleRight: count, modelRight: count }),
  examples: z.array(
    z.looseObject({
      right: z.enum(['ensemble', 'model']),
      id: z.string(),
      query: z.string(),
      title: z.string().nullable(),
      locale: z.string(),
      label: z.string(),
      ensemble: z.string(),
      model: z.string(),
      bias: z.number(),
      margin: z.number(),
      parts: z.array(z.looseObject({ model: z.string(), contribution: z.number() })),
    }),
  ),
  trust: z
    .looseObject({
      fittedRows: count,
      heldOutRows: count,
      fidelity: z.number(),
      baseline: z.looseObject({ model: z.string(), fidelity: z.number() }),
      root: z.looseObject({ kind: z.enum(['leaf', 'split']) }),
    })
    .nullable(),
  ensembleCurve: z.looseObject({ rounds: count, validationLogLoss: numbers }),
});

/** report.json as a zod schema; keys that later versions add are let through. */
export const REPORT_SCHEMA = z.looseObject({
  schema: z.literal('esci-select/report/1'),
  decision: DECISION,
  data: z.looseObject({
    rows: count,
    queries: count,
    products: count,
    locales: named,
    labels: named,
    unlabelled: count,
  }),
  findings: z.array(
    z.looseObject({
      severity: z.enum(['note', 'warning', 'error']),
      code: z.string(),
      message: z.string(),
      count: count.optional(),
      places: z.array(PLACE).optional(),
      hint: z.string().optional(),
    }),
  ),
  curves: z.array(
    z.looseObject({
      model: z.string(),
      fold: z.union([count, z.literal('refit')]),
      rows: count.optional(),
      availableRows: count.optional(),
      points: z.array(z.looseObject({ epoch: z.number(), loss: score, validationLoss: score })),
    }),
  ),
  insights: INSIGHTS.optional(),
  reproduction: z.looseObject({
    version: z.string(),
    seed: z.number().int(),
    inputs: z.array(z.looseObject({ name: z.string(), bytes: count, sha256: z.string() })),
    options: z.record(z.string(), z.unknown()),
  }),
  baseline: BASELINE.optional(),
});

/** The JSON schema (draft 2020-12) that docs/report.schema.json holds. */
export function reportJsonSchema(): Record<string, unknown> {
  const { $schema, ...rest } = z.toJSONSchema(REPORT_SCHEMA, { target: 'draft-2020-12', io: 'input' });
  return { $schema, title: 'esci-select report, version 1', ...rest };
}

/**
 * Reads the text of a report.json.
 *
 * @throws EsciSelectError('data') where it is not JSON or not a report of this version, naming the key
 */
export function parseReport(text: string, path: string): Report {
  const value = parseJson(text, path);
  const checked = REPORT_SCHEMA.safeParse(value);
  if (!checked.success) throw notAReport(checked.error, path, []);
  const report = value as Report; // not zod's copy, which leaves out a model named __proto__
  for (const [model, evaluation] of Object.entries(report.decision.metrics.models)) {
    const one = EVALUATION.safeParse(evaluation);
    if (!one.success) throw notAReport(one.error, path, ['decision', 'metrics', 'models', model]);
  }
  return report;
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new EsciSelectError('data', `report is not JSON: ${(cause as Error).message}`, {
      path,
      hint: 'give a report.json of esci-select report, or a run folder',
      cause,
    });
  }
}

function notAReport(error: z.ZodError, path: string, above: readonly string[]): EsciSelectError {
  const [issue] = error.issues;
  const key = [...above, ...issue.path].map(String).join('.');
  return new EsciSelectError('data', `${quote(key)} is not as in a report: ${issue.message}`, {
    path,
    hint: 'give a report.json of esci-select report; docs/report.schema.json describes it',
  });
}
