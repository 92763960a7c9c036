import type { Decision, RankingLine } from '../../selection/decision.js';
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
  const refitted = ranking.every(({ evidence }) => evidence?.contribution !== undefined);
  const values = ranking.map((line, order) => {
    const { mean, low, high } = refitted ? line.evidence!.contribution! : shapOf(line);
    return {
      order,
      label: labels[order],
      contribution: mean,
      text: score(mean),
      low,
      high,
      end: Math.max(mean, high ?? 0),
      fate: line.kept ? 'kept' : 'dropped',
    };
  });
  const most = Math.max(...values.map(({ end }) => end), 1e-9);
  const sure = ranking.some(({ evidence }) => evidence !== undefined);
  return {
    id: 'contributions',
    title: 'Contribution of each model',
    description:
      `Bar chart of the mean absolute contribution of ${ranking.length} models ${refitted ? 'to pools fitted to drawn queries, ' : ''}in log-odds${sure ? ', with 95% intervals' : ''}, in order of rank. ` +
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

/** Summed SHAP with its interval, where that is known. */
function shapOf({ shap, evidence }: RankingLine) {
  return { mean: shap, low: evidence?.shap.low ?? null, high: evidence?.shap.high ?? null };
}
