import type { Decision } from '../../selection/decision.js';
import { listed, score } from '../format.js';
import { axisLabels, CHART_BASE, type Chart, PLOT_WIDTH } from './chart.js';
import { PALETTE } from './palette.js';

const FATES = ['kept', 'dropped'];
/** room right of the longest bar for its number */
const LABEL_ROOM = 1.22;

/** A line over the bar's end, where resampling queries moves it. */
const INTERVAL = {
  mark: { type: 'rule', strokeWidth: 2, color: PALETTE.ink.light },
  encoding: { x: { field: 'low', type: 'quantitative' }, x2: { field: 'high' } },
} as const;

/** How much the ensemble listens to each model: a bar each, filled where the model is kept, hollow where it is not. */
export function contributionChart({ ranking, kept }: Decision): Chart {
  const labels = axisLabels(ranking.map(({ model }) => model));
  const values = ranking.map((line, order) => ({
    order,
    label: labels[order],
    contribution: line.shap,
    text: score(line.shap),
    low: line.evidence?.shap.low ?? null,
    high: line.evidence?.shap.high ?? null,
    end: Math.max(line.shap, line.evidence?.shap.high ?? 0),
    fate: line.kept ? 'kept' : 'dropped',
  }));
  const most = Math.max(...values.map(({ end }) => end), 1e-9);
  const sure = ranking.some(({ evidence }) => evidence !== undefined);
  return {
    id: 'contributions',
    title: 'Contribution of each model',
    description:
      `Bar chart of the mean absolute contribution of ${ranking.length} models in log-odds${sure ? ', with 95% intervals' : ''}, in order of rank. ` +
      `Kept: ${listed(kept)}. All numbers are in the table of models.`,
    spec: {
      ...CHART_BASE,
      width: PLOT_WIDTH,
      height: { step: 22 },
      data: { values },
      encoding: {
        y: { field: 'label', type: 'nominal', sort: { field: 'order', op: 'min' }, title: null },
      },
      layer: [
        {
          mark: { type: 'bar', height: 13, strokeWidth: 1.5 },
          encoding: {
            x: {
              field: 'contribution',
              type: 'quantitative',
              title: 'mean absolute log-odds',
              scale: { domain: [0, most * LABEL_ROOM], nice: false },
              axis: { tickCount: 4 },
            },
            color: {
              field: 'fate',
              type: 'nominal',
              legend: null,
              scale: { domain: FATES, range: [PALETTE.kept.light, PALETTE.paper.light] },
            },
            stroke: {
              field: 'fate',
              type: 'nominal',
              legend: null,
              scale: { domain: FATES, range: [PALETTE.kept.light, PALETTE.dropped.light] },
            },
          },
        },
        ...(sure ? [INTERVAL] : []),
        {
          mark: { type: 'text', align: 'left', dx: 5, fontSize: 11, color: PALETTE.ink.light },
          encoding: {
            x: { field: 'end', type: 'quantitative' },
            text: { field: 'text', type: 'nominal' },
          },
        },
      ],
    },
  };
}
