import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Examples, type Finding, UNLABELLED } from '../../data/examples/examples.js';
import { EsciSelectError, quote } from '../../errors.js';
import { ensureWritableFolder, writeFileAtomic } from '../../io/atomic.js';
import {
  allCharts,
  chartsOf,
  type DrawnChart,
  drawCharts,
  type ReportCharts,
} from '../../report/charts/render.js';
import { commentMarker, DEFAULT_KEY, reportComment } from '../../report/ci/comment.js';
import { renderJunit } from '../../report/ci/junit.js';
import { renderMetrics } from '../../report/ci/metrics.js';
import { parseDataset, renderModelCard } from '../../report/ci/model-card.js';
import type { ComparedReports, GateResult } from '../../report/comparison.js';
import { csvTables } from '../../report/csv/tables.js';
import { renderHtml } from '../../report/html/page.js';
import { renderMarkdown } from '../../report/markdown.js';
import type { DataSummary, Report, TrainingCurve } from '../../report/report.js';
import { REPORT_SCHEMA_NAME } from '../../report/report.js';
import { gatesOf } from '../../report/sections/baseline.js';
import { insidePath, outputPath } from '../../run/inside.js';
import { RunFolder } from '../../run/run-folder.js';
import { sweepDead } from '../../run/sweep.js';
import type { Decision } from '../../selection/decision.js';
import { curvesOf, DECISION, EXAMPLES, PAIRED_RESULTS, trainedModelNames } from '../files/layout.js';
import { writeReportFolder } from '../files/report-folder.js';
import { allFindings } from '../files/run-findings.js';
import { findInsights } from '../insights/insights.js';
import { DEFAULT_FORMATS, type ReportFormat } from '../report-formats.js';
import { namesOfRun } from './model-names.js';

/** Where the report went. */
export interface WrittenReport {
  readonly report: Report;
  /** paths of the files written */
  readonly files: readonly string[];
  /** paths of an earlier report's charts and tables that this one does not have: removed, or left because changed since */
  readonly removed: readonly string[];
  readonly left: readonly string[];
}

export interface ReportOptions {
  /** the run folder */
  readonly run: string;
  /** what it is called; `Which models to run` where not given */
  readonly title?: string;
  /** where to write; the run's own `report` folder unless given */
  readonly out?: string;
  readonly formats?: readonly ReportFormat[];
  /** the comparison with an earlier report, to be shown in this one */
  readonly baseline?: ComparedReports;
  /** what gates say, where there is no earlier report */
  readonly gates?: readonly GateResult[];
  /** key of the comment, by which a later one takes its place; 'report' where not given */
  readonly commentKey?: string;
  /** the data set, as `ID=NAME`, which a model card needs */
  readonly dataset?: string;
}

/**
 * Writes the run's latest decision as report.html (with its charts' specifications and pictures in `charts`),
 * report.md, report.json and CSV tables in `tables`, whichever are asked for. The same run gives the same bytes. Charts and tables
 * of an earlier report that this one does not have are removed.
 *
 * @throws EsciSelectError('usage') when nothing has been ranked yet
 *
 * @example
 * import { report } from 'esci-select';
 *
 * // a run of `train` and `rank`
 * const written = await report({ run: 'my-run', out: 'my-report', formats: ['json', 'paired'] });
 * written.report.decision.kept; // => [ 'first', 'second' ]
 */
export async function report(options: ReportOptions): Promise<WrittenReport> {
  const run = await openRanked(options.run);
  const { baseline, gates } = options;
  const key = options.commentKey ?? DEFAULT_KEY;
  commentMarker(key); // refused before any work
  const out = outputPath(options.run, options.out ?? join(options.run, 'report'));
  const [tables, charts] = [join(out, 'tables'), join(out, 'charts')];
  for (const folder of [tables, charts]) insidePath(out, basename(folder));
  await ensureWritableFolder(out);
  for (const folder of [out, tables, charts]) await sweepDead(folder);
  const formats =
    options.formats ?? DEFAULT_FORMATS.filter((name) => name !== 'paired' || PAIRED_RESULTS.isIn(run));
  const dataset = formats.includes('hf-card') ? parseDataset(options.dataset) : null;
  const single = formats.includes('html') || formats.includes('json');
  const built = {
    ...(await buildReport(run, { single, title: options.title })),
    ...(baseline === undefined ? {} : { baseline }),
    ...(gates === undefined ? {} : { gates }),
  };
  const folders = [];
  if (formats.includes('csv')) folders.push(await writeReportFolder(tables, new Map(csvTables(built))));
  const files = new Map<string, string>();
  if (formats.includes('json')) files.set('report.json', `${JSON.stringify(built, null, 2)}\n`);
  if (formats.includes('md')) files.set('report.md', renderMarkdown(built));
  if (formats.includes('comment')) files.set('comment.md', reportComment(built, key));
  if (formats.includes('metrics')) files.set('metrics.json', renderMetrics(built.decision));
  if (dataset !== null) files.set('model-card.md', renderModelCard(built, dataset));
  if (formats.includes('junit')) files.set('junit.xml', renderJunit(gatesOf(built), 'gates'));
  if (formats.includes('paired'))
    files.set('paired.json', await readFile(await PAIRED_RESULTS.verified(run), 'utf8'));
  if (formats.includes('html')) {
    const drawn = await drawCharts(chartsOf(built));
    folders.push(await writeReportFolder(charts, chartFiles(drawn)));
    files.set('report.html', renderHtml(built, drawn));
  }
  for (const [name, text] of files) await writeFileAtomic(join(out, name), text);
  return {
    report: built,
    files: [
      ...[...files.keys()].map((name) => join(out, name)),
      ...folders.flatMap(({ written }) => written),
    ],
    removed: folders.flatMap(({ removed }) => removed),
    left: folders.flatMap(({ left }) => left),
  };
}

