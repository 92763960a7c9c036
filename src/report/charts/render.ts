import type { Report } from '../report.js';
import { beeswarmChart } from './beeswarm.js';
import { calibrationCharts } from './calibration.js';
import type { Chart } from './chart.js';
import { comparisonCharts } from './comparison.js';
import { contributionChart } from './contributions.js';
import { curveCharts, ensembleCurveChart } from './curves.js';
import { frontierCharts } from './frontier.js';
import { operatingChart } from './operating.js';
import { redundancyChart } from './redundancy.js';
import { waterfallCharts } from './waterfall.js';

/** The charts of a report by the section that shows them; null or none where the report has not what they show. */
export interface ReportCharts<C extends Chart = Chart> {
  readonly comparison: readonly C[];
  readonly contributions: C;
  readonly operating: C | null;
  readonly beeswarm: C | null;
  readonly frontiers: readonly C[];
  readonly redundancy: C | null;
  readonly calibration: readonly C[];
  readonly waterfalls: readonly C[];
  readonly curves: readonly C[];
}

/** A chart with its picture. */
export interface DrawnChart extends Chart {
  /** a whole `<svg>` element: no script, no style, no reference, the same bytes for the same specification */
  readonly svg: string;
}

/** The curve of an ensemble that was boosted: a pool and a single model have no rounds. */
function ensembleCurves(insights: Report['insights']): Chart[] {
  const boosted = insights !== undefined && insights.ensembleCurve.rounds > 0;
  return boosted ? [ensembleCurveChart(insights.ensembleCurve)] : [];
}

/** The charts of a report, not yet drawn. */
export function chartsOf({ decision, curves, insights }: Report): ReportCharts {
  return {
    comparison: comparisonCharts(decision),
    contributions: contributionChart(decision),
    operating: operatingChart(decision),
    beeswarm: insights === undefined ? null : beeswarmChart(insights),
    frontiers: frontierCharts(decision),
    redundancy: redundancyChart(decision),
    calibration: calibrationCharts(decision),
    waterfalls: waterfallCharts(insights?.examples ?? []),
    curves: [...ensembleCurves(insights), ...curveCharts(curves)],
  };
}

/** Draws every chart; loads Vega, which nothing else needs. */
export async function drawCharts(charts: ReportCharts): Promise<ReportCharts<DrawnChart>> {
  const { operating, beeswarm, redundancy } = charts;
  return {
    comparison: await drawAll(charts.comparison),
    contributions: await draw(charts.contributions),
    operating: operating === null ? null : await draw(operating),
    beeswarm: beeswarm === null ? null : await draw(beeswarm),
    frontiers: await drawAll(charts.frontiers),
    redundancy: redundancy === null ? null : await draw(redundancy),
    calibration: await drawAll(charts.calibration),
    waterfalls: await drawAll(charts.waterfalls),
    curves: await drawAll(charts.curves),
  };
}

/** Draws charts by themselves, in their order. */
export function drawAll(charts: readonly Chart[]): Promise<DrawnChart[]> {
  return Promise.all(charts.map(draw));
}

async function draw(chart: Chart): Promise<DrawnChart> {
  const [{ compile }, { parse, View }] = await Promise.all([import('vega-lite'), import('vega')]);
  const view = new View(parse(compile(chart.spec).spec), { renderer: 'none' });
  try {
    return { ...chart, svg: shortNumbers(await view.toSVG()) };
  } finally {
    view.finalize();
  }
}

/** Places and paths to a hundredth of a pixel: thousands of dots would make the page heavy. */
function shortNumbers(svg: string): string {
  return svg.replace(/ (?:transform|d)="[^"]*"/g, (attribute) =>
    attribute.replace(/-?\d+\.\d{3,}(?:e-?\d+)?/g, (number) =>
      String(Math.round(Number(number) * 100) / 100),
    ),
  );
}

/** All charts in the order of the page. */
export function allCharts<C extends Chart>(charts: ReportCharts<C>): C[] {
  const { operating, beeswarm, redundancy } = charts;
  return [
    ...charts.comparison,
    charts.contributions,
    ...(operating === null ? [] : [operating]),
    ...(beeswarm === null ? [] : [beeswarm]),
    ...charts.frontiers,
    ...(redundancy === null ? [] : [redundancy]),
    ...charts.calibration,
    ...charts.waterfalls,
    ...charts.curves,
  ];
}
