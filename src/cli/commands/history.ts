import { type Command, InvalidArgumentError, Option } from 'commander';
import { suggest } from '../../errors.js';
import type { HistoryLine } from '../../report/history.js';
import { historyCsv, historyTable } from '../../report/history.js';
import { markdownTextTable } from '../../report/markdown-table.js';
import { DEFAULT_RUN, newCommand } from '../globals.js';
import { type GlobalOptions, printResult } from '../output.js';
import { reportTable } from '../table.js';

const FORMATS = ['text', 'md', 'csv', 'html'] as const;

interface HistoryFlags extends GlobalOptions {
  sort: string;
  onlyChanged?: boolean;
  format: (typeof FORMATS)[number];
}

const EXAMPLES = `
Examples:
  $ esci-select history
  $ esci-select history runs/january runs/february --only-changed
  $ esci-select history --sort macroF1 --format html > history.html
`;

/** `esci-select history RUN...`: one line a decision, with the paired change since the one before. */
export function historyCommand(): Command {
  return newCommand(
    'history',
    'one line a decision of a run: tags, budget, models kept, score and paired change',
  )
    .argument('[runs...]', 'run folders', [DEFAULT_RUN])
    .option('--sort <what>', 'time, models, or a score, the best first', order, 'time')
    .option(
      '--only-changed',
      'leave out decisions that keep the same models at the same scores as the one before',
    )
    .addOption(
      new Option('--format <name>', 'html: a page with a line of each score over the decisions')
        .choices(FORMATS)
        .default('text'),
    )
    .addHelpText('after', EXAMPLES)
    .action(async (runs: string[], flags: HistoryFlags) => {
      const { history } = await import('../../pipeline/commands/history.js');
      const { sort, onlyChanged } = flags;
      const lines = await history({ runs, sort, onlyChanged });
      const text = flags.json === true ? '' : await rendered(lines, flags.format);
      printResult(flags, { decisions: lines }, () => text.trimEnd());
    });
}

async function rendered(lines: readonly HistoryLine[], format: HistoryFlags['format']): Promise<string> {
  switch (format) {
    case 'text':
      if (lines.length === 0) return 'no decision is kept yet: esci-select rank --budget N makes one';
      return reportTable(historyTable(lines), { numbersFrom: Number.POSITIVE_INFINITY });
    case 'md':
      return markdownTextTable(historyTable(lines));
    case 'csv':
      return historyCsv(lines);
    case 'html': {
      const { historyPage } = await import('../../pipeline/commands/history.js');
      return historyPage(lines);
    }
  }
}

const ORDERS = ['time', 'models', 'accuracy', 'macroF1', 'weightedF1', 'logLoss'];

function order(text: string): string {
  if (ORDERS.includes(text)) return text;
  throw new InvalidArgumentError(`${suggest(text, ORDERS, 'orders')}.`);
}
