import { basename, join } from 'node:path';
import { EsciSelectError } from '../../errors.js';
import { ensureWritableFolder, writeFileAtomic } from '../../io/atomic.js';
import { type ForeignReport, foreignCsv, foreignMarkdown } from '../../report/foreign-report.js';
import { renderForeignHtml } from '../../report/html/page.js';
import { insidePath, outputPath } from '../../run/inside.js';
import { RunFolder } from '../../run/run-folder.js';
import { sweepDead } from '../../run/sweep.js';
import { FOREIGN_RANKING } from '../files/layout.js';
import { writeReportFolder } from '../files/report-folder.js';
import { isForeignRun } from '../foreign/run.js';
import { DEFAULT_FORMATS } from '../report-formats.js';
import type { ReportOptions } from './report.js';

/** Where the report of an ensemble of another engine went. */
export interface WrittenForeignReport {
  readonly report: ForeignReport;
  readonly files: readonly string[];
}

/**
 * Writes the report of a run that `rank --ensemble` or `merge` has made; null where the run is of examples and models.
 *
 * @throws EsciSelectError('usage') when nothing has been ranked yet
 */
export async function reportForeign(options: ReportOptions): Promise<WrittenForeignReport | null> {
  const run = await RunFolder.open(options.run);
  if (!isForeignRun(run)) return null;
  if (!FOREIGN_RANKING.isIn(run)) {
    throw new EsciSelectError('usage', `run has no ranking yet (${FOREIGN_RANKING.path} is missing)`, {
      path: options.run,
      hint: 'run esci-select rank --budget N with the same --run first',
    });
  }
  const { seed, options: asked, tool } = run.manifest;
  const report: ForeignReport = {
    schema: 'esci-select/foreign-report/1',
    ranking: await FOREIGN_RANKING.read(run),
    reproduction: { version: tool.version, seed, options: asked },
  };
  const out = outputPath(options.run, options.out ?? join(options.run, 'report'));
  const tables = join(out, 'tables');
  insidePath(out, basename(tables));
  await ensureWritableFolder(out);
  await sweepDead(out);
  const formats = options.formats ?? DEFAULT_FORMATS;
  const files = new Map<string, string>();
  if (formats.includes('json')) files.set('report.json', `${JSON.stringify(report, null, 2)}\n`);
  if (formats.includes('md')) files.set('report.md', foreignMarkdown(report));
  if (formats.includes('html')) files.set('report.html', renderForeignHtml(report));
  const folder = formats.includes('csv')
    ? await writeReportFolder(tables, new Map([['ranking.csv', foreignCsv(report)]]))
    : { written: [] };
  for (const [name, text] of files) await writeFileAtomic(join(out, name), text);
  return { report, files: [...[...files.keys()].map((name) => join(out, name)), ...folder.written] };
}

/** The error of a comparison with a run of an ensemble of another engine. */
export function notCompared(path: string): EsciSelectError {
  return new EsciSelectError('usage', 'run is of an ensemble of another engine, which is not compared', {
    path,
    hint: 'rank --ensemble --refit compares all columns with those kept; compare takes runs of train',
  });
}
