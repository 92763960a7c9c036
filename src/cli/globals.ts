import { availableParallelism } from 'node:os';
import { Command } from 'commander';
import { wholeNumber } from './parse.js';

/** The run folder that commands use unless told otherwise. */
export const DEFAULT_RUN = 'esci-run';

/** A command with the flags that all have: --json, --quiet, --verbose. */
export function newCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option('--json', 'write one JSON object to stdout')
    .option('--quiet', 'no progress and no notes')
    .option('--verbose', 'with an error, show where in the program it arose');
}

/** Adds --threads; results do not depend on it. */
export function withThreads(command: Command): Command {
  return command
    .optionsGroup('Options:')
    .option(
      '--threads <n>',
      'worker threads; results do not depend on it',
      wholeNumber(1),
      availableParallelism(),
    );
}
