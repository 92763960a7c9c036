import type { Decision } from '../../selection/decision.js';
import type { Frontier } from '../../selection/frontier.js';
import { cost, listed, SCORE_TITLES, score } from '../format.js';
import { frontierCost } from '../frontier.js';
import { visible } from '../visible.js';
import { CHART_BASE, type Chart } from './chart.js';
import { PALETTE } from './palette.js';

const ROLES = ['set', 'knee'];
const COLOURS = [PALETTE.kept.light, PALETTE.ensemble.light];

/** What each further unit of cost buys: a chart per cost; none in decisions of earlier versions. */
export function frontierCharts({ frontiers }: Decision): Chart[] {
  return (frontiers ?? []).filter(({ points }) => points.length > 0).map(frontierChart);
}

function frontierChart(frontier: Frontier, at: number): Chart {
  const { points, knee, metric } = frontier;
  const role = { field: 'role', type: 'nominal', legend: null } as const;
  const [first, last, bend] = [points[0], points[points.length - 1], points[knee]];
  return {
    id: `frontier-${at + 1}`,
    title: `${visible(SCORE_TITLES[metric])} by ${visible(frontierCost(frontier))}`,
    description:
      `Step chart of the best ${SCORE_TITLES[metric]} for each cost in ${frontierCost(frontier)}, ${points.length} sets: from ${score(first.score)} at ${cost(first.cost)} ` +
      `to ${score(last.score)} at ${cost(last.cost)}. The knee is at ${cost(bend.cost)}: ${listed(bend.models)}, ${score(bend.score)}. All numbers are in the table of sets.`,
    spec: {
      ...CHART_BASE,
      width: 260,
      height: 170,
      data: {
        values: points.map(({ cost: x, score: y, low, high }, index) => ({
          x,
          y,
          low,
          high,
          role: ROLES[index === knee ? 1 : 0],
        })),
      },
      encoding: {
        x: {
          field: 'x',
          type: 'quantitative',
          title: visible(frontierCost(frontier)),
          axis: { tickCount: 5, tickMinStep: frontier.cost === 'models' ? 1 : 0 },
        },
      },
      layer: [
        {
          mark: { type: 'line', interpolate: 'step-after', strokeWidth: 1.5, color: PALETTE.dropped.light },
          encoding: { y: { field: 'y', type: 'quantitative' } },
        },
        {
          mark: { type: 'rule', strokeWidth: 2 },
          encoding: {
            y: {
              field: 'low',
              type: 'quantitative',
              title: SCORE_TITLES[metric],
              scale: { zero: false },
              axis: { tickCount: 5, grid: true },
            },
            y2: { field: 'high' },
            color: { ...role, scale: { domain: ROLES, range: COLOURS } },
          },
        },
        {
          mark: { type: 'point', filled: true, size: 60, opacity: 1 },
          encoding: {
            y: { field: 'y', type: 'quantitative' },
            color: { ...role, scale: { domain: ROLES, range: COLOURS } },
            shape: { ...role, scale: { domain: ROLES, range: ['circle', 'diamond'] } },
          },
        },
      ],
    },
  };
}
