import type { Command } from 'commander';
import { listed } from '../../report/format.js';
import { DEFAULT_RUN, newCommand, withThreads } from '../globals.js';
import { type GlobalOptions, printResult } from '../output.js';
import { Progress } from '../progress.js';
import { plain } from '../text.js';

interface RemoveFlags extends GlobalOptions {
  run: string;
  threads: number;
}

const EXAMPLES = `
Import of the same predictions, or train with the same models, brings them back.

Examples:
  $ esci-select remove old-model
  $ esci-select remove --run my-run bert-v1 bert-v2
`;

/** `esci-select remove NAME...`: takes models out of a run, and fits its ensemble again. */
export function removeCommand(signal: AbortSignal): Command {
  const command = newCommand('remove', 'take models out of a run, and fit its ensemble again')
    .argument('<models...>', 'names of models of the run')
    .option('--run <dir>', 'run folder', DEFAULT_RUN);
  return withThreads(command)
    .addHelpText('after', EXAMPLES)
    .action(async (models: string[], flags: RemoveFlags) => {
      const progress = new Progress(flags);
      try {
        const { removeModels } = await import('../../pipeline/commands/remove.js');
        const { run, threads } = flags;
        const left = await removeModels({ run, models }, { threads, signal, onEvent: progress.onEvent });
        progress.stop();
        printResult(flags, { removed: models, models: left }, () =>
          plain(
            `removed ${listed(models)}; left: ${listed(left)}. Rank again for a decision without ${models.length === 1 ? 'it' : 'them'}.`,
          ),
        );
      } finally {
        progress.stop();
      }
    });
}
