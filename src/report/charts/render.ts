import type { Report } from '../report.js';
import type { Chart } from './chart.js';
import { comparisonCharts } from './comparison.js';
import { contributionChart } from './contributions.js';
import { curveCharts } from './curves.js';

/** The charts of a report by the section that shows them. */
export interface ReportCharts<C extends Chart = Chart> {
  readonly comparison: readonly C[];
  readonly contributions: C;
  readonly curves: readonly C[];
}

/** A chart with its picture. */
export interface DrawnChart extends Chart {
  /** a whole `<svg>` element: no script, no style, no reference, the same bytes for the same specification */
  readonly svg: string;
}

/** The charts of a report, not yet drawn. */
export function chartsOf({ decision, curves }: Report): ReportCharts {
  return {
    comparison: comparisonCharts(decision),
    contributions: contributionChart(decision),
    curves: curveCharts(curves),
  };
}

/** Draws every chart; loads Vega, which nothing else needs. */
export async function drawCharts(charts: ReportCharts): Promise<ReportCharts<DrawnChart>> {
  return {
    comparison: await Promise.all(charts.comparison.map(draw)),
    contributions: await draw(charts.contributions),
    curves: await Promise.all(charts.curves.map(draw)),
  };
}

async function draw(chart: Chart): Promise<DrawnChart> {
  const [{ compile }, { parse, View }] = await Promise.all([import('vega-lite'), import('vega')]);
  const view = new View(parse(compile(chart.spec).spec), { renderer: 'none' });
  try {
    return { ...chart, svg: await view.toSVG() };
  } finally {
    view.finalize();
  }
}

/** All charts in the order of the page. */
export function allCharts<C extends Chart>({ comparison, contributions, curves }: ReportCharts<C>): C[] {
  return [...comparison, contributions, ...curves];
}
