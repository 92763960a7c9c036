import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { EsciSelectError, exitCode } from '../../src/errors.js';
import type { Explanation } from '../../src/pipeline/commands/explain.js';
import { compareReports } from '../../src/report/compare.js';
import { REPORT_SCHEMA_NAME } from '../../src/report/report.js';
import { DECISION } from '../../src/report/schemas/decision.js';
import { jsonSchemas } from '../../src/report/schemas/json-schemas.js';
import { parseReport, REPORT_SCHEMA } from '../../src/report/schemas/report.js';
import type { Decision } from '../../src/selection/decision.js';
import type { Trial } from '../../src/selection/trial.js';
import { decisionOf, reportOf } from './decisions.js';
import { ruledDecision } from './ruled-decisions.js';

const committed = (name: string) =>
  JSON.parse(readFileSync(join(import.meta.dirname, `../../docs/${name}.schema.json`), 'utf8')) as Record<
    string,
    unknown
  >;
const text = JSON.stringify(reportOf(decisionOf(['a', '__proto__'])));

const newer = JSON.stringify({
  ...reportOf(ruledDecision(decisionOf(['a', 'b', 'c']))),
  schema: REPORT_SCHEMA_NAME,
});

/** The report with one value replaced, as text. */
function withValue(path: readonly (string | number)[], value: unknown): string {
  const report = JSON.parse(text);
  const holder = path.slice(0, -1).reduce((at, key) => at[key], report);
  holder[path[path.length - 1]] = value;
  return JSON.stringify(report);
}

describe('docs/*.schema.json', () => {
  it.each(jsonSchemas())(
    '%s is what the program says (scripts/report-schema.mjs writes it)',
    (name, schema) => {
      expect(committed(name)).toEqual(schema);
    },
  );

  it('accepts a report of either version and refuses one that lacks a key or has another type', () => {
    const schema = z.fromJSONSchema(committed('report') as never);
    expect(schema.safeParse(JSON.parse(text)).success).toBe(true);
    expect(schema.safeParse(JSON.parse(newer)).success).toBe(true);
    const { decision, ...without } = JSON.parse(text);
    expect(schema.safeParse(without).success).toBe(false);
    expect(schema.safeParse({ ...without, decision: { ...decision, kept: 'a' } }).success).toBe(false);
  });

  it.each([
    ['bestSingles', 0, 'models'],
    ['ensembles', 'full', 'candidates', 0, 'kind'],
    ['ensembles', 'pruned', 'rule', 'tau'],
    ['ruled', 'a', 'tau'],
    ['ranking', 0, 'screen', 'passed'],
    ['ranking', 0, 'evidence', 'contribution', 'meanRank'],
    ['settle', 0, 'queries'],
    ['screening', 'passing'],
    ['bestSet', 'advantage', 'merit'],
    ['recommended'],
    ['keep'],
    ['decide'],
    ['orderedBy'],
  ])('of a decision says what %j.%s.%s.%s is', (...path) => {
    const schema = z.fromJSONSchema(committed('decision') as never);
    const decision = JSON.parse(newer).decision;
    expect(schema.safeParse(decision).success).toBe(true);
    const keys = path.filter((key) => key !== undefined);
    const holder = keys.slice(0, -1).reduce((at, key) => at[key], decision);
    holder[keys[keys.length - 1]] = { wrong: true };
    expect(schema.safeParse(decision).success).toBe(false);
  });

  it('of a comparison, a trial and an explanation accept what the program makes', () => {
    const accepts = (name: string, value: unknown) =>
      z.fromJSONSchema(committed(name) as never).safeParse(JSON.parse(JSON.stringify(value))).success;
    const report = reportOf(decisionOf(['a', 'b']));
    const comparison = { ...compareReports(report, report), gates: [] };
    expect(accepts('comparison', comparison)).toBe(true);
    expect(accepts('comparison', { ...comparison, kept: [] })).toBe(false);
    expect(accepts('trial', trialOf(report.decision))).toBe(true);
    expect(accepts('trial', { ...trialOf(report.decision), verdict: 'maybe' })).toBe(false);
    expect(accepts('explanation', EXPLANATION)).toBe(true);
    expect(accepts('explanation', { ...EXPLANATION, margin: { yes: 'high' } })).toBe(false);
  });
});

