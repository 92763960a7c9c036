import { Argument, type Command } from 'commander';
import { SCORE_NAMES, STRATEGY_NAMES } from '../../pipeline/for-terminal.js';
import { REPORT_FORMATS } from '../../pipeline/report-formats.js';
import { bashScript } from '../completion/bash.js';
import { describeProgram, type KnownWords } from '../completion/describe.js';
import { fishScript } from '../completion/fish.js';
import { zshScript } from '../completion/zsh.js';
import { DEFAULT_RUN, newCommand } from '../globals.js';
import { type GlobalOptions, printResult } from '../output.js';
import { plain } from '../text.js';

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript };
type Shell = keyof typeof SCRIPTS;

interface CompletionFlags extends GlobalOptions {
  run: string;
}

const EXAMPLES = `
Examples:
  $ eval "$(esci-select completion bash)"                     in ~/.bashrc
  $ source <(esci-select completion zsh)                      in ~/.zshrc, after compinit
  $ esci-select completion fish > ~/.config/fish/completions/esci-select.fish
`;

/** `esci-select completion SHELL`: a script, made from the program itself, that completes its commands and options. */
export function completionCommand(): Command {
  const shells = Object.keys(SCRIPTS);
  return newCommand('completion', 'write a completion script for your shell to stdout')
    .addArgument(
      new Argument(
        '<shell>',
        'the shell; models: names of the models of a run, which the scripts ask for',
      ).choices([...shells, 'models']),
    )
    .option('--run <dir>', 'run folder whose models are named', DEFAULT_RUN)
    .addHelpText('after', EXAMPLES)
    .action(async (shell: Shell | 'models', flags: CompletionFlags, command: Command) => {
      if (shell === 'models') {
        const { modelNames } = await import('../../pipeline/commands/model-names.js');
        const models = await modelNames(flags.run);
        printResult(flags, { models }, () => models.map(plain).join('\n'));
        return;
      }
      const program = command.parent!;
      const script = SCRIPTS[shell](program.name(), describeProgram(program, await knownWords()));
      printResult(flags, { shell, script }, () => script.trimEnd());
    });
}

/** Words of options whose parsers know them, but not commander. */
async function knownWords(): Promise<KnownWords> {
  const { MODELS } = await import('../../pipeline/zoo.js');
  return new Map<string, readonly string[]>([
    ['--models', ['all', 'none', ...Object.keys(MODELS)]],
    ['--strategy', STRATEGY_NAMES],
    ['--metric', SCORE_NAMES],
    ['--format', REPORT_FORMATS],
  ]);
}
