import type { Evaluation } from '../../evaluation/evaluate.js';
import type { Decision } from '../../selection/decision.js';
import { count, score } from '../format.js';
import { calibrated } from '../sections/evidence.js';
import { visible } from '../visible.js';
import { CHART_BASE, type Chart } from './chart.js';
import { PALETTE } from './palette.js';

/** How often answers of each confidence are right: a chart per predictor; none in decisions of earlier versions. */
export function calibrationCharts(decision: Decision): Chart[] {
  return calibrated(decision).flatMap(([name, evaluation], at) =>
    evaluation.reliability === undefined || evaluation.reliability.length === 0
      ? []
      : [reliabilityChart(`calibration-${at + 1}`, name, evaluation)],
  );
}

function reliabilityChart(
  id: string,
  name: string,
  { reliability, calibrationError, rows }: Evaluation,
): Chart {
  const bins = reliability!;
  const most = Math.max(...bins.map((bin) => bin.rows));
  const last = bins[bins.length - 1];
  return {
    id,
    title: visible(name),
    description:
      `Reliability diagram of ${name} over ${count(rows)} rows in ${bins.length} bins of confidence; a dot on the diagonal is ` +
      `as often right as it says. In the surest bin (${count(last.rows)} rows) mean confidence is ${score(last.confidence)} and accuracy ${score(last.accuracy)}; ` +
      `calibration error ${score(calibrationError)}. All numbers are in the table of confidence.`,
    spec: {
      ...CHART_BASE,
      width: 230,
      height: 230,
      data: { values: bins.map((bin) => ({ ...bin, share: bin.rows / most })) },
      layer: [
        {
          data: { values: [{ from: 0, to: 1 }] },
          mark: { type: 'rule', strokeDash: [4, 3], color: PALETTE.dropped.light },
          encoding: {
            x: { field: 'from', type: 'quantitative' },
            x2: { field: 'to' },
            y: { field: 'from', type: 'quantitative' },
            y2: { field: 'to' },
          },
        },
        { mark: { type: 'line', strokeWidth: 1.5, color: PALETTE.kept.light }, encoding: SPOT },
        {
          mark: { type: 'point', filled: true, opacity: 1, color: PALETTE.kept.light },
          encoding: {
            ...SPOT,
            size: {
              field: 'share',
              type: 'quantitative',
              legend: null,
              scale: { domain: [0, 1], range: [12, 160] },
            },
          },
        },
      ],
    },
  };
}

const unit = { scale: { domain: [0, 1] }, axis: { tickCount: 5, grid: true } };
const SPOT = {
  x: { field: 'confidence', type: 'quantitative', title: 'mean confidence of the answers', ...unit },
  y: { field: 'accuracy', type: 'quantitative', title: 'share of them that is right', ...unit },
} as const;
