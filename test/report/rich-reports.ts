import type { Evaluation } from '../../src/evaluation/evaluate.js';
import type { Insights } from '../../src/report/insights.js';
import type { Report } from '../../src/report/report.js';
import { type Decision, FULL, type LocaleDecision, OWN, PRUNED } from '../../src/selection/decision.js';
import { compareMeasures, type Measures } from '../../src/selection/measures.js';
import type { SliceTable } from '../../src/selection/slices.js';
import { decisionOf, reportOf } from './decisions.js';

/** A reliability of two bins: 20 rows at 0.5, of which half are right, and 80 at 0.9, of which 72 are. */
const RELIABILITY = [
  { bin: 7, rows: 20, confidence: 0.5, accuracy: 0.5 },
  { bin: 13, rows: 80, confidence: 0.9, accuracy: 0.9 },
];

/** A decision with everything that `rank` can say: intervals, frontiers, an audit, reliability. */
export function richDecision(names: readonly string[]): Decision {
  const plain = decisionOf(names);
  const { metrics } = plain;
  const models: Record<string, Evaluation> = Object.create(null);
  for (const name of names) models[name] = { ...metrics.models[name], reliability: RELIABILITY };
  return {
    ...plain,
    ranking: plain.ranking.map((line) => ({
      ...line,
      evidence: {
        shap: { low: line.shap * 0.8, high: line.shap * 1.3 },
        rank: { low: 1, high: names.length },
        keptShare: line.kept ? 0.93 : 0.07,
      },
    })),
    audit: {
      metric: 'macroF1',
      subsets: 298,
      best: { models: [names[0]], score: 0.7 },
      regret: 0.012,
      strategies: [{ strategy: 'shap', score: 0.688, regret: 0.012, place: 14 }],
    },
    frontiers: [
      {
        metric: 'macroF1',
        cost: 'models',
        unit: 'models',
        points: [
          { models: names.slice(0, 1), cost: 1, score: 0.6, low: 0.58, high: 0.62 },
          { models: names.slice(0, 2), cost: 2, score: 0.69, low: 0.67, high: 0.71 },
          { models: names, cost: names.length, score: 0.7, low: 0.68, high: 0.72 },
        ],
        knee: 1,
        enough: 1,
      },
    ],
    localeBudgets: [localeOf(names, names[0], 12), localeOf(names, 'us', 40)],
    slices: slicesOf(names),
    measures: measuresOf(names),
    metrics: {
      floor: { ...metrics.floor, reliability: RELIABILITY.slice(0, 1) },
      models,
      full: { ...metrics.full, reliability: RELIABILITY },
      pruned: { ...metrics.pruned, reliability: RELIABILITY },
    },
  };
}

/** What serves a locale that has a budget of one model and of 2 ms. */
function localeOf(names: readonly string[], locale: string, queries: number): LocaleDecision {
  const { metrics, differences, trace } = decisionOf(names);
  const { floor, full, pruned } = metrics;
  return {
    ...{ locale, trace, kept: names.slice(-1), keptDraws: 200 },
    budget: { models: 1, costs: [{ name: 'latency_ms', limit: 2 }] },
    floors: [{ name: 'accuracy', least: 0.4, class: null }],
    keptShares: names.map((model, at) => ({ model, share: at === names.length - 1 ? 0.9 : 0.1 })),
    ...{ selectionQueries: 4 * queries, evaluationQueries: queries },
    metrics: { floor, full, pruned, single: metrics.models[names[0]], own: pruned },
    bestModel: names[0],
    differences: [FULL, PRUNED, names[0]].map((from) => ({ ...differences[0], from, to: OWN })),
    nonInferiority: { metric: 'macroF1', margin: 0.02, verdict: 'non-inferior' },
  };
}

