import { Command, CommanderError } from 'commander';
import { EsciSelectError, exitCode } from '../errors.js';
import { VERSION } from '../pipeline/for-terminal.js';
import { attributeCommand } from './commands/worker.js';
import { printError } from './output.js';
import { watchStdout } from './stdout.js';

/** The worker alone, as it is shipped to where an engine runs: `node esci-select-worker.js attribute ...`. */

const program = new Command('esci-select-worker')
  .description('work on rows that another program passes on, such as Spark or Dask')
  .version(VERSION)
  .addCommand(attributeCommand());
for (const command of [program, ...program.commands]) {
  command.exitOverride().configureOutput({ outputError: () => {} });
}

function fail(error: unknown): never {
  printError(error, { json: false, verbose: false });
  process.exit(exitCode(error));
}

watchStdout(fail);
try {
  await program.parseAsync(process.argv);
} catch (error) {
  const isHelp = error instanceof CommanderError && error.exitCode === 0;
  if (!isHelp) {
    fail(
      error instanceof CommanderError
        ? new EsciSelectError('usage', error.message.replace(/^error: /, ''), {
            hint: 'see attribute --help',
          })
        : error,
    );
  }
}
