import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseReport, REPORT_SCHEMA, reportJsonSchema } from '../../src/report/schema.js';
import { decisionOf, reportOf } from './decisions.js';

const committed = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../docs/report.schema.json'), 'utf8'),
) as Record<string, unknown>;
const text = JSON.stringify(reportOf(decisionOf(['a', '__proto__'])));

/** The report with one value replaced, as text. */
function withValue(path: readonly (string | number)[], value: unknown): string {
  const report = JSON.parse(text);
  const holder = path.slice(0, -1).reduce((at, key) => at[key], report);
  holder[path[path.length - 1]] = value;
  return JSON.stringify(report);
}

describe('docs/report.schema.json', () => {
  it('is what the program says (scripts/report-schema.mjs writes it)', () => {
    expect(committed).toEqual(reportJsonSchema());
  });

  it('accepts a report and refuses one that lacks a key or has another type', () => {
    const schema = z.fromJSONSchema(committed as never);
    expect(schema.safeParse(JSON.parse(text)).success).toBe(true);
    const { decision, ...without } = JSON.parse(text);
    expect(schema.safeParse(without).success).toBe(false);
    expect(schema.safeParse({ ...without, decision: { ...decision, kept: 'a' } }).success).toBe(false);
  });
});

describe('parseReport', () => {
  it('gives back what was written, a model named __proto__ too', () => {
    const report = parseReport(text, 'report.json');
    expect(JSON.stringify(report)).toBe(text);
    expect(Object.keys(report.decision.metrics.models)).toEqual(['a', '__proto__']);
  });

  it('lets scores be null and later keys through', () => {
    expect(
      parseReport(withValue(['decision', 'metrics', 'floor', 'logLoss'], null), 'r').decision.metrics.floor
        .logLoss,
    ).toBeNull();
    expect(() => parseReport(withValue(['decision', 'frontier'], [1, 2]), 'r')).not.toThrow();
    expect(REPORT_SCHEMA.safeParse(JSON.parse(text)).success).toBe(true);
  });

  it.each([
    [['schema'], 'esci-select/report/2', /'schema' is not as in a report/],
    [['decision', 'metrics', 'pruned', 'macroF1'], '0.5', /'decision\.metrics\.pruned\.macroF1'/],
    [['decision', 'metrics', 'models', '__proto__x'], {}, /'decision\.metrics\.models\.__proto__x/],
    [['decision', 'ranking', 0, 'kept'], 1, /'decision\.ranking\.0\.kept'/],
  ])('names the key that is wrong: %j', (path, value, message) => {
    expect(() => parseReport(withValue(path, value), 'r')).toThrow(message);
  });

  it('checks a model named __proto__ like any other', () => {
    const bad = text.replace(/"__proto__":\{"accuracy":0\.6/, '"__proto__":{"accuracy":"x"');
    expect(bad).not.toBe(text);
    expect(() => parseReport(bad, 'r')).toThrow(/models\.__proto__\.accuracy/);
  });

  it('says where text is not JSON', () => {
    expect(() => parseReport('{"schema":', 'r')).toThrow(/report is not JSON/);
  });
});
