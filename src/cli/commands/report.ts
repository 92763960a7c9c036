import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import pc from 'picocolors';
import { EsciSelectError, suggest } from '../../errors.js';
import { DEFAULT_FORMATS, REPORT_FORMATS, type ReportFormat } from '../../pipeline/report-formats.js';
import { DEFAULT_KEY, reportComment } from '../../report/ci/comment.js';
import { foreignSentence } from '../../report/foreign-report.js';
import { isSimulated, type Report } from '../../report/report.js';
import { gatesOf } from '../../report/sections/baseline.js';
import { decisionSentence } from '../../report/sentences.js';
import { renderComparison } from '../comparison.js';
import { GATE_HELP, type GateFlags, gateLines, requireGates, withGateFlags } from '../gate-flags.js';
import { tellGithub } from '../github.js';
import { DEFAULT_RUN, newCommand } from '../globals.js';
import { type GlobalOptions, printResult } from '../output.js';
import { names } from '../parse.js';
import { plain } from '../text.js';

/** What can be asked for: files, and what a step of GitHub Actions is told. */
const FORMATS = [...REPORT_FORMATS, 'github'] as const;

interface ReportFlags extends GlobalOptions, GateFlags {
  run: string;
  out?: string;
  format?: readonly (typeof FORMATS)[number][];
  baseline?: string;
  allowMissingBaseline?: boolean;
  commentKey: string;
  title?: string;
  dataset?: string;
}

const EXAMPLES = `${GATE_HELP}
Examples:
  $ esci-select report
  $ esci-select report --run my-run --out site --format html,csv
  $ esci-select report --format md,json,paired --out reports/new
  $ esci-select report --baseline reports/main/report.json --fail-on "macroF1 significantly worse"
  $ esci-select report --fail-on "macroF1 < 0.5" --fail-on "f1.substitute < 0.3" --fail-on "cost.latency_ms > 25"
  $ esci-select report --format json,paired,junit,comment,github --baseline main --gates gates.json
`;

/** `esci-select report`: writes the latest decision as HTML, Markdown, JSON and CSV, and judges it by a baseline. */
export function reportCommand(): Command {
  const command = newCommand('report', 'write the latest decision as a page, Markdown, JSON and CSV')
    .option('--run <dir>', 'run folder', DEFAULT_RUN)
    .option('--out <dir>', 'where to write; default: the folder report inside the run')
    .option(
      '--format <list>',
      `any of ${FORMATS.join(', ')}; default: ${DEFAULT_FORMATS.join()}. paired: results per query, for paired ` +
        'comparisons later; junit: a test case per gate; comment: for a pull request; ' +
        'metrics: flat JSON, as DVC reads it; hf-card: a model card; github: annotations, job summary, outputs',
      formats,
    )
    .option('--title <text>', 'what the report is called')
    .option('--baseline <file>', 'report.json (or its folder, or a run) of an earlier run to compare with')
    .option('--allow-missing-baseline', 'where there is no baseline yet, pass over the gates that need one')
    .option('--comment-key <key>', 'what a later comment must share to replace this one', DEFAULT_KEY)
    .option('--dataset <id=name>', 'the data set that the scores are of, for --format hf-card');
  return withGateFlags(command).addHelpText('after', EXAMPLES).action(writeReport);
}

async function writeReport(flags: ReportFlags): Promise<void> {
  const { report } = await import('../../pipeline.js');
  const { run, out, title, format, commentKey, dataset } = flags;
  const files = format?.filter((name) => name !== 'github');
  if (await toldOfForeign(flags, files)) return;
  const { baseline, gates } = await judged(flags);
  const written = await report({ run, out, title, formats: files, baseline, gates, commentKey, dataset });
  const results = gatesOf({ baseline, gates });
  const lines = format?.includes('github') === true ? await told(written.report, flags) : [];
  const { report: built, files: paths, removed, left } = written;
  printResult(flags, { files: paths, removed, left, report: built }, () =>
    [
      ...(isSimulated(built) ? [pc.yellow('Simulated data.')] : []),
      plain(decisionSentence(built.decision)),
      '',
      ...fileLines(paths),
      ...removed.map((file) => `removed ${plain(file)}, which an earlier report wrote`),
      ...left.map((file) => `left ${plain(file)}, which an earlier report wrote and somebody changed`),
      ...(baseline === undefined ? [] : ['', renderComparison(baseline)]),
      ...(baseline === undefined && results.length > 0 ? ['', ...gateLines(results)] : []),
      ...lines,
    ].join('\n'),
  );
  requireGates(results);
}

/** The comparison with the baseline, or gates alone where there is none; neither where nothing was asked for. */
async function judged({ run: next, failOn, gates: gateFiles, ...flags }: ReportFlags) {
  const { compare, judge } = await import('../../pipeline.js');
  const { baseline: base, allowMissingBaseline: mayLackBaseline } = flags;
  if (base !== undefined && !(mayLackBaseline === true && !existsSync(base))) {
    return { baseline: await compare({ base, next, gates: failOn, gateFiles }) };
  }
  if ((failOn ?? gateFiles) === undefined) return {};
  return { gates: await judge({ next, gates: failOn, gateFiles, mayLackBaseline }) };
}

async function told(report: Report, { run, out, commentKey }: ReportFlags): Promise<string[]> {
  return tellGithub({
    gates: gatesOf(report),
    cautions: report.baseline?.cautions ?? [],
    summary: reportComment(report, commentKey),
    report,
    path: out ?? join(run, 'report'),
  });
}

/** Reports a run of an ensemble of another engine; false where the run is of examples and models. */
async function toldOfForeign(flags: ReportFlags, formats?: readonly ReportFormat[]): Promise<boolean> {
  const { reportForeign } = await import('../../pipeline/commands/report-foreign.js');
  const { run, out, failOn, gates, baseline } = flags;
  const foreign = await reportForeign({ run, out, formats });
  if (foreign === null) return false;
  if ((baseline ?? failOn ?? gates) !== undefined) throw notOfRuns();
  printResult(flags, foreign, () =>
    [plain(foreignSentence(foreign.report)), '', ...fileLines(foreign.files)].join('\n'),
  );
  return true;
}

function notOfRuns(): EsciSelectError {
  return new EsciSelectError('usage', 'run is of an ensemble of another engine, which is not compared', {
    hint: 'leave --baseline and gates out; rank --ensemble --refit compares all columns with those kept',
  });
}

/** A line per document, and one per folder of charts or tables. */
function fileLines(files: readonly string[]): string[] {
  const parts = new Map<string, number>();
  const lines: string[] = [];
  for (const file of files) {
    const folder = dirname(file);
    if (/^(charts|tables)$/.test(basename(folder))) parts.set(folder, (parts.get(folder) ?? 0) + 1);
    else lines.push(`wrote ${plain(file)}`);
  }
  return [...lines, ...[...parts].map(([folder, count]) => `wrote ${count} files in ${plain(folder)}`)];
}

/** Formats separated by commas. */
function formats(text: string): (typeof FORMATS)[number][] {
  return names(text).map((name) => {
    const known = FORMATS.find((format) => format === name);
    if (known !== undefined) return known;
    throw new InvalidArgumentError(suggest(name, FORMATS, 'formats'));
  });
}
