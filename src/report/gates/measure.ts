import type { Evaluation } from '../../evaluation/evaluate.js';
import { FULL } from '../../selection/decision.js';
import { cost, SCORE_TITLES, score } from '../format.js';
import type { Report } from '../report.js';
import { comparisonLines, costNames, summedCost } from '../tables.js';
import type { ClassGate, CostGate, Gate, KeptGate, ScoreGate } from './gate.js';

/** The number that a gate is about, in one report. */
export interface Measured {
  /** `pruned ensemble F1 of exact` */
  readonly title: string;
  /** null where the report does not have it */
  readonly value: number | null;
  /** 95%, where the report has one */
  readonly interval: readonly [low: number, high: number] | null;
  readonly lessIsBetter: boolean;
  readonly show: (value: number | null) => string;
  /** the names there are, where the gate names a class, a locale or a cost that is not among them; else null */
  readonly legal: readonly string[] | null;
}

/** Measures what a gate is about, of its predictor. */
export function measureGate(gate: Exclude<Gate, KeptGate>, report: Report): Measured {
  const line = comparisonLines(report.decision).find(({ name }) => name === gate.predictor);
  if (gate.about === 'cost') return costOf(gate, report, line?.models ?? null);
  const evaluation = line?.evaluation ?? null;
  if (gate.about === 'class') return classScore(gate, report, evaluation);
  return gate.locale === null ? overall(gate, evaluation) : ofLocale(gate, gate.locale, report);
}

function overall(gate: ScoreGate, evaluation: Evaluation | null): Measured {
  const [low, high] = evaluation?.intervals[gate.score] ?? [null, null];
  const known = low !== null && high !== null && Number.isFinite(low) && Number.isFinite(high);
  return {
    ...scored(gate, `${gate.predictor} ${SCORE_TITLES[gate.score]}`),
    value: finite(evaluation?.[gate.score]),
    interval: known ? [low, high] : null,
    legal: null,
  };
}

function ofLocale(gate: ScoreGate, locale: string, { decision }: Report): Measured {
  const slices = gate.predictor === FULL ? decision.locales.full : decision.locales.pruned;
  const slice = slices.find((one) => one.slice === locale);
  return {
    ...scored(gate, `${gate.predictor} ${SCORE_TITLES[gate.score]} in ${locale}`),
    value: finite(slice?.[gate.score]),
    interval: null,
    legal: slice === undefined ? slices.map((one) => one.slice) : null,
  };
}

function scored({ score: name }: ScoreGate, title: string) {
  return { title, lessIsBetter: name === 'logLoss', show: score };
}

const CLASS_TITLES = { f1: 'F1', precision: 'precision', recall: 'recall' } as const;

function classScore(gate: ClassGate, { decision }: Report, evaluation: Evaluation | null): Measured {
  const at = decision.classes.indexOf(gate.class);
  return {
    title: `${gate.predictor} ${CLASS_TITLES[gate.score]} of ${gate.class}`,
    value: at < 0 ? null : finite(evaluation?.perClass[at]?.[gate.score]),
    interval: null,
    lessIsBetter: false,
    show: score,
    legal: at < 0 ? decision.classes : null,
  };
}

function costOf(gate: CostGate, { decision }: Report, models: readonly string[] | null): Measured {
  const names = costNames(decision);
  const known = names.includes(gate.cost);
  return {
    title: `${gate.predictor} ${gate.cost}`,
    value: !known || models === null ? null : summedCost(decision, models, gate.cost),
    interval: null,
    lessIsBetter: true,
    show: (value) => (value === null ? '–' : cost(value).replace('-', '−')),
    legal: known ? null : names,
  };
}

/** A score read from JSON, where one that does not exist is null. */
function finite(value: number | null | undefined): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
