import type { Scores } from '../../src/evaluation/metrics.js';
import {
  type BestSingle,
  DECISION_SCHEMA,
  type Decision,
  type EnsembleSummary,
  FULL,
  PRUNED,
} from '../../src/selection/decision.js';
import { difference, evaluation } from './decisions.js';

/** Everything that a decision of the second version adds to `plain`: the last of its models is no better than chance. */
export function ruledDecision(plain: Decision): Decision {
  const names = plain.ranking.map(({ model }) => model);
  const knows = (at: number) => at === 0 || at < names.length - 1;
  return {
    ...plain,
    schema: DECISION_SCHEMA,
    ranking: plain.ranking.map((line, at) => ({
      ...line,
      screen: { z: knows(at) ? 6.14 : -0.52, passed: knows(at), floor: scoresAt(0.3 + at / 100) },
      evidence: {
        shap: { low: line.shap * 0.8, high: line.shap * 1.3 },
        rank: { low: 1, high: names.length },
        contribution: {
          mean: 0.4 / (at + 1),
          low: 0.3 / (at + 1),
          high: 0.5 / (at + 1),
          meanRank: at + 1.25,
          refits: 20,
        },
        keptShare: line.kept ? 0.93 : 0.07,
        keptDraws: 20,
      },
    })),
    orderedBy: 'mean rank over refits',
    screening: { rows: 300, queries: 60, passing: names.filter((_, at) => knows(at)) },
    recommended: true,
    bestSet: {
      models: names.slice(0, 2),
      advantage: { merit: 0.002, meritError: 0.004, loss: 0.01, lossError: 0.02 },
    },
    keep: 'smallest',
    why: `Keeps 1 where the budget allows 2, because ${names[1]} adds nothing that shows.`,
    settle: [
      {
        from: names[0],
        to: PRUNED,
        metric: 'macroF1',
        difference: 0.004,
        standardError: 0.01,
        queries: 80,
        furtherQueries: 3846,
      },
      {
        from: FULL,
        to: PRUNED,
        metric: 'macroF1',
        difference: 0,
        standardError: 0.01,
        queries: 80,
        furtherQueries: null,
      },
      {
        from: names[0],
        to: FULL,
        metric: 'macroF1',
        difference: 0.1,
        standardError: 0.01,
        queries: 80,
        furtherQueries: 0,
      },
    ],
    decide: 'balanced',
    ensembles: { full: ensembleOf(names, 0.125), pruned: ensembleOf(names.slice(0, 1), 0.375) },
    bestSingles: (['accuracy', 'macroF1', 'weightedF1'] as const).map((score) => singleOf(names, score)),
    ruled: Object.fromEntries(
      names.map((name, at) => [
        name,
        { tau: 0.25, accuracy: 0.59, macroF1: 0.62 - at / 100, weightedF1: 0.6 },
      ]),
    ),
  };
}

function scoresAt(level: number): Scores {
  return { accuracy: level + 0.1, macroF1: level, weightedF1: level + 0.05, logLoss: 1 };
}

/** Accuracy falls and macro F1 rises by a fixed step of tau. */
function curveOf(level: number) {
  return [0, 0.125, 0.25, 0.375].map((tau) => ({
    tau,
    accuracy: level - tau / 100,
    macroF1: level - 0.1 + tau / 12,
    weightedF1: level - 0.05 + tau / 200,
    logLoss: 0.9,
  }));
}

/** A pool, taken before trees that are ahead by less than their error. */
function ensembleOf(names: readonly string[], tau: number): EnsembleSummary {
  return {
    kind: 'pool',
    model: null,
    rule: { name: 'balanced', tau, offsets: [tau, 0] },
    candidates: [
      { kind: 'pool', model: null, tau, ...scoresAt(0.6), ahead: 0, standardError: 0 },
      { kind: 'pool and trees', model: null, tau: 0, ...scoresAt(0.61), ahead: 0.004, standardError: 0.006 },
      {
        kind: 'single, own rule',
        model: names[0],
        tau: 0.5,
        ...scoresAt(0.5),
        ahead: -0.1,
        standardError: 0.02,
      },
    ],
    weights: names.map((model, at) => ({ model, weight: 0.8 / (at + 1) })),
    curve: curveOf(0.7),
  };
}

function singleOf(names: readonly string[], score: BestSingle['score']): BestSingle {
  return {
    score,
    models: score === 'macroF1' ? names.slice(0, 2) : names.slice(0, 1),
    tau: 0.25,
    evaluation: evaluation(0.65),
    curve: curveOf(0.6),
    differences: [difference(names[0], FULL, 0.05), difference(names[0], PRUNED, 0.004)],
  };
}
