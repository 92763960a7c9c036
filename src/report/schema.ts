import { z } from 'zod';
import { EsciSelectError, quote } from '../errors.js';
import type { Report } from './report.js';
import { count, DECISION, EVALUATION, names, score } from './schema-decision.js';

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
