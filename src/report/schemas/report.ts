import { z } from 'zod';
import { EsciSelectError, quote } from '../../errors.js';
import { REPORT_SCHEMA_NAME, REPORT_SCHEMA_NAMES, type Report } from '../report.js';
import { RANK_AGAIN, versionProblem } from '../versions.js';
import { COMPARISON, GATES } from './comparison.js';
import { DECISION } from './decision.js';
import { count, EVALUATION, score } from './parts.js';

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
  schema: z.enum(REPORT_SCHEMA_NAMES, { error: ({ input }) => versionProblem(input, REPORT_SCHEMA_NAMES) }),
  title: z.string().optional(),
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
  baseline: COMPARISON.optional(),
  gates: GATES.optional(),
});

/**
 * Reads the text of a report.json.
 *
 * An older version is read where its fields suffice.
 *
 * @throws EsciSelectError('data') where it is not JSON or not a report of a version that is known, naming the key
 */
export function parseReport(text: string, path: string): Report {
  const value = parseJson(text, path);
  const checked = REPORT_SCHEMA.safeParse(value);
  if (!checked.success) throw notAReport(checked.error, { path, value, above: [] });
  const report = value as Report; // not zod's copy, which leaves out a model named __proto__
  for (const [model, evaluation] of Object.entries(report.decision.metrics.models)) {
    const one = EVALUATION.safeParse(evaluation);
    if (!one.success) {
      throw notAReport(one.error, { path, value, above: ['decision', 'metrics', 'models', model] });
    }
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

interface Refused {
  readonly path: string;
  readonly value: unknown;
  /** keys above those of the error */
  readonly above: readonly string[];
}

function notAReport(error: z.ZodError, { path, value, above }: Refused): EsciSelectError {
  const [issue] = error.issues;
  const key = [...above, ...issue.path].map(String).join('.');
  const version = (value as { schema?: unknown } | null)?.schema;
  const older = REPORT_SCHEMA_NAMES.some((name) => name === version && name !== REPORT_SCHEMA_NAME);
  const of = older ? `a report of version ${quote(String(version))}` : 'a report';
  return new EsciSelectError('data', `${quote(key)} is not as in ${of}: ${issue.message}`, {
    path,
    hint: older
      ? RANK_AGAIN
      : 'give a report.json of esci-select report; docs/report.schema.json describes it',
  });
}
