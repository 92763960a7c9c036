import { SCORE_NAMES } from '../../evaluation/metrics.js';
import { SCORE_TITLES, score } from '../format.js';
import type { HistoryLine } from '../history.js';
import { CHART_BASE, type Chart } from './chart.js';
import { PALETTE } from './palette.js';

/** A chart per score: a line over the decisions in their order, with 95% intervals. */
export function historyCharts(lines: readonly HistoryLine[]): Chart[] {
  return SCORE_NAMES.map((name) => {
    const values = lines.map(({ scores, intervals }, at) => ({
      at: at + 1,
      value: scores[name],
      low: intervals[name][0],
      high: intervals[name][1],
    }));
    const x = {
      field: 'at',
      type: 'quantitative',
      title: 'decision',
      scale: { zero: false, nice: false, padding: 12 },
      axis: { tickMinStep: 1, tickCount: Math.min(values.length, 8), format: 'd', grid: false },
    } as const;
    const colour = PALETTE.kept.light;
    return {
      id: `history-${name}`,
      title: SCORE_TITLES[name],
      description:
        `Line chart of ${SCORE_TITLES[name]} of the pruned ensemble over ${values.length} decisions: ` +
        `${values.map(({ value }) => score(value)).join(', ')}.`,
      spec: {
        ...CHART_BASE,
        width: 270,
        height: 150,
        data: { values },
        layer: [
          {
            mark: { type: 'rule', color: colour, strokeWidth: 1.5 },
            encoding: { x, y: { field: 'low', type: 'quantitative' }, y2: { field: 'high' } },
          },
          {
            mark: { type: 'line', color: colour, strokeWidth: 1.5, point: { color: colour, size: 40 } },
            encoding: {
              x,
              y: {
                field: 'value',
                type: 'quantitative',
                title: SCORE_TITLES[name],
                scale: { zero: false },
                axis: { grid: true, tickCount: 5 },
              },
            },
          },
        ],
      },
    } satisfies Chart;
  });
}