/** Each chart's picture and the specification that draws it. */
function chartFiles(charts: ReportCharts<DrawnChart>): Map<string, string> {
  return new Map(
    allCharts(charts).flatMap(({ id, spec, svg }): [string, string][] => [
      [`${id}.vl.json`, `${JSON.stringify(spec, null, 2)}\n`],
      [`${id}.svg`, `${svg}\n`],
    ]),
  );
}

/**
 * The report of a run's latest decision, without insights into single rows.
 *
 * @throws EsciSelectError('usage') when nothing has been ranked yet
 */
export async function reportOfRun(path: string): Promise<Report> {
  return buildReport(await openRanked(path), { single: false });
}

async function openRanked(path: string): Promise<RunFolder> {
  const run = await RunFolder.open(path);
  if (!DECISION.isIn(run)) {
    throw new EsciSelectError('usage', `run has no decision yet (${DECISION.path} is missing)`, {
      path,
      hint: 'run esci-select rank --budget N with the same --run first',
    });
  }
  return run;
}

/** `single`: whether single rows are explained too, which takes seconds. */
async function buildReport(
  run: RunFolder,
  { single, title }: { readonly single: boolean; readonly title?: string },
): Promise<Report> {
  const { tool, seed, inputs, options } = run.manifest;
  const decision = await DECISION.read(run);
  const examples = await EXAMPLES.read(run, { text: false });
  if (single) await refuseMissing(run, decision);
  return {
    schema: REPORT_SCHEMA_NAME,
    ...(title === undefined ? {} : { title }),
    decision,
    data: summarise(examples),
    findings: withoutFolders(await allFindings(run)),
    curves: await allCurves(run),
    ...(single ? { insights: await findInsights({ run, decision, examples }) } : {}),
    reproduction: { version: tool.version, seed, inputs, options },
  };
}

/** Rows are explained by the run's ensemble as it is now: a decision about a model that was taken out is older than that. */
async function refuseMissing(run: RunFolder, { ranking, budget }: Decision): Promise<void> {
  const names = await namesOfRun(run);
  const gone = ranking.map(({ model }) => model).filter((model) => !names.includes(model));
  if (gone.length === 0) return;
  const limits = [
    ...(budget.models === null ? [] : [`--budget ${budget.models}`]),
    ...budget.costs.map(({ name, limit }) => `--budget ${name}=${limit}`),
  ];
  throw new EsciSelectError(
    'usage',
    `the decision is about ${gone.map(quote).join(', ')}, which the run no longer has`,
    { path: run.path, hint: `decide again: esci-select rank ${limits.join(' ')} with the same --run` },
  );
}

function summarise(examples: Examples): DataSummary {
  const { classes } = examples.labelSpace;
  const labelRows = new Float64Array(classes.length);
  let unlabelled = 0;
  for (const label of examples.label) {
    if (label === UNLABELLED) unlabelled++;
    else labelRows[label]++;
  }
  const locales = new Map<string, number>();
  for (const locale of examples.locale) locales.set(locale, (locales.get(locale) ?? 0) + 1);
  return {
    rows: examples.rows,
    queries: examples.groupKeys.length,
    products: examples.products,
    locales: [...locales].map(([name, rows]) => ({ name, rows })).sort((a, b) => (a.name < b.name ? -1 : 1)),
    labels: classes.map((name, k) => ({ name, rows: labelRows[k] })),
    unlabelled,
  };
}

/** Findings with files by their base name, because a report carries no path of the machine that made it. */
function withoutFolders(findings: readonly Finding[]): Finding[] {
  return findings.map((finding) => ({
    ...finding,
    places: finding.places?.map((place) => ({ ...place, path: basename(place.path) })),
  }));
}

async function allCurves(run: RunFolder): Promise<TrainingCurve[]> {
  const curves: TrainingCurve[] = [];
  for (const model of trainedModelNames(run).sort()) {
    for (const curve of await curvesOf(model).read(run)) curves.push({ model, ...curve });
  }
  return curves;
}
