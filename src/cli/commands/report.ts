import { basename, dirname } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { nearest } from '../../errors.js';
import { DEFAULT_FORMATS, REPORT_FORMATS, type ReportFormat } from '../../pipeline/report-formats.js';
import { decisionSentence } from '../../report/sentences.js';
import { DEFAULT_RUN, newCommand } from '../globals.js';
import { type GlobalOptions, printResult } from '../output.js';
import { names } from '../parse.js';
import { plain } from '../text.js';

interface ReportFlags extends GlobalOptions {
  run: string;
  out?: string;
  format: readonly ReportFormat[];
}

const EXAMPLES = `
Examples:
  $ esci-select report
  $ esci-select report --run my-run --out site --format html,csv
`;

/** `esci-select report`: writes the latest decision as HTML, Markdown, JSON and CSV. */
export function reportCommand(): Command {
  return newCommand('report', 'write the latest decision as a page, Markdown, JSON and CSV')
    .option('--run <dir>', 'run folder', DEFAULT_RUN)
    .option('--out <dir>', 'where to write; default: the folder report inside the run')
    .option('--format <list>', `any of ${REPORT_FORMATS.join(', ')}`, formats, DEFAULT_FORMATS)
    .addHelpText('after', EXAMPLES)
    .action(async (flags: ReportFlags) => {
      const { report } = await import('../../pipeline.js');
      const { report: built, files } = await report({
        run: flags.run,
        out: flags.out,
        formats: flags.format,
      });
      printResult(flags, { files, report: built }, () =>
        [plain(decisionSentence(built.decision)), '', ...written(files)].join('\n'),
      );
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
    const near = nearest(name, REPORT_FORMATS);
    throw new InvalidArgumentError(
      `expected any of ${REPORT_FORMATS.join(', ')}.${near === undefined ? '' : ` Did you mean ${near}?`}`,
    );
  });
}