/** Three locales, of which the last has too few queries; the first model helps, the last hurts, those between are noise. */
export function slicesOf(names: readonly string[]): SliceTable[] {
  const gainOf = (at: number): [gain: number, half: number] => {
    if (at === 0) return [0.1, 0.04];
    return at === names.length - 1 ? [-0.05, 0.03] : [0.01, 0.02];
  };
  const slice = (name: string, queries: number) => ({
    ...{ name, rows: 20 * queries, queries, score: 0.6 },
    gains: names.map((model, at) => {
      const [gain, half] = gainOf(at);
      return { model, kept: at === 0, gain, interval: [gain - half, gain + half] as const };
    }),
  });
  const slices = [slice('', 30), slice(names[0], 200), slice('tiny', 29)];
  return [{ by: 'locale', score: 'macroF1', slices }];
}

/** Measures by which the order of the models is turned round once. */
function measuresOf(names: readonly string[]): Measures {
  const level = (at: number) => (names.length - at) / names.length;
  return compareMeasures(
    names.map((model, at) => ({
      model,
      refitMargin: 0.004,
      values: {
        ...{ shap: level(at), groupShap: level(at), towards: level(at), refit: level(at) },
        ...{ permutation: level(at), gain: level(at), solo: -level(at) },
      },
    })),
    { exact: false, orders: 20 },
  );
}

/** Insights into 40 rows of these models; `text` is the query and the title of the examples. */
function insightsOf(names: readonly string[], classes: readonly string[], text: string): Insights {
  const dots = Array.from({ length: 40 }, (_, at) => (at - 10) / 20);
  const example = {
    ...{ id: text, query: text, title: text, locale: 'us', label: classes[0] },
    ...{ bias: -0.5, margin: 1.25 },
    parts: names.map((model, at) => ({ model, contribution: at === 0 ? 2 : -0.25 / (names.length - 1) })),
  };
  const [first, last] = [names[0], names[names.length - 1]];
  return {
    bestModel: first,
    trainedOn: false,
    sample: {
      rows: dots.length,
      of: 100,
      models: names.map((model) => ({
        model,
        contributions: dots,
        probabilities: dots.map((_, at) => (at === 0 ? null : at / 40)),
      })),
    },
    disagreements: { ensembleRight: 12, modelRight: 5 },
    examples: [
      { ...example, right: 'ensemble', ensemble: classes[0], model: classes[1] },
      { ...example, right: 'model', title: null, ensemble: classes[1], model: classes[0] },
    ],
    trust: {
      ...{ fittedRows: 70, heldOutRows: 30, fidelity: 0.8 },
      baseline: { model: first, fidelity: 0.55 },
      root: {
        kind: 'split',
        question: `the confidence of ${first}`,
        threshold: 0.825,
        below: {
          kind: 'split',
          question: `do most models answer ${classes[1]}`,
          threshold: null,
          below: { kind: 'leaf', model: first, rows: 20, share: 0.6 },
          above: { kind: 'leaf', model: last, rows: 15, share: 0.7 },
        },
        above: { kind: 'leaf', model: first, rows: 35, share: 0.97 },
      },
    },
    ensembleCurve: { rounds: 3, validationLogLoss: [1, 0.8, 0.7, 0.75] },
  };
}

/** A report that fills every section; classes, findings, inputs, queries and titles are all called `text`. */
export function richReport(names: readonly string[], text = 'plain'): Report {
  const decision = { ...richDecision(names), classes: [text, 'no'] };
  const plain = reportOf(decision);
  return {
    ...plain,
    data: { ...plain.data, locales: [{ name: text, rows: 400 }] },
    findings: [
      { severity: 'warning', code: 'x', message: text, hint: text, places: [{ path: text, line: 3 }] },
    ],
    curves: [
      {
        model: names[0],
        fold: 0,
        points: [1, 0.8, 0.7].map((loss, epoch) => ({ epoch, loss, validationLoss: loss + 0.1 })),
      },
    ],
    insights: insightsOf(names, decision.classes, text),
    reproduction: {
      ...plain.reproduction,
      inputs: [{ name: text, bytes: 1, sha256: 'ab' }],
      options: { text },
    },
  };
}
