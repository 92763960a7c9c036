import { Command } from 'commander';
import { EsciSelectError } from '../../errors.js';
import { formatByteSize } from '../../pipeline/for-terminal.js';
import { count } from '../../report/format.js';
import { newCommand } from '../globals.js';
import { type GlobalOptions, printResult } from '../output.js';
import { sizeLimit, wholeNumber } from '../parse.js';
import { Progress } from '../progress.js';

interface CacheFlags extends GlobalOptions {
  cache: string;
  cacheSize?: number;
  bundle: string;
  data: string[];
  sample: number;
}

const CACHE = 'folder of the cache, or redis://HOST:PORT';

/** `esci-select cache`: look into a cache of answers, fill it, hold it against fresh answers. */
export function cacheCommand(signal: AbortSignal): Command {
  return new Command('cache')
    .description('look into a cache of answers, fill it from a log, hold it against fresh answers')
    .addCommand(statsCommand())
    .addCommand(warmCommand(signal))
    .addCommand(verifyCommand(signal));
}

function statsCommand(): Command {
  return newCommand('stats', 'how many answers a cache holds')
    .requiredOption('--cache <dir>', CACHE)
    .addHelpText('after', '\nExamples:\n  $ esci-select cache stats --cache cache\n')
    .action(async (flags: CacheFlags) => {
      const { cacheStats } = await import('../../pipeline/commands/cache.js');
      const report = await cacheStats(flags.cache);
      printResult(flags, report, () => report.stores.map(storeLine).join('\n'));
    });
}

function storeLine({ kind, entries, bytes }: { kind: string; entries: number; bytes: number }): string {
  return `${kind}: ${count(entries)} answers, ${formatByteSize(bytes)}`;
}

function withTask(command: Command): Command {
  return command
    .requiredOption('--cache <dir>', CACHE)
    .requiredOption('--bundle <dir>', 'bundle that export wrote')
    .requiredOption('--data <paths...>', 'files or folders of pairs, such as a log of what was asked');
}

function warmCommand(signal: AbortSignal): Command {
  const example = 'esci-select cache warm --cache cache --bundle bundle --data asked-last-week.parquet';
  return withTask(newCommand('warm', 'compute the answers that a cache does not have yet'))
    .option('--cache-size <size>', 'what a cache in a folder may take; default: 1GiB', sizeLimit)
    .addHelpText('after', `\nExamples:\n  $ ${example}\n`)
    .action(async (flags: CacheFlags) => {
      const { warmCache } = await import('../../pipeline/commands/cache.js');
      const warmed = await withProgress(flags, (onEvent) =>
        warmCache(flags, { threads: 1, signal, onEvent }),
      );
      printResult(flags, warmed, () =>
        [
          `${count(warmed.pairs)} pairs: ${count(warmed.computed)} answers of models computed, ${count(warmed.found)} were there`,
          ...warmed.stores.filter(({ kind }) => kind !== 'memory').map(storeLine),
        ].join('\n'),
      );
    });
}

function verifyCommand(signal: AbortSignal): Command {
  const example = 'esci-select cache verify --cache cache --bundle bundle --data asked.parquet --sample 1000';
  return withTask(newCommand('verify', 'compare answers of a cache with fresh ones'))
    .option('--sample <n>', 'pairs to compare, drawn evenly', wholeNumber(1), 200)
    .addHelpText(
      'after',
      `\nExit code 1 where an answer is other than a fresh one.\n\nExamples:\n  $ ${example}\n`,
    )
    .action(async (flags: CacheFlags) => {
      const { verifyCache } = await import('../../pipeline/commands/cache.js');
      const verified = await withProgress(flags, (onEvent) =>
        verifyCache(flags, { threads: 1, signal, onEvent }),
      );
      const { pairs, same, absent, different } = verified;
      printResult(
        flags,
        verified,
        () =>
          `${count(pairs)} pairs: ${count(same)} answers as fresh ones, ${count(absent)} not in the cache, ${count(different)} other than fresh ones`,
      );
      if (different === 0) return;
      const what = different === 1 ? 'answer of the cache is' : 'answers of the cache are';
      throw new EsciSelectError('gate', `${different} ${what} other than computed anew`, {
        path: flags.cache,
        hint: 'remove the cache, and report this with the output of esci-select doctor',
      });
    });
}

async function withProgress<Value>(
  flags: GlobalOptions,
  work: (onEvent: Progress['onEvent']) => Promise<Value>,
): Promise<Value> {
  const progress = new Progress(flags);
  try {
    return await work(progress.onEvent);
  } finally {
    progress.stop();
  }
}
