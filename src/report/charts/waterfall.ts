import { signed } from '../format.js';
import type { ExplainedExample } from '../insights.js';
import { visible } from '../visible.js';
import { axisLabels, CHART_BASE, type Chart, PLOT_WIDTH } from './chart.js';
import { PALETTE } from './palette.js';

/** Models with a bar of their own; the others share one. */
const MOST_BARS = 8;
const SIDES = ['for', 'against', 'total'];
const COLOURS = [PALETTE.kept.light, PALETTE.training.light, PALETTE.ensemble.light];

interface Step {
  readonly name: string;
  readonly value: number;
}

/** How single rows were decided: from the bias over every model's part to the margin, a chart per example. */
export function waterfallCharts(examples: readonly ExplainedExample[]): Chart[] {
  return examples.map(waterfall);
}

function waterfall(example: ExplainedExample, at: number): Chart {
  const { ensemble, model } = example;
  const margin = example.margin + (example.rule ?? 0);
  const steps = stepsOf(example);
  const labels = axisLabels([...steps.map(({ name }) => name), 'sum']);
  let level = 0;
  const bars = steps.map(({ value }, order) => {
    const from = level;
    level += value;
    return { label: labels[order], from, to: level, text: signed(value), side: SIDES[value < 0 ? 1 : 0] };
  });
  bars.push({ label: labels[steps.length], from: 0, to: margin, text: signed(margin), side: SIDES[2] });
  const ends = bars.flatMap(({ from, to }) => [from, to]);
  const [low, high] = [Math.min(0, ...ends), Math.max(0, ...ends)];
  const values = bars.map((bar, order) => ({ ...bar, order, right: Math.max(bar.from, bar.to) }));
  return {
    id: `waterfall-${at + 1}`,
    title: `Why ${visible(ensemble)}, not ${visible(model)}`,
    description:
      `Waterfall chart of the log-odds of ${ensemble} over ${model}: ${steps.map(({ name, value }) => `${name} ${signed(value)}`).join(', ')}; ` +
      `in sum ${signed(margin)}.`,
    spec: {
      ...CHART_BASE,
      width: PLOT_WIDTH,
      height: { step: 20 },
      data: { values },
      encoding: {
        y: { field: 'label', type: 'nominal', sort: { field: 'order', op: 'min' }, title: null },
      },
      layer: [
        {
          mark: { type: 'bar', height: 12 },
          encoding: {
            x: {
              field: 'from',
              type: 'quantitative',
              title: 'log-odds of one answer over the other',
              scale: { domain: [low, high + (high - low) * 0.28], nice: false },
              axis: { tickCount: 4, grid: true },
            },
            x2: { field: 'to' },
            color: {
              field: 'side',
              type: 'nominal',
              legend: null,
              scale: { domain: SIDES, range: COLOURS },
            },
          },
        },
        {
          mark: { type: 'text', align: 'left', dx: 5, fontSize: 11, color: PALETTE.ink.light },
          encoding: {
            x: { field: 'right', type: 'quantitative' },
            text: { field: 'text', type: 'nominal' },
          },
        },
      ],
    },
  };
}

/** The bias, the largest parts, and the rest as one. */
/** The bias, the models, the largest first, and what the decision rule adds where it does. */
function stepsOf({ bias, parts, rule = 0 }: ExplainedExample): Step[] {
  const own = parts.length > MOST_BARS + 1 ? parts.slice(0, MOST_BARS) : parts;
  const rest = parts.slice(own.length);
  const steps = [
    { name: 'before any model', value: bias },
    ...own.map(({ model, contribution }) => ({ name: model, value: contribution })),
  ];
  if (rest.length > 0) {
    const value = rest.reduce((sum, { contribution }) => sum + contribution, 0);
    steps.push({ name: `${rest.length} other models`, value });
  }
  return rule === 0 ? steps : [...steps, { name: 'decision rule', value: rule }];
}
