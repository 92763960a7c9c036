import { type Command, CommanderError } from 'commander';
import { EsciSelectError, exitCode, nearest, quote, suggest } from '../errors.js';
import { applyConfig } from './config.js';
import { checkHeap, watchHeap } from './heap.js';
import { type GlobalOptions, printError } from './output.js';
import { buildProgram } from './program.js';
import { setWide } from './screen-width.js';
import { withSignals } from './signals.js';
import { watchStdout } from './stdout.js';

/** Parses and runs one command line; the only place that ends the process. */
export async function runCli(argv: readonly string[]): Promise<void> {
  setWide(argv.includes('--wide'));
  const shown = { json: argv.includes('--json'), verbose: argv.includes('--verbose') };
  const fail = (error: EsciSelectError): never => {
    printError(error, shown);
    process.exit(exitCode(error));
  };
  watchStdout(fail);
  watchHeap(fail);
  let program: Command | null = null;
  try {
    checkHeap();
    await withSignals(async (signal) => {
      program = buildProgram(signal);
      program.hook('preAction', (_, command) => {
        const { json, verbose, wide } = command.opts<GlobalOptions>();
        setWide(wide === true);
        Object.assign(shown, { json: json === true, verbose: verbose === true });
      });
      if (!asksForHelp(argv)) await applyConfig(program, argv);
      await program.parseAsync([...argv]);
    });
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return;
    if (error instanceof CommanderError && error.code === 'commander.help') {
      process.exitCode = exitCode(new EsciSelectError('usage', 'no command is given'));
      return;
    }
    const cause = error instanceof CommanderError ? usageError(error, argv, commandOf(program, argv)) : error;
    printError(cause, shown);
    process.exitCode = exitCode(cause);
  }
}

/** Whether only help, a version or a completion script is wanted: these work whatever a config file says. */
function asksForHelp(argv: readonly string[]): boolean {
  return (
    argv.length < 3 ||
    ['help', 'completion', 'doctor'].includes(argv[2]) ||
    argv.some((word) => ['--help', '-h', '--version', '-V'].includes(word))
  );
}

/** Commander's message without its prefix; its suggestion, or the nearest legal word, becomes the hint. */
function usageError(error: CommanderError, argv: readonly string[], command: string): EsciSelectError {
  const [message, suggestion] = error.message.replace(/^error: /, '').split('\n');
  const hint =
    suggestion?.replace(/^\(Did you mean (.*)\?\)$/, "did you mean '$1'?") ??
    nearestChoice(message) ??
    mistypedFlag(message, argv) ??
    `see ${command} --help`;
  return new EsciSelectError('usage', message, { hint });
}

/** The longest command that the words begin with: `esci-select data inspect`. */
function commandOf(program: Command | null, argv: readonly string[]): string {
  const words = ['esci-select'];
  let within = program;
  for (const word of argv.slice(2)) {
    const next = within?.commands.find((each) => each.name() === word);
    if (next === undefined) break;
    words.push(word);
    within = next;
  }
  return words.join(' ');
}

/** What may be given instead of the value that commander refused. */
function nearestChoice(message: string): string | undefined {
  const refused = /(?:argument|value) '(.*?)' is invalid.* Allowed choices are (.*)\.$/.exec(message);
  return refused === null ? undefined : suggest(refused[1], refused[2].split(', '));
}

/** A required option that is missing may be there with a typo, which commander does not look for. */
function mistypedFlag(message: string, argv: readonly string[]): string | undefined {
  const missing = /^required option '(--[\w-]+)/.exec(message)?.[1];
  if (missing === undefined) return undefined;
  const near = argv.find(
    (word) => word.startsWith('--') && nearest(word.split('=')[0], [missing]) !== undefined,
  );
  return near === undefined ? undefined : `did you mean ${quote(missing)} instead of ${quote(near)}?`;
}
