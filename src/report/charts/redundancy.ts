import type { Decision } from '../../selection/decision.js';
import { listed, score } from '../format.js';
import { clusterOrder, similarityTable } from '../sections/evidence.js';
import { axisLabels, CHART_BASE, type Chart, PLOT_WIDTH } from './chart.js';
import { HEAT_STEPS, PALETTE, stepColour } from './palette.js';

/** models up to which cells have room for their number */
const NUMBERS_UP_TO = 6;
const MOST_CELL = 44;

/** How alike the models are: a cell per pair, clusters side by side; null where there is one model. */
export function redundancyChart(decision: Decision): Chart | null {
  const { pairs, clusters } = decision.redundancy;
  if (pairs.length === 0) return null;
  const names = clusterOrder(decision);
  const labels = axisLabels(names.map((name, at) => `${at + 1} ${name}`));
  const value = similarityTable(decision);
  const step = Math.min(MOST_CELL, Math.floor(PLOT_WIDTH / names.length));
  const cells = names.flatMap((down, y) =>
    names.map((across, x) => {
      const likeness = value(down, across);
      return {
        down: labels[y],
        across: String(x + 1),
        colour: likeness === null ? PALETTE.paper.light : stepColour(HEAT_STEPS, likeness),
        text: names.length > NUMBERS_UP_TO ? '' : likeness === null ? '–' : likeness.toFixed(2),
      };
    }),
  );
  const [most] = pairs;
  return {
    id: 'redundancy',
    title: 'How alike the models are',
    description:
      `Heat map of the correlation of the probabilities of ${names.length} models; the stronger the shade, the more alike. ` +
      `Most alike are ${most.a} and ${most.b} (${score(most.probabilities)}). ` +
      `${clusters.length === 0 ? 'No models form a cluster.' : `Clusters: ${clusters.map(({ models }) => listed(models)).join('; ')}.`} All numbers are in the table of likeness.`,
    spec: {
      ...CHART_BASE,
      width: { step },
      height: { step: Math.max(step, 14) },
      data: { values: cells },
      encoding: {
        x: {
          field: 'across',
          type: 'ordinal',
          sort: null,
          title: null,
          axis: { orient: 'top', labelAngle: 0, ticks: false, domain: false, labelOverlap: true },
        },
        y: { field: 'down', type: 'ordinal', sort: null, title: null },
      },
      layer: [
        {
          mark: { type: 'rect', stroke: PALETTE.paper.light, strokeWidth: 1 },
          encoding: { fill: { field: 'colour', type: 'nominal', scale: null } },
        },
        {
          mark: { type: 'text', fontSize: 10, color: PALETTE.ink.light },
          encoding: { text: { field: 'text', type: 'nominal' } },
        },
      ],
    },
  };
}
