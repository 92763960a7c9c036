import type { Evaluation } from '../../src/evaluation/evaluate.js';
import type { Report } from '../../src/report/report.js';
import { type Decision, FULL, PRUNED } from '../../src/selection/decision.js';

/** An evaluation whose three scores are `level`, each ± 0.02. */
export function evaluation(level: number): Evaluation {
  const interval = [level - 0.02, level + 0.02] as const;
  const line = { precision: level, recall: level, f1: level, support: 50 };
  return {
    accuracy: level,
    macroF1: level,
    weightedF1: level,
    logLoss: 1 - level,
    rows: 100,
    calibrationError: 0.01,
    intervals: { accuracy: interval, macroF1: interval, weightedF1: interval, logLoss: interval },
    perClass: [line, line],
    confusion: [
      [40, 10],
      [12, 38],
    ],
  };
}

/** Every score of `to` is `value` above that of `from`, ± 0.01. */
export function difference(from: string, to: string, value: number) {
  const scores = { accuracy: value, macroF1: value, weightedF1: value, logLoss: -value };
  const interval = [value - 0.01, value + 0.01] as const;
  const intervals = { accuracy: interval, macroF1: interval, weightedF1: interval, logLoss: interval };
  return { from, to, rows: 100, difference: scores, intervals };
}

/** A decision over the models named, the first of which is kept. */
export function decisionOf(names: readonly string[]): Decision {
  const models: Record<string, Evaluation> = Object.create(null);
  for (const name of names) models[name] = evaluation(0.6);
  const slice = { slice: 'us', rows: 100, accuracy: 0.7, macroF1: 0.7, weightedF1: 0.7, logLoss: 0.3 };
  return {
    schema: 'esci-select/decision/1',
    classes: ['yes', 'no'],
    protocol: {
      mode: 'holdout',
      reason: 'given',
      folds: 5,
      trainRows: 300,
      evaluationRows: 100,
      evaluationQueries: 20,
    },
    ranking: names.map((model, at) => ({
      model,
      family: 'text',
      source: 'imported',
      rank: at + 1,
      shap: 0.5 / (at + 1),
      groupShap: 0.4 / (at + 1),
      shapByClass: [0.5, 0.4],
      signedByClass: [0.1, -0.1],
      costs: { latency_ms: 1.5 },
      costUnits: { latency_ms: 'ms/row' },
      kept: at === 0,
    })),
    budget: { models: 1, costs: [] },
    strategy: 'shap',
    constraints: { metric: 'macroF1', require: [], forbid: [], floors: [] },
    trace: [{ action: 'keep', model: names[0], value: 0.5 }],
    kept: [names[0]],
    metrics: { floor: evaluation(0.5), models, full: evaluation(0.7), pruned: evaluation(0.69) },
    differences: [
      difference(FULL, PRUNED, -0.005),
      difference(names[0], FULL, 0.1),
      difference(names[0], PRUNED, 0.09),
    ],
    best: { accuracy: names[0], macroF1: names[0], weightedF1: names[0], logLoss: names[0] },
    locales: { full: [slice], pruned: [slice] },
    additivity: { absolute: 1e-7, relative: 2e-8 },
    explainedRows: 300,
    redundancy: {
      pairs: names.slice(1).map((b) => ({ a: names[0], b, probabilities: 0.96, errors: null })),
      clusters: [{ models: [...names], similarity: 0.96, credit: 0.5, memberCredits: names.map(() => 0.3) }],
      rows: 300,
      creditRows: 300,
    },
    audit: null,
    nonInferiority: null,
    rounds: { full: 80, pruned: 60 },
    replicates: 1000,
  };
}

/** A report around a decision. */
export function reportOf(decision: Decision): Report {
  return {
    schema: 'esci-select/report/1',
    decision,
    data: {
      rows: 400,
      queries: 80,
      products: 90,
      locales: [{ name: 'us', rows: 400 }],
      labels: [
        { name: 'yes', rows: 200 },
        { name: 'no', rows: 200 },
      ],
      unlabelled: 0,
    },
    findings: [{ severity: 'note', code: 'x', message: 'a <b>bold</b> note' }],
    curves: [],
    reproduction: {
      version: '0.1.0',
      seed: 7,
      inputs: [{ name: 'a.csv', bytes: 10, sha256: 'ab' }],
      options: {},
    },
  };
}
