import { count } from '../format.js';
import type { Insights } from '../insights.js';
import { axisLabels, CHART_BASE, type Chart } from './chart.js';
import { DOT_STEPS, PALETTE, stepColour } from './palette.js';

/** pixels of a dot's width, and of the band of a model where models are few and where they are many */
const DOT = 2.5;
const BANDS = { few: 44, many: 26 };
const FEW = 8;
const WIDTH = 240;
/** places along the axis; dots of one place are stacked */
const PLACES = Math.round(WIDTH / DOT);

/** What each model did to single answers: a dot per sampled row, in the colour of the model's own probability. */
export function beeswarmChart({ sample }: Insights): Chart {
  const band = sample.models.length > FEW ? BANDS.many : BANDS.few;
  const labels = axisLabels(sample.models.map(({ model }) => model));
  const all = sample.models.flatMap(({ contributions }) => contributions);
  const [low, high] = [Math.min(0, ...all), Math.max(0, ...all)];
  const values = sample.models.flatMap(({ contributions, probabilities }, order) => {
    const offsets = stacked(contributions, [low, high], band);
    return contributions.map((x, row) => ({
      order,
      label: labels[order],
      x,
      offset: offsets[row],
      colour: colourOf(probabilities[row]),
    }));
  });
  return {
    id: 'beeswarm',
    title: 'Contribution to the right class, a dot per row',
    description:
      `Beeswarm chart of ${sample.models.length} models over ${count(sample.rows)} rows: right of zero a model speaks for the row's true class, ` +
      'left of it against. The colour is the model’s own probability of that class. Quartiles are in the table of dots.',
    spec: {
      ...CHART_BASE,
      width: WIDTH,
      height: { step: band },
      data: { values },
      layer: [
        {
          data: { values: [{ zero: 0 }] },
          mark: { type: 'rule', color: PALETTE.dropped.light },
          encoding: { x: { field: 'zero', type: 'quantitative' } },
        },
        {
          mark: { type: 'circle', size: DOT * DOT, opacity: 0.8 },
          encoding: {
            x: {
              field: 'x',
              type: 'quantitative',
              title: 'log-odds for the true class',
              scale: { domain: [low, high], nice: true },
              axis: { tickCount: 5, grid: true },
            },
            y: {
              field: 'label',
              type: 'nominal',
              sort: { field: 'order', op: 'min' },
              title: null,
              scale: { padding: 0 },
            },
            yOffset: { field: 'offset', type: 'quantitative', scale: { domain: [-1, 1] } },
            color: { field: 'colour', type: 'nominal', scale: null },
          },
        },
      ],
    },
  };
}

function colourOf(probability: number | null): string {
  return probability === null ? PALETTE.dropped.light : stepColour(DOT_STEPS, probability);
}

/** Where each dot stands across its band, from -1 to 1: dots of one place go to either side in turn. */
function stacked(values: readonly number[], [low, high]: readonly [number, number], band: number): number[] {
  const fill = new Map<number, number>();
  const steps = values.map((value) => {
    const place = Math.round(((value - low) / Math.max(high - low, 1e-12)) * PLACES);
    const index = fill.get(place) ?? 0;
    fill.set(place, index + 1);
    return index % 2 === 0 ? index / 2 : -(index + 1) / 2;
  });
  const widest = Math.max(...steps.map(Math.abs));
  const room = band / DOT / 2 - 1;
  return steps.map((step) => step / Math.max(widest, room));
}
