import type { Command } from 'commander';
import { EsciSelectError } from '../../errors.js';
import { count } from '../../report/format.js';
import { type DataFlags, loadOptions, withDataFlags } from '../data-flags.js';
import { newCommand } from '../globals.js';
import { type ImportFlags, importOptions, withImportFlags } from '../import-flags.js';
import { type GlobalOptions, printResult } from '../output.js';
import { Progress } from '../progress.js';
import { plain } from '../text.js';

const EXAMPLES = `
Data that has products' text in the rows is read and answered a part at a time; a killed command goes on where it stopped.

Examples:
  $ esci-select predict --bundle bundle --data pairs.parquet --out answers.parquet
  $ esci-select predict --bundle bundle --data datasets/sample --out answers.csv --explain
  $ esci-select predict --bundle bundle --data pairs.csv --predictions their-answers/ --out answers.csv
`;

interface PredictFlags extends GlobalOptions, DataFlags, ImportFlags {
  bundle: string;
  data: string[];
  out: string;
  predictions?: string[];
  explain?: boolean;
  cache?: string;
}

/** `esci-select predict`: labels of pairs, by a bundle and nothing else. */
export function predictCommand(signal: AbortSignal): Command {
  const command = newCommand('predict', 'label pairs by a bundle')
    .requiredOption('--bundle <dir>', 'bundle that export wrote')
    .requiredOption('--data <paths...>', 'files or folders of pairs, in the layouts that train reads')
    .requiredOption('--out <file>', 'file of answers: .parquet, .csv or .arrow')
    .option('--predictions <paths...>', 'answers of the models that have no code in the bundle')
    .option('--explain', "write each model's probabilities and contributions too")
    .option('--cache <dir>', 'cache of answers: a folder, or redis://HOST:PORT; the same bytes are written');
  return withImportFlags(withDataFlags(command))
    .addHelpText('after', EXAMPLES)
    .action(async (flags: PredictFlags) => {
      if (flags.costs !== undefined) {
        throw new EsciSelectError('usage', '--costs is of no use here', { hint: 'leave it out' });
      }
      const { predict } = await import('../../pipeline.js');
      const progress = new Progress(flags);
      try {
        const { bundle, data, out, predictions, explain, cache } = flags;
        const load = loadOptions(flags);
        const asked = {
          bundle,
          data,
          out,
          predictions,
          explain,
          cache,
          load,
          importing: importOptions(flags),
        };
        const written = await predict(asked, { threads: 1, signal, onEvent: progress.onEvent });
        progress.stop();
        printResult(flags, written, () => {
          const labels = Object.entries(written.labels).map(([name, rows]) => `${name} ${count(rows)}`);
          const silent = Object.entries(written.silent).map(([name, rows]) => `${name} in ${count(rows)}`);
          return [
            `${count(written.rows)} pairs labelled in ${plain(written.file)}: ${labels.join(', ')}`,
            ...(silent.length === 0 ? [] : [`silent models: ${silent.join(', ')}`]),
          ].join('\n');
        });
      } finally {
        progress.stop();
      }
    });
}
