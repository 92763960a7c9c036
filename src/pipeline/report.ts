import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Examples, type Finding, UNLABELLED } from '../data/examples.js';
import { readExamples } from '../data/examples-file.js';
import { EsciSelectError } from '../errors.js';
import { writeFileAtomic } from '../io/atomic.js';
import { renderMarkdown } from '../report/markdown.js';
import type { DataSummary, Report, TrainingCurve } from '../report/report.js';
import { RunFolder } from '../run/run-folder.js';
import { readFindings } from './findings.js';
import { DECISION_FILE, readDecision } from './rank.js';
import { EXAMPLES_FILE } from './stages/data.js';

/** Where the report went. */
export interface WrittenReport {
  readonly report: Report;
  /** paths of the files written */
  readonly files: readonly string[];
}

/**
 * Writes report.json and report.md of the run's latest decision, by default into the run's own `report` folder.
 *
 * @throws EsciSelectError('usage') when nothing has been ranked yet
 */
export async function report(options: { run: string; out?: string }): Promise<WrittenReport> {
  const run = await RunFolder.open(options.run);
  if (!Object.hasOwn(run.manifest.stages, 'decision')) {
    throw new EsciSelectError('usage', `run has no decision yet (${DECISION_FILE} is missing)`, {
      path: options.run,
      hint: 'run esci-select rank --budget N first',
    });
  }
  const built = await buildReport(run);
  const out = options.out ?? join(options.run, 'report');
  const files = [join(out, 'report.json'), join(out, 'report.md')];
  await writeFileAtomic(files[0], `${JSON.stringify(built, null, 2)}\n`);
  await writeFileAtomic(files[1], renderMarkdown(built));
  return { report: built, files };
}

async function buildReport(run: RunFolder): Promise<Report> {
  const { tool, seed, inputs, options } = run.manifest;
  return {
    schema: 'esci-select/report/1',
    decision: await readDecision(run),
    data: summarise(await readExamples(run.file(EXAMPLES_FILE), { text: false })),
    findings: await allFindings(run),
    curves: await allCurves(run),
    reproduction: { version: tool.version, seed, inputs, options },
  };
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

/** Findings of all stages; files by their base name, because a report carries no path of the machine that made it. */
async function allFindings(run: RunFolder): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const file of await namesIn(run.file('findings')))
    findings.push(...(await readFindings(run.file('findings', file))));
  return findings.map((finding) => ({
    ...finding,
    places: finding.places?.map((place) => ({ ...place, path: basename(place.path) })),
  }));
}

async function allCurves(run: RunFolder): Promise<TrainingCurve[]> {
  const curves: TrainingCurve[] = [];
  for (const model of await namesIn(run.file('models'))) {
    const text = await readFile(run.file('models', model, 'curves.json'), 'utf8');
    for (const curve of JSON.parse(text) as Omit<TrainingCurve, 'model'>[]) curves.push({ model, ...curve });
  }
  return curves;
}

async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names.filter((name) => !name.startsWith('.')).sort();
}