/** A trial of a model that is kept and better. */
function trialOf({ protocol, budget, metrics, differences }: Decision): Trial {
  return {
    schema: 'esci-select/trial/1',
    protocol,
    budget,
    strategy: 'greedy-pool',
    metric: 'macroF1',
    margin: null,
    newcomers: [
      {
        model: 'new',
        family: 'text',
        replaces: false,
        kept: true,
        rank: 1,
        screen: { z: 4.5, passed: true },
        shap: 0.4,
        alone: metrics.full,
        mostAlike: { model: 'a', correlation: 0.5 },
      },
    ],
    before: ['a'],
    after: ['new'],
    displaced: ['a'],
    difference: differences[0],
    costs: [{ name: 'models', unit: '', before: 1, after: 1 }],
    verdict: 'accept',
    why: 'better',
    replicates: 1000,
  };
}

const EXPLANATION: Explanation = {
  schema: 'esci-select/explanation/1',
  example: { id: '4', query: 'q', productId: 'p', locale: 'us', title: null, label: null, trainedOn: false },
  answer: 'yes',
  likeliest: 'yes',
  rule: { name: 'argmax', tau: 0, offsets: { yes: 0, no: 0 } },
  probabilities: { yes: 0.7, no: 0.3 },
  margin: { yes: 0.5, no: -0.4 },
  bias: { yes: 0.1, no: 0 },
  models: [
    {
      model: 'a',
      family: 'text',
      answer: null,
      probabilities: null,
      shap: { yes: 0.4, no: -0.4 },
      groupShap: { yes: 0.4, no: -0.4 },
    },
  ],
};

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
    [['schema'], 'esci-select/report/9', /version 'esci-select\/report\/9' is unknown/],
    [['schema'], 4, /'schema' is not as in a report: no version is named/],
    [['decision', 'schema'], 'esci-select/decision/9', /version 'esci-select\/decision\/9' is unknown/],
    [['decision', 'metrics', 'pruned', 'macroF1'], '0.5', /'decision\.metrics\.pruned\.macroF1'/],
    [['decision', 'metrics', 'models', '__proto__x'], {}, /'decision\.metrics\.models\.__proto__x/],
    [['decision', 'ranking', 0, 'kept'], 1, /'decision\.ranking\.0\.kept'/],
  ])('names the key that is wrong: %j', (path, value, message) => {
    expect(() => parseReport(withValue(path, value), 'r')).toThrow(message);
  });

  it('reads this version, with everything that it has more', () => {
    expect(JSON.stringify(parseReport(newer, 'r'))).toBe(newer);
    expect(DECISION.safeParse(JSON.parse(newer).decision).success).toBe(true);
  });

  it('says of an older one that lacks a field which version it is and what to run, with exit code 3', () => {
    const lacking = withValue(['decision', 'rounds'], undefined);
    let problem: unknown;
    try {
      parseReport(lacking, 'r');
    } catch (error) {
      problem = error;
    }
    expect(problem).toBeInstanceOf(EsciSelectError);
    const { message, hint } = problem as EsciSelectError;
    expect(message).toMatch(/'decision\.rounds' is not as in a report of version 'esci-select\/report\/1'/);
    expect(hint).toMatch(/run esci-select rank --budget N and esci-select report again/);
    expect(exitCode(problem)).toBe(3);
    const current = JSON.parse(newer);
    delete current.decision.rounds;
    expect(() => parseReport(JSON.stringify(current), 'r')).toThrow(/is not as in a report:/);
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
