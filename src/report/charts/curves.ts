import { safeFileName } from '../../io/file-name.js';
import { score } from '../format.js';
import type { Insights } from '../insights.js';
import type { TrainingCurve } from '../report.js';
import { visible } from '../visible.js';
import { CHART_BASE, type Chart } from './chart.js';
import { PALETTE } from './palette.js';

const KINDS = ['training', 'validation'];
/** points of a line that a small chart can show; more would only make the page heavy */
const MOST_POINTS = 100;

/** Training and validation loss by epoch, a chart per model, a line per fold and for the refit on all rows. */
export function curveCharts(curves: readonly TrainingCurve[]): Chart[] {
  const models = [...new Set(curves.map(({ model }) => model))];
  return models.map((model) => {
    const own = curves.filter((curve) => curve.model === model && curve.points.length > 0);
    return {
      id: `curves-${safeFileName(model)}`,
      title: visible(model),
      description: `Line chart of the loss of ${model} by epoch. ${own.map(sentence).join(' ')}`,
      spec: {
        ...CHART_BASE,
        width: 270,
        height: 150,
        data: { values: own.flatMap(valuesOf) },
        mark: { type: 'line', strokeWidth: 1.5, opacity: 0.8, clip: false },
        encoding: {
          x: {
            field: 'epoch',
            type: 'quantitative',
            title: 'epoch',
            axis: { tickMinStep: 1, tickCount: 6, grid: false },
          },
          y: {
            field: 'loss',
            type: 'quantitative',
            title: 'loss',
            scale: { zero: false },
            axis: { grid: true, tickCount: 5 },
          },
          detail: { field: 'fold', type: 'nominal' },
          color: {
            field: 'kind',
            type: 'nominal',
            legend: null,
            scale: { domain: KINDS, range: [PALETTE.training.light, PALETTE.kept.light] },
          },
          strokeDash: {
            field: 'kind',
            type: 'nominal',
            legend: null,
            scale: {
              domain: KINDS,
              range: [
                [4, 3],
                [1, 0],
              ],
            },
          },
        },
      },
    };
  });
}

/** Loss of the full ensemble on its validation folds by boosting round, with the round chosen. */
export function ensembleCurveChart({ rounds, validationLogLoss }: Insights['ensembleCurve']): Chart {
  const points = validationLogLoss.map((loss, at) => ({ round: at + 1, loss }));
  const atChosen = validationLogLoss[rounds - 1];
  return {
    id: 'ensemble-curve',
    title: 'Full ensemble',
    description:
      `Line chart of the mean log-loss of the full ensemble on its validation folds by boosting round: ` +
      `${score(validationLogLoss[0])} after the first of ${points.length}; ${score(atChosen)} after round ${rounds}, where boosting was stopped.`,
    spec: {
      ...CHART_BASE,
      width: 270,
      height: 150,
      data: { values: thinned(points) },
      layer: [
        {
          mark: { type: 'line', strokeWidth: 1.5, color: PALETTE.ensemble.light },
          encoding: {
            x: {
              field: 'round',
              type: 'quantitative',
              title: 'boosting round',
              axis: { tickMinStep: 1, tickCount: 6, grid: false },
            },
            y: {
              field: 'loss',
              type: 'quantitative',
              title: 'log-loss',
              scale: { zero: false },
              axis: { grid: true, tickCount: 5 },
            },
          },
        },
        {
          data: { values: [{ round: rounds, loss: atChosen }] },
          mark: {
            type: 'point',
            filled: true,
            shape: 'diamond',
            size: 70,
            opacity: 1,
            color: PALETTE.ensemble.light,
          },
          encoding: {
            x: { field: 'round', type: 'quantitative' },
            y: { field: 'loss', type: 'quantitative' },
          },
        },
      ],
    },
  };
}

function valuesOf({ fold, points }: TrainingCurve) {
  return thinned(points).flatMap(({ epoch, loss, validationLoss }) => [
    { fold: String(fold), kind: 'training', epoch, loss },
    ...(validationLoss === null
      ? []
      : [{ fold: String(fold), kind: 'validation', epoch, loss: validationLoss }]),
  ]);
}

/** At most `MOST_POINTS` points, evenly chosen, the last always among them. */
function thinned<T>(points: readonly T[]): readonly T[] {
  if (points.length <= MOST_POINTS) return points;
  const step = (points.length - 1) / (MOST_POINTS - 1);
  return Array.from({ length: MOST_POINTS }, (_, at) => points[Math.round(at * step)]);
}

function sentence({ fold, points }: TrainingCurve): string {
  const last = points[points.length - 1];
  const who = fold === 'refit' ? 'Refit' : `Fold ${fold + 1}`;
  const validation = last.validationLoss === null ? '' : `, validation ${score(last.validationLoss)}`;
  return `${who}: ${points.length} epochs, last training loss ${score(last.loss)}${validation}.`;
}
