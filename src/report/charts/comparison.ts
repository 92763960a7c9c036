import type { Decision } from '../../selection/decision.js';
import { SCORE_TITLES, score } from '../format.js';
import { comparisonLines } from '../tables.js';
import { axisLabels, CHART_BASE, type Chart, PLOT_WIDTH } from './chart.js';
import { PALETTE } from './palette.js';

const SCORES = ['accuracy', 'macroF1', 'weightedF1'] as const;
const ROLES = ['floor or dropped model', 'kept model', 'ensemble'];
const COLOURS = [PALETTE.dropped.light, PALETTE.kept.light, PALETTE.ensemble.light];

/** A dot with its interval for the floor, every model and both ensembles: one chart per score, rows in one order. */
export function comparisonCharts(decision: Decision): Chart[] {
  const lines = comparisonLines(decision);
  const labels = axisLabels(lines.map(({ name }) => name));
  return SCORES.map((name) => {
    const values = lines.map(({ evaluation, kind, models }, order) => ({
      order,
      label: labels[order],
      role: ROLES[kind === 'ensemble' ? 2 : decision.kept.includes(models[0]) ? 1 : 0],
      score: evaluation[name],
      low: evaluation.intervals[name][0],
      high: evaluation.intervals[name][1],
    }));
    const [floor, full, pruned] = [values[0], values[values.length - 2], values[values.length - 1]];
    const title = SCORE_TITLES[name];
    return {
      id: `comparison-${name}`,
      title: `${title[0].toUpperCase()}${title.slice(1)}`,
      description:
        `Dot plot of ${title} with 95% intervals for ${lines.length} predictors: constant answer ${score(floor.score)}, ` +
        `full ensemble ${score(full.score)}, pruned ensemble ${score(pruned.score)}. All numbers are in the table of scores.`,
      spec: {
        ...CHART_BASE,
        width: PLOT_WIDTH,
        height: { step: 20 },
        data: { values },
        encoding: {
          y: { field: 'label', type: 'nominal', sort: { field: 'order', op: 'min' }, title: null },
          color: { field: 'role', type: 'nominal', legend: null, scale: { domain: ROLES, range: COLOURS } },
        },
        layer: [
          {
            mark: { type: 'rule', strokeWidth: 2 },
            encoding: {
              x: {
                field: 'low',
                type: 'quantitative',
                title,
                scale: { zero: false },
                axis: { tickCount: 5 },
              },
              x2: { field: 'high' },
            },
          },
          {
            mark: { type: 'point', filled: true, size: 55, opacity: 1 },
            encoding: {
              x: { field: 'score', type: 'quantitative' },
              shape: {
                field: 'role',
                type: 'nominal',
                legend: null,
                scale: { domain: ROLES, range: ['circle', 'circle', 'diamond'] },
              },
            },
          },
        ],
      },
    };
  });
}
