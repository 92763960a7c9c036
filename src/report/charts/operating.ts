import type { Decision } from '../../selection/decision.js';
import { score } from '../format.js';
import { type OperatingCurve, operatingCurves } from '../sections/answers.js';
import { CHART_BASE, type Chart } from './chart.js';
import { PALETTE } from './palette.js';

const ROLES: readonly OperatingCurve['role'][] = ['full', 'pruned', 'single'];
const COLOURS = [PALETTE.ensemble.light, PALETTE.kept.light, PALETTE.dropped.light];
const DASHES = [
  [1, 0],
  [6, 3],
  [2, 2],
];
const SHAPES = ['diamond', 'circle', 'square'];

/**
 * Accuracy against macro F1 as tau moves, a line each for both ensembles and the best single model, with the points chosen;
 * null in decisions of earlier versions.
 */
export function operatingChart(decision: Decision): Chart | null {
  const curves = operatingCurves(decision);
  if (curves.length === 0) return null;
  const values = curves.flatMap(({ role, tau: chosen, points }) =>
    points.map(({ tau, accuracy, macroF1 }) => ({ role, tau, accuracy, macroF1, chosen: tau === chosen })),
  );
  const color = {
    field: 'role',
    type: 'nominal',
    legend: null,
    scale: { domain: [...ROLES], range: COLOURS },
  } as const;
  return {
    id: 'operating-curve',
    title: 'Accuracy against macro F1 as tau moves',
    description: `Line chart of macro F1 by accuracy, out of fold on the training rows, a line per predictor along tau. ${curves.map(curveSentence).join(' ')} All numbers are in the table of points.`,
    spec: {
      ...CHART_BASE,
      width: 260,
      height: 200,
      data: { values },
      encoding: {
        x: {
          field: 'accuracy',
          type: 'quantitative',
          title: 'accuracy',
          scale: { zero: false },
          axis: { tickCount: 5, grid: false },
        },
        y: {
          field: 'macroF1',
          type: 'quantitative',
          title: 'macro F1',
          scale: { zero: false },
          axis: { tickCount: 5, grid: true },
        },
        color,
      },
      layer: [
        {
          mark: { type: 'line', strokeWidth: 1.5 },
          encoding: {
            order: { field: 'tau', type: 'quantitative' },
            strokeDash: { ...color, scale: { domain: [...ROLES], range: DASHES } },
          },
        },
        { mark: { type: 'point', filled: true, size: 10, opacity: 1 } },
        {
          transform: [{ filter: 'datum.chosen' }],
          mark: { type: 'point', filled: true, size: 90, opacity: 1 },
          encoding: { shape: { ...color, scale: { domain: [...ROLES], range: SHAPES } } },
        },
      ],
    },
  };
}

function curveSentence({ name, tau, points }: OperatingCurve): string {
  const [first] = points;
  const chosen = points.find((point) => point.tau === tau);
  const start = `${name}: at tau ${first.tau} accuracy ${score(first.accuracy)} and macro F1 ${score(first.macroF1)}`;
  if (chosen === undefined || chosen === first) return `${start}.`;
  return `${start}; at tau ${tau}, which is chosen, ${score(chosen.accuracy)} and ${score(chosen.macroF1)}.`;
}
