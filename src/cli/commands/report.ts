import type { Command } from 'commander';
import { decisionSentence } from '../../report/sentences.js';
import { DEFAULT_RUN, newCommand } from '../globals.js';
import { type GlobalOptions, printResult } from '../output.js';
import { plain } from '../text.js';

/** `esci-select report`: writes report.json and report.md of the latest decision. */
export function reportCommand(): Command {
  return newCommand('report', 'write report.json and report.md of the latest decision')
    .option('--run <dir>', 'run folder', DEFAULT_RUN)
    .option('--out <dir>', 'where to write; default: the folder report inside the run')
    .action(async (options: GlobalOptions & { run: string; out?: string }) => {
      const { report } = await import('../../pipeline.js');
      const { report: built, files } = await report(options);
      printResult(options, { files, report: built }, () =>
        [plain(decisionSentence(built.decision)), '', ...files.map((file) => `wrote ${plain(file)}`)].join(
          '\n',
        ),
      );
    });
}
