import type { Command } from 'commander';
import pc from 'picocolors';
import { EsciSelectError } from '../../errors.js';
import type { Trial } from '../../pipeline/for-terminal.js';
import { newcomerTable, trialCostTable, trialSentence, trialSentences } from '../../report/sections/trial.js';
import type { TextTable } from '../../report/tables.js';
import { DEFAULT_RUN, newCommand, withMaxUnpacked, withMemoryLimit, withThreads } from '../globals.js';
import { type ImportFlags, importOptions, withImportFlags } from '../import-flags.js';
import { type GlobalOptions, printResult } from '../output.js';
import { collect, positiveNumber, wholeNumber } from '../parse.js';
import { Progress } from '../progress.js';
import { textTable } from '../table.js';
import { plain } from '../text.js';

interface Flags extends GlobalOptions, ImportFlags {
  run: string;
  budget?: string[];
  combine?: string[];
  margin?: number;
  replicates: number;
  threads: number;
}

const EXAMPLES = `
The run is read and never changed. Exit code 0 accepts, 1 rejects.

Examples:
  $ esci-select trial new-model.csv
  $ esci-select trial --run my-run --costs new-costs.csv --margin 0.005 new-model.parquet
`;

/** `esci-select trial NEW...`: whether new models earn a place under the budget of the run's latest decision. */
export function trialCommand(signal: AbortSignal): Command {
  const command = newCommand(
    'trial',
    "try new models against a run's kept ones: what they gain, cost and displace",
  )
    .argument('<new...>', 'files or folders of predictions of the newcomers')
    .option('--run <dir>', 'run folder', DEFAULT_RUN)
    .option('--budget <n|cost=limit>', "another budget than the decision's; repeatable", collect)
    .option(
      '--combine <cost=how>',
      'with --budget: how a cost of several models combines, sum or max',
      collect,
    )
    .option('--margin <loss>', 'loss of the metric that you accept of a cheaper set', positiveNumber)
    .option('--replicates <n>', 'bootstrap draws behind every interval', wholeNumber(100), 1000)
    .option('--delimiter <character>', 'field separator of CSV files')
    .addHelpText('after', EXAMPLES);
  return withThreads(withImportFlags(withMemoryLimit(withMaxUnpacked(command)))).action(
    async (paths: string[], flags: Flags) => {
      const progress = new Progress(flags);
      const { run, budget: budgets, combine, margin, replicates, threads } = flags;
      try {
        const { trial } = await import('../../pipeline.js');
        const tried = await trial(
          {
            run,
            predictions: paths,
            importing: importOptions(flags),
            costs: flags.costs ?? [],
            budgets,
            combine,
            margin,
            replicates,
          },
          { threads, signal, onEvent: progress.onEvent },
        );
        progress.stop();
        printResult(flags, tried, () => render(tried));
        if (tried.verdict === 'reject')
          throw new EsciSelectError('gate', trialSentence(tried), { hint: hintOf(tried) });
      } finally {
        progress.stop();
      }
    },
  );
}

function hintOf({ why, margin }: Trial): string {
  if (why === 'not kept') return 'a higher --budget may keep it';
  if (why === 'within noise' && margin === null)
    return '--margin LOSS accepts a cheaper set that loses no more';
  return 'the paired differences above say by how much';
}

function render(trial: Trial): string {
  const colour = trial.verdict === 'accept' ? pc.green : pc.red;
  return [
    terminalTable(newcomerTable(trial), 3),
    '',
    terminalTable(trialCostTable(trial), 1),
    '',
    colour(plain(trialSentence(trial))),
    ...trialSentences(trial).map((sentence) => `- ${plain(sentence)}`),
  ].join('\n');
}

function terminalTable({ head, rows }: TextTable, numbersFrom: number): string {
  return textTable(
    head,
    rows.map((row) => row.map((cell) => (typeof cell === 'string' ? cell : cell.join(' ')))),
    { numbersFrom },
  );
}
