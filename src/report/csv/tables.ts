import type { Evaluation } from '../../evaluation/evaluate.js';
import { SCORE_NAMES } from '../../evaluation/metrics.js';
import { type Decision, FULL, PRUNED } from '../../selection/decision.js';
import type { Report } from '../report.js';
import { comparisonLines, costNames, costUnit, summedCost } from '../tables.js';
import { answerTables } from './answers.js';
import { type CsvTable, csvText, withBounds } from './cells.js';
import { frontierPoints, localeSets, measureValues, similarities, sliceGains } from './choice.js';

/** The report's tables as CSV files by name, numbers with all their digits. */
export function csvTables(report: Report): [name: string, text: string][] {
  const { decision } = report;
  const tables: [string, CsvTable][] = [
    ['comparison.csv', comparison(decision)],
    ['differences.csv', differences(decision)],
    ['models.csv', models(decision)],
    ['model-by-class.csv', modelByClass(decision)],
    ['classes.csv', perClass(decision)],
    ['locales.csv', locales(decision)],
    ['confusion.csv', confusion(decision)],
    ['findings.csv', findings(report)],
  ];
  tables.push(...answerTables(decision));
  const { redundancy, frontiers, slices, measures, localeBudgets } = decision;
  if (redundancy.pairs.length > 0) tables.push(['similarities.csv', similarities(decision)]);
  if (localeBudgets !== undefined) tables.push(['locale-budgets.csv', localeSets(localeBudgets)]);
  if (measures !== undefined) tables.push(['measures.csv', measureValues(measures)]);
  if (slices !== undefined) tables.push(['slices.csv', sliceGains(slices)]);
  if (frontiers !== undefined) tables.push(['frontiers.csv', frontierPoints(frontiers)]);
  if (decision.metrics.full.reliability !== undefined) {
    tables.push(['calibration.csv', calibration(decision)]);
  }
  if (report.curves.length > 0) tables.push(['curves.csv', curves(report)]);
  return tables.map(([name, { head, rows }]) => [name, csvText(head, rows)]);
}

function comparison(decision: Decision): CsvTable {
  const costs = costNames(decision);
  return {
    head: [
      'predictor',
      'kind',
      'rows',
      ...withBounds,
      'calibrationError',
      ...costs.map((name) => `${name} (${costUnit(decision, name) || 'no unit'})`),
    ],
    rows: comparisonLines(decision).map(({ name, kind, evaluation, models: needed }) => [
      name,
      kind,
      evaluation.rows,
      ...SCORE_NAMES.flatMap((at) => [evaluation[at], ...evaluation.intervals[at]]),
      evaluation.calibrationError,
      ...costs.map((cost) => summedCost(decision, needed, cost)),
    ]),
  };
}

function differences(decision: Decision): CsvTable {
  return {
    head: ['from', 'to', 'rows', ...withBounds],
    rows: decision.differences.map(({ from, to, rows, difference, intervals }) => [
      from,
      to,
      rows,
      ...SCORE_NAMES.flatMap((at) => [difference[at], ...intervals[at]]),
    ]),
  };
}

function models({ ranking }: Decision): CsvTable {
  return {
    head: [
      'model',
      'family',
      'source',
      'rank',
      'kept',
      'summed SHAP',
      'group Shapley',
      'summed SHAP low',
      'summed SHAP high',
      'rank low',
      'rank high',
      'kept share',
      'contribution',
      'contribution low',
      'contribution high',
      'mean rank',
      'z',
      'better than chance',
      ...SCORE_NAMES.map((name) => `${name} by chance`),
    ],
    rows: ranking.map(({ model, family, source, rank, kept, shap, groupShap, evidence, screen }) => [
      model,
      family,
      source,
      rank,
      kept,
      shap,
      groupShap,
      evidence?.shap.low ?? null,
      evidence?.shap.high ?? null,
      evidence?.rank.low ?? null,
      evidence?.rank.high ?? null,
      evidence?.keptShare ?? null,
      evidence?.contribution?.mean ?? null,
      evidence?.contribution?.low ?? null,
      evidence?.contribution?.high ?? null,
      evidence?.contribution?.meanRank ?? null,
      screen?.z ?? null,
      screen?.passed ?? null,
      ...SCORE_NAMES.map((name) => screen?.floor?.[name] ?? null),
    ]),
  };
}

function modelByClass({ classes, ranking }: Decision): CsvTable {
  return {
    head: ['model', 'class', 'mean size', 'mean with sign'],
    rows: ranking.flatMap(({ model, shapByClass, signedByClass }) =>
      classes.map((name, k) => [model, name, shapByClass[k], signedByClass[k]]),
    ),
  };
}

/** The predictors whose classes and confusions are written. */
function ensembles({ metrics }: Decision): [name: string, evaluation: Evaluation][] {
  return [
    [FULL, metrics.full],
    [PRUNED, metrics.pruned],
  ];
}

function perClass(decision: Decision): CsvTable {
  return {
    head: ['predictor', 'class', 'rows', 'precision', 'recall', 'f1'],
    rows: ensembles(decision).flatMap(([predictor, evaluation]) =>
      evaluation.perClass.map(({ support, precision, recall, f1 }, k) => [
        predictor,
        decision.classes[k],
        support,
        precision,
        recall,
        f1,
      ]),
    ),
  };
}

function locales({ locales: { full, pruned } }: Decision): CsvTable {
  const lines = [
    full.map((slice) => [FULL, slice] as const),
    pruned.map((slice) => [PRUNED, slice] as const),
  ];
  return {
    head: ['predictor', 'locale', 'rows', ...SCORE_NAMES],
    rows: lines
      .flat()
      .map(([predictor, slice]) => [
        predictor,
        slice.slice,
        slice.rows,
        ...SCORE_NAMES.map((name) => slice[name]),
      ]),
  };
}

function confusion(decision: Decision): CsvTable {
  return {
    head: ['predictor', 'true class', 'answered class', 'rows'],
    rows: ensembles(decision).flatMap(([predictor, evaluation]) =>
      evaluation.confusion.flatMap((row, truth) =>
        row.map((rows, answer) => [predictor, decision.classes[truth], decision.classes[answer], rows]),
      ),
    ),
  };
}

function calibration(decision: Decision): CsvTable {
  return {
    head: ['predictor', 'bin', 'rows', 'mean confidence', 'accuracy'],
    rows: comparisonLines(decision).flatMap(({ name, evaluation }) =>
      (evaluation.reliability ?? []).map(({ bin, rows, confidence, accuracy }) => [
        name,
        bin,
        rows,
        confidence,
        accuracy,
      ]),
    ),
  };
}

function findings(report: Report): CsvTable {
  return {
    head: ['severity', 'code', 'message', 'count', 'hint'],
    rows: report.findings.map(({ severity, code, message, count, hint }) => [
      severity,
      code,
      message,
      count ?? null,
      hint ?? null,
    ]),
  };
}

function curves(report: Report): CsvTable {
  return {
    head: ['model', 'fold', 'epoch', 'loss', 'validationLoss'],
    rows: report.curves.flatMap(({ model, fold, points }) =>
      points.map(({ epoch, loss, validationLoss }) => [model, fold, epoch, loss, validationLoss]),
    ),
  };
}
