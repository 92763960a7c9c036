import { SCORE_NAMES } from '../../evaluation/metrics.js';
import { type Decision, FULL, PRUNED } from '../../selection/decision.js';
import { ensembleSummaries, isTaken, operatingCurves } from '../sections/answers.js';
import { type CsvTable, withBounds } from './cells.js';

/** Names and tables of what a decision says of how it answers; none in decisions of earlier versions. */
export function answerTables(decision: Decision): [string, CsvTable][] {
  const tables: [string, CsvTable][] = [
    ['best-singles.csv', bestSingles(decision)],
    ['candidates.csv', candidates(decision)],
    ['pool-weights.csv', weights(decision)],
    ['operating-curve.csv', curve(decision)],
    ['single-models-by-rule.csv', ruled(decision)],
    ['settle.csv', settle(decision)],
  ];
  return tables.filter(([, { rows }]) => rows.length > 0);
}

/** A line per score and predictor; models as a JSON array, the deployed one first. */
function bestSingles({ bestSingles: singles = [] }: Decision): CsvTable {
  return {
    head: ['score', 'models', 'tau', 'value of', 'rows', ...withBounds],
    rows: singles.flatMap(({ score, models, tau, evaluation, differences }) => {
      const lines = [
        ['the single model', evaluation.rows, evaluation, evaluation.intervals] as const,
        ...[FULL, PRUNED].flatMap((name) =>
          differences
            .filter(({ to }) => to === name)
            .map((line) => [`${name} less it`, line.rows, line.difference, line.intervals] as const),
        ),
      ];
      return lines.map(([what, rows, values, intervals]) => [
        score,
        JSON.stringify(models),
        tau,
        what,
        rows,
        ...SCORE_NAMES.flatMap((name) => [values[name], ...intervals[name]]),
      ]);
    }),
  };
}

function candidates(decision: Decision): CsvTable {
  return {
    head: ['ensemble', 'kind', 'model', 'tau', ...SCORE_NAMES, 'ahead', 'standard error', 'taken'],
    rows: ensembleSummaries(decision).flatMap(([name, ensemble]) =>
      ensemble.candidates.map((candidate) => [
        name,
        candidate.kind,
        candidate.model,
        candidate.tau,
        ...SCORE_NAMES.map((each) => candidate[each]),
        candidate.ahead,
        candidate.standardError,
        isTaken(ensemble, candidate),
      ]),
    ),
  };
}

function weights(decision: Decision): CsvTable {
  return {
    head: ['ensemble', 'model', 'weight'],
    rows: ensembleSummaries(decision).flatMap(([name, ensemble]) =>
      (ensemble.weights ?? []).map(({ model, weight }) => [name, model, weight]),
    ),
  };
}

function curve(decision: Decision): CsvTable {
  return {
    head: ['predictor', 'role', 'tau', ...SCORE_NAMES, 'chosen'],
    rows: operatingCurves(decision).flatMap(({ name, role, tau, points }) =>
      points.map((point) => [
        name,
        role,
        point.tau,
        ...SCORE_NAMES.map((each) => point[each]),
        point.tau === tau,
      ]),
    ),
  };
}

function ruled({ ruled: models = {}, ranking }: Decision): CsvTable {
  return {
    head: ['model', 'tau', 'accuracy', 'macroF1', 'weightedF1'],
    rows: ranking
      .filter(({ model }) => Object.hasOwn(models, model))
      .map(({ model }) => {
        const { tau, accuracy, macroF1, weightedF1 } = models[model];
        return [model, tau, accuracy, macroF1, weightedF1];
      }),
  };
}

function settle({ settle: lines = [] }: Decision): CsvTable {
  return {
    head: ['from', 'to', 'metric', 'difference', 'standard error', 'queries', 'further queries'],
    rows: lines.map(({ from, to, metric, difference, standardError, queries, furtherQueries }) => [
      from,
      to,
      metric,
      difference,
      standardError,
      queries,
      furtherQueries,
    ]),
  };
}
