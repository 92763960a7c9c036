import type { TopLevelSpec } from 'vega-lite';
import { visible } from '../visible.js';
import { PALETTE } from './palette.js';

/** One chart of a report, as a Vega-Lite specification with its data inside. */
export interface Chart {
  /** file name without ending, unique in the report */
  readonly id: string;
  readonly title: string;
  /** what a reader who cannot see the chart is told */
  readonly description: string;
  readonly spec: TopLevelSpec;
}

const { ink, muted, grid, paper } = PALETTE;

/** Pixels for labels of names: `LABEL_UNITS` characters of common fonts at 11 pixels. */
const LABEL_WIDTH = 128;
const LABEL_UNITS = 20;

/** What all charts share: a width that fits a phone, quiet axes, one font. */
export const CHART_BASE = {
  $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
  background: paper.light,
  padding: 4,
  config: {
    aria: false,
    font: 'system-ui, sans-serif',
    view: { stroke: null },
    axis: {
      labelColor: ink.light,
      titleColor: muted.light,
      titleFontWeight: 'normal',
      labelFontSize: 11,
      titleFontSize: 11,
      gridColor: grid.light,
      domainColor: muted.light,
      tickColor: muted.light,
    },
    axisY: {
      grid: false,
      ticks: false,
      domain: false,
      labelPadding: 6,
      labelLimit: 0,
      maxExtent: LABEL_WIDTH,
    },
  },
} as const;

/** Width of the plotting area in pixels, beside labels of names; whole charts are at most 340 wide. */
export const PLOT_WIDTH = 188;

/** Names as axis labels: invisible characters written out, long ones cut in the middle, equal ones told apart. */
export function axisLabels(names: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const label = shortened([...visible(name)]);
    const times = (seen.get(label) ?? 0) + 1;
    seen.set(label, times);
    return times === 1 ? label : `${label} (${times})`;
  });
}

/** Start and end of what is too long, because names of related models often differ at their end. */
function shortened(characters: readonly string[]): string {
  const units = characters.map((character) => (WIDE.test(character) ? 2 : 1));
  const width = units.reduce((sum, unit) => sum + unit, 0);
  if (width <= LABEL_UNITS) return characters.join('');
  const half = (LABEL_UNITS - 1) / 2;
  return `${fitting(characters, half)}…${[...fitting([...characters].reverse(), half)].reverse().join('')}`;
}

/** The first characters that take at most so many units. */
function fitting(characters: readonly string[], units: number): string {
  let used = 0;
  let text = '';
  for (const character of characters) {
    used += WIDE.test(character) ? 2 : 1;
    if (used > units) break;
    text += character;
  }
  return text;
}

/** Characters as wide as two of the Latin script. */
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Extended_Pictographic}]/u;
