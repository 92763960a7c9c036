import type { Command } from 'commander';
import type { AddSummary } from '../../pipeline.js';
import { count } from '../../report/format.js';
import { DEFAULT_RUN, newCommand, withMaxUnpacked, withMemoryLimit, withThreads } from '../globals.js';
import { type ImportFlags, importOptions, withImportFlags } from '../import-flags.js';
import { type GlobalOptions, printResult } from '../output.js';
import { Progress } from '../progress.js';
import { textTable } from '../table.js';

interface Flags extends GlobalOptions, ImportFlags {
  run: string;
  threads: number;
  force?: boolean;
}

const EXAMPLES = `
Examples:
  $ esci-select import --run my-run new-model.csv
  $ esci-select import --run my-run predictions/ --costs costs.csv --allow-missing
  $ esci-select import --run my-run --costs costs.csv
  $ esci-select import --run my-run scores.npy --ids ids.csv --kind logits --class-order exact,substitute,complement,irrelevant
`;

/** `esci-select import`: adds or replaces predictions in a run. */
export function importCommand(signal: AbortSignal): Command {
  const command = newCommand('import', 'add or replace predictions in a run, and fit its ensemble again')
    .argument('[paths...]', 'files or folders of predictions; none with --costs alone')
    .option('--run <dir>', 'run folder', DEFAULT_RUN)
    .option('--delimiter <character>', 'field separator of CSV files')
    .option('--force', 'import again even if nothing has changed');
  const all = withThreads(withImportFlags(withMemoryLimit(withMaxUnpacked(command)))).addHelpText(
    'after',
    EXAMPLES,
  );
  return all.action(async (paths: string[], flags: Flags) => {
    const progress = new Progress(flags);
    try {
      const { addPredictions } = await import('../../pipeline.js');
      const summary = await addPredictions(
        {
          run: flags.run,
          predictions: paths,
          importing: importOptions(flags),
          costs: flags.costs ?? [],
          force: flags.force === true,
        },
        { threads: flags.threads, signal, onEvent: progress.onEvent },
      );
      progress.stop();
      printResult(flags, summary, () => render(summary));
    } finally {
      progress.stop();
    }
  });
}

function render({ models }: AddSummary): string {
  const rows = models.map(({ name, family, source, covered }) => [name, family, source, count(covered)]);
  return textTable(['model', 'family', 'source', 'rows covered'], rows, { numbersFrom: 3 });
}
