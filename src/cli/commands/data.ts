import { Command } from 'commander';
import { EsciSelectError } from '../../errors.js';
import type { DownloadProgress } from '../../pipeline/for-terminal.js';
import { count } from '../../report/format.js';
import { type DataFlags, loadOptions, withDataFlags } from '../data-flags.js';
import { newCommand } from '../globals.js';
import { type ImportFlags, importOptions, withImportFlags } from '../import-flags.js';
import { renderInspection } from '../inspection.js';
import { type GlobalOptions, printResult } from '../output.js';
import { wholeNumber } from '../parse.js';
import { renderPredictions } from '../prediction-inspection.js';
import { Progress } from '../progress.js';
import { plain } from '../text.js';

/** `esci-select data`: inspect, simulate, download. */
export function dataCommand(signal: AbortSignal): Command {
  return new Command('data') // no flags of its own: a group's --json would take away its commands'
    .description('look at data, make simulated data, download the official data')
    .addCommand(inspectCommand())
    .addCommand(simulateCommand())
    .addCommand(downloadCommand(signal));
}

const INSPECT_EXAMPLES = `
Examples:
  $ esci-select data inspect datasets/official
  $ esci-select data inspect judgements.csv --column label=grade --label-map 1=irrelevant,2=exact --json
  $ esci-select data inspect judgements.csv --predictions predictions/
`;

interface InspectFlags extends GlobalOptions, DataFlags, ImportFlags {
  predictions?: string[];
}

function inspectCommand(): Command {
  const command = newCommand('inspect', 'what is in example files, and every problem with its place')
    .argument('<paths...>', 'files or folders')
    .option(
      '--predictions <paths...>',
      'how prediction files would be read against these examples: key, columns, classes, and why',
    );
  return withImportFlags(withDataFlags(command))
    .addHelpText('after', INSPECT_EXAMPLES)
    .action(async (paths: string[], flags: InspectFlags) => {
      const { inspectData, inspectPredictions } = await import('../../pipeline/commands/data.js');
      const load = loadOptions(flags);
      const inspection = await inspectData(paths, load);
      const { predictions: files } = flags;
      const importing = { ...importOptions(flags), labelMap: flags.labelMap };
      const predictions =
        files === undefined
          ? null
          : await inspectPredictions({ data: paths, load, predictions: files, importing });
      printResult(flags, predictions === null ? inspection : { ...inspection, predictions }, () =>
        [
          renderInspection(inspection),
          ...(predictions === null ? [] : ['', renderPredictions(predictions)]),
        ].join('\n'),
      );
      const errors = inspection.findings.filter((finding) => finding.severity === 'error').length;
      if (errors > 0) {
        throw new EsciSelectError(
          'data',
          `data has ${errors} ${errors === 1 ? 'kind' : 'kinds'} of errors, listed above`,
          {
            hint: 'mend the files, or leave the rows out with --skip-invalid FILE',
          },
        );
      }
    });
}

interface SimulateFlags extends GlobalOptions {
  queries: number;
  seed: number;
  out: string;
}

const SIMULATE_EXAMPLES = `
Examples:
  $ esci-select data simulate --out simulated
  $ esci-select data simulate --queries 2000 --seed 11 --out simulated --json
`;

function simulateCommand(): Command {
  return newCommand(
    'simulate',
    'write a simulated data set in the official layout; same arguments, same bytes',
  )
    .option('--queries <n>', 'number of queries', wholeNumber(10), 400)
    .option('--seed <n>', 'seed of everything random', wholeNumber(0), 7)
    .requiredOption('--out <dir>', 'folder to write to')
    .addHelpText('after', SIMULATE_EXAMPLES)
    .action(async (flags: SimulateFlags) => {
      const { queries, seed, out } = flags;
      const { simulateData } = await import('../../pipeline/commands/data.js');
      const { files, ceiling, description } = await simulateData({ queries, seed, out });
      printResult(flags, { out, queries, seed, ceiling, files }, () =>
        [
          ...files.map(({ name, bytes }) => `wrote ${plain(out)}/${name} (${count(bytes)} bytes)`),
          description,
        ].join('\n'),
      );
    });
}

const DOWNLOAD_EXAMPLES = `
Examples:
  $ esci-select data download --out datasets/official
`;

function downloadCommand(signal: AbortSignal): Command {
  return newCommand('download', 'download the official Shopping Queries files, checksums verified, resuming')
    .requiredOption('--out <dir>', 'folder to write to')
    .addHelpText('after', DOWNLOAD_EXAMPLES)
    .action(async (flags: GlobalOptions & { out: string }) => {
      const progress = new Progress(flags);
      try {
        const { downloadOfficial } = await import('../../pipeline/commands/data.js');
        const files = await downloadOfficial(flags.out, {
          signal,
          onProgress: (step) => show(step, progress),
        });
        progress.stop();
        printResult(flags, { out: flags.out, files }, () =>
          files
            .map(
              ({ path, bytes, present }) =>
                `${plain(path)} (${count(bytes)} bytes${present ? ', was there' : ''})`,
            )
            .join('\n'),
        );
      } finally {
        progress.stop();
      }
    });
}

function show({ name, stage, received, total, message }: DownloadProgress, progress: Progress): void {
  if (stage === 'downloading' && total !== null) {
    const megabytes = `${name}: ${Math.round(received / 1e6)} of ${Math.round(total / 1e6)} MB`;
    progress.onEvent({ kind: 'progress', stage: 'download', done: received, total, message: megabytes });
  } else {
    progress.onEvent({ kind: 'stage', stage: 'download', message: `${name}: ${message ?? stage}` });
  }
}
