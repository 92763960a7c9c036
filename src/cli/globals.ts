import { availableParallelism } from 'node:os';
import { Command, Option } from 'commander';
import { memorySize, sizeLimit, wholeNumber } from './parse.js';

/** The run folder that commands use unless told otherwise. */
export const DEFAULT_RUN = 'esci-run';

/** A command with the flags that all have: --json, --quiet, --verbose, --wide, --config. */
export function newCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option('--json', 'write one JSON object to stdout')
    .option('--quiet', 'no progress and no notes')
    .option('--verbose', 'show when each stage began, and with an error where in the program it arose')
    .option('--wide', 'tables and text as wide as they come, whatever the terminal')
    .option('--config <file>', 'options as JSON; default: esci-select.config.json, where there is one');
}

/** Adds --threads; results do not depend on it. */
export function withThreads(command: Command): Command {
  return command
    .optionsGroup('Options:')
    .addOption(
      new Option('--threads <n>', 'worker threads; results do not depend on it')
        .argParser(wholeNumber(1))
        .default(availableParallelism(), 'one per core'),
    );
}

/** Adds --memory-limit; results do not depend on it. */
export function withMemoryLimit(command: Command): Command {
  return command.option(
    '--memory-limit <size>',
    "memory of the database that reads parquet and joins products, e.g. '2GB'; more goes to temporary files",
    memorySize,
  );
}

/** Adds --max-unpacked: how far compressed input may grow. */
export function withMaxUnpacked(command: Command): Command {
  return command.option(
    '--max-unpacked <size>',
    'what a compressed file may decompress to, such as 8GiB, or none; default: 25 times its size, 128MiB at least',
    sizeLimit,
  );
}
