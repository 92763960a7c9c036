import { basename, dirname } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { EsciSelectError, suggest } from '../../errors.js';
import { DEFAULT_FORMATS, REPORT_FORMATS, type ReportFormat } from '../../pipeline/report-formats.js';
import { foreignSentence } from '../../report/foreign-report.js';
import { decisionSentence } from '../../report/sentences.js';
import { renderComparison } from '../comparison.js';
import { GATE_HELP, type GateFlags, requireGates, withGateFlags } from '../gate-flags.js';
import { DEFAULT_RUN, newCommand } from '../globals.js';
import { type GlobalOptions, printResult } from '../output.js';
import { names } from '../parse.js';
import { plain } from '../text.js';

interface ReportFlags extends GlobalOptions, GateFlags {
  run: string;
  out?: string;
  format: readonly ReportFormat[];
  baseline?: string;
}

const EXAMPLES = `${GATE_HELP}
Examples:
  $ esci-select report
  $ esci-select report --run my-run --out site --format html,csv
  $ esci-select report --format md,json,paired --out reports/new
  $ esci-select report --baseline reports/main/report.json --fail-on "macroF1 significantly worse"
`;

/** `esci-select report`: writes the latest decision as HTML, Markdown, JSON and CSV, and judges it by a baseline. */
export function reportCommand(): Command {
  const command = newCommand('report', 'write the latest decision as a page, Markdown, JSON and CSV')
    .option('--run <dir>', 'run folder', DEFAULT_RUN)
    .option('--out <dir>', 'where to write; default: the folder report inside the run')
    .option(
      '--format <list>',
      `any of ${REPORT_FORMATS.join(', ')}; paired: results per query, for paired comparisons later`,
      formats,
      DEFAULT_FORMATS,
    )
    .option('--baseline <file>', 'report.json (or its folder, or a run) of an earlier run to compare with');
  return withGateFlags(command).addHelpText('after', EXAMPLES).action(writeReport);
}

async function writeReport(flags: ReportFlags): Promise<void> {
  const { compare, report } = await import('../../pipeline.js');
  const { reportForeign } = await import('../../pipeline/commands/report-foreign.js');
  const { run, out, format, failOn, gates } = flags;
  const foreign = await reportForeign({ run, out, formats: format });
  if (foreign !== null) {
    if ((flags.baseline ?? failOn ?? gates) !== undefined) throw notOfRuns();
    printResult(flags, foreign, () =>
      [plain(foreignSentence(foreign.report)), '', ...written(foreign.files)].join('\n'),
    );
    return;
  }
  if (flags.baseline === undefined && (failOn ?? gates) !== undefined) {
    throw new EsciSelectError('usage', 'gates need a report to compare with', {
      hint: 'give --baseline FILE, a report.json of an earlier run',
    });
  }
  const baseline =
    flags.baseline === undefined
      ? undefined
      : await compare({ base: flags.baseline, next: run, gates: failOn, gateFiles: gates });
  const { report: built, files, removed, left } = await report({ run, out, formats: format, baseline });
  printResult(flags, { files, removed, left, report: built }, () =>
    [
      plain(decisionSentence(built.decision)),
      '',
      ...written(files),
      ...removed.map((file) => `removed ${plain(file)}, which an earlier report wrote`),
      ...left.map((file) => `left ${plain(file)}, which an earlier report wrote and somebody changed`),
      ...(baseline === undefined ? [] : ['', renderComparison(baseline)]),
    ].join('\n'),
  );
  if (baseline !== undefined) requireGates(baseline);
}

function notOfRuns(): EsciSelectError {
  return new EsciSelectError('usage', 'run is of an ensemble of another engine, which is not compared', {
    hint: 'leave --baseline and gates out; rank --ensemble --refit compares all columns with those kept',
  });
}

/** A line per document, and one per folder of charts or tables. */
function written(files: readonly string[]): string[] {
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
function formats(text: string): ReportFormat[] {
  return names(text).map((name) => {
    const known = REPORT_FORMATS.find((format) => format === name);
    if (known !== undefined) return known;
    throw new InvalidArgumentError(suggest(name, REPORT_FORMATS, 'formats'));
  });
}
