import type { Command } from 'commander';
import { formatByteSize } from '../../pipeline/for-terminal.js';
import { DEFAULT_RUN, newCommand } from '../globals.js';
import { type GlobalOptions, printResult } from '../output.js';
import { names, wholeNumber } from '../parse.js';
import { Progress } from '../progress.js';
import { plain } from '../text.js';

const EXAMPLES = `
Examples:
  $ esci-select export --run esci-run --out bundle
  $ esci-select export --run esci-run --out bundle --models ./mine.js --precompute 10000
`;

interface ExportFlags extends GlobalOptions {
  run: string;
  out: string;
  models?: string[];
  precompute: number;
}

/** `esci-select export`: what the decision keeps, as a folder that verifies itself. */
export function exportCommand(signal: AbortSignal): Command {
  return newCommand('export', 'write what the decision keeps as a bundle: models, ensemble, rule, graph')
    .option('--run <dir>', 'run folder', DEFAULT_RUN)
    .requiredOption('--out <dir>', 'folder of the bundle; a bundle that is there is replaced')
    .option('--models <modules>', "modules of your own models that are kept, such as './mine.js'", names)
    .option(
      '--precompute <n>',
      'products, the busiest first, whose part of the graph is computed when the bundle is loaded',
      wholeNumber(0),
      1000,
    )
    .addHelpText('after', EXAMPLES)
    .action(async (flags: ExportFlags) => {
      const { exportBundle } = await import('../../pipeline.js');
      const progress = new Progress(flags);
      try {
        const { run, out, models, precompute } = flags;
        const context = { threads: 1, signal, onEvent: progress.onEvent };
        const written = await exportBundle({ run, out, modules: models, precompute }, context);
        progress.stop();
        printResult(flags, written, () => {
          const own =
            written.locales.length === 0 ? '' : `; sets of their own: ${written.locales.join(', ')}`;
          return [
            `bundle ${written.id.slice(0, 12)} in ${plain(out)}: ${written.files} files, ${formatByteSize(written.bytes)}${own}`,
            ...written.models.map(({ name, kind }) => `  ${name}  ${kind}`),
            `serve it: esci-select serve --bundle ${plain(out)}`,
          ].join('\n');
        });
      } finally {
        progress.stop();
      }
    });
}
