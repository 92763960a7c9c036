import { FLOOR } from '../../evaluation/floor.js';
import { SCORE_NAMES } from '../../evaluation/metrics.js';
import { type Decision, FULL, type LocaleDecision, OWN, PRUNED } from '../../selection/decision.js';
import type { Frontier } from '../../selection/frontier.js';
import { budgetLimits } from '../../selection/locale-budgets.js';
import { MEASURE_NAMES, type Measures } from '../../selection/measures.js';
import type { SliceTable } from '../../selection/slices.js';
import { sliceVerdict } from '../sections/slices.js';
import { type CsvTable, withBounds } from './cells.js';

/** How alike pairs of models answer. */
export function similarities({ redundancy: { pairs } }: Decision): CsvTable {
  return {
    head: ['model', 'other model', 'correlation of probabilities', 'correlation of errors'],
    rows: pairs.map(({ a, b, probabilities, errors }) => [a, b, probabilities, errors]),
  };
}

/** A line per predictor of every locale with a budget of its own; sets as JSON arrays, as in frontiers.csv. */
export function localeSets(localeBudgets: readonly LocaleDecision[]): CsvTable {
  return {
    head: ['locale', 'budget', 'models', 'predictor', 'rows', 'queries', ...withBounds],
    rows: localeBudgets.flatMap(({ locale, budget, kept, metrics, bestModel, evaluationQueries }) =>
      (
        [
          [OWN, metrics.own],
          [PRUNED, metrics.pruned],
          [FULL, metrics.full],
          [bestModel, metrics.single],
          [FLOOR, metrics.floor],
        ] as const
      ).map(([name, evaluation]) => [
        locale,
        budgetLimits(budget).join(' '),
        JSON.stringify(kept),
        name,
        evaluation.rows,
        evaluationQueries,
        ...SCORE_NAMES.flatMap((at) => [evaluation[at], ...evaluation.intervals[at]]),
      ]),
    ),
  };
}

/** What every model contributes by every measure. */
export function measureValues({ models }: Measures): CsvTable {
  return {
    head: ['model', 'measure', 'value', 'margin', 'rank', 'ranks apart', 'disputed'],
    rows: models.flatMap(({ model, values, refitMargin, ranks, spread, disputed }) =>
      MEASURE_NAMES.map((name) => [
        model,
        name,
        values[name],
        name === 'refit' ? refitMargin : null,
        ranks[name],
        spread,
        disputed,
      ]),
    ),
  };
}

/** What every model adds to the set kept, slice by slice. */
export function sliceGains(slices: readonly SliceTable[]): CsvTable {
  return {
    head: [
      'by',
      'score',
      'slice',
      'rows',
      'queries',
      'score of the set kept',
      'model',
      'kept',
      'gain',
      'gain low',
      'gain high',
      'verdict',
    ],
    rows: slices.flatMap(({ by, score, slices: parts }) =>
      parts.flatMap((slice) =>
        slice.gains.map((gain) => [
          by,
          score,
          slice.name,
          slice.rows,
          slice.queries,
          slice.score,
          gain.model,
          gain.kept,
          gain.gain,
          gain.interval?.[0] ?? null,
          gain.interval?.[1] ?? null,
          sliceVerdict(slice, gain),
        ]),
      ),
    ),
  };
}

/** Models of a set as a JSON array, because names may hold any character. */
export function frontierPoints(frontiers: readonly Frontier[]): CsvTable {
  return {
    head: ['cost', 'unit', 'metric', 'models', 'value', 'score', 'score low', 'score high', 'knee', 'enough'],
    rows: frontiers.flatMap(({ cost, unit, metric, points, knee, enough }) =>
      points.map((point, at) => [
        cost,
        unit,
        metric,
        JSON.stringify(point.models),
        point.cost,
        point.score,
        point.low,
        point.high,
        at === knee,
        at === enough,
      ]),
    ),
  };
}
