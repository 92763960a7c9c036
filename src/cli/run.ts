import { CommanderError } from 'commander';
import { EsciSelectError, exitCode } from '../errors.js';
import { printError } from './output.js';
import { buildProgram } from './program.js';
import { withSignals } from './signals.js';

/** Parses and runs one command line; the only place that ends the process. */
export async function runCli(argv: readonly string[]): Promise<void> {
  quietOnClosedPipe();
  const json = argv.includes('--json');
  try {
    await withSignals((signal) => buildProgram(signal).parseAsync([...argv]));
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return;
    const shown = error instanceof CommanderError ? usageError(error) : error;
    printError(shown, { json, verbose: argv.includes('--verbose') });
    process.exitCode = exitCode(shown);
  }
}

/** Commander's message without its prefix; its suggestion, if any, becomes the hint. */
function usageError(error: CommanderError): EsciSelectError {
  const [message, suggestion] = error.message.replace(/^error: /, '').split('\n');
  const hint = suggestion?.replace(/^\(|\)$/g, '') ?? 'see esci-select --help';
  return new EsciSelectError('usage', message, { hint });
}

/** `esci-select ... | head` ends without a word. */
function quietOnClosedPipe(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}
