import { z } from 'zod';
import { COMPARISON } from './comparison.js';
import { DECISION } from './decision.js';
import { EXPLANATION } from './explanation.js';
import { REPORT_SCHEMA } from './report.js';
import { TRIAL } from './trial.js';

const SCHEMAS: Readonly<Record<string, readonly [title: string, schema: z.ZodType]>> = {
  comparison: ['esci-select comparison, version 1', COMPARISON],
  decision: ['esci-select decision, versions 1 and 2', DECISION],
  explanation: ['esci-select explanation, version 1', EXPLANATION],
  report: ['esci-select report, versions 1 and 2', REPORT_SCHEMA],
  trial: ['esci-select trial, version 1', TRIAL],
};

/** The JSON schemas (draft 2020-12) that docs/NAME.schema.json hold, by name. */
export function jsonSchemas(): [name: string, schema: Record<string, unknown>][] {
  return Object.entries(SCHEMAS).map(([name, [title, zod]]) => {
    const { $schema, ...rest } = z.toJSONSchema(zod, { target: 'draft-2020-12', io: 'input' });
    return [name, { $schema, title, ...rest }];
  });
}
