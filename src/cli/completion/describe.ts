import type { Command, Option } from 'commander';

/** What can follow an option. */
export type Value =
  | { readonly kind: 'none' }
  | { readonly kind: 'words'; readonly words: readonly string[] }
  /** models of the run that --run names, asked for when they are wanted, and these words */
  | { readonly kind: 'models'; readonly words: readonly string[] }
  | { readonly kind: 'file' }
  | { readonly kind: 'folder' }
  | { readonly kind: 'text' };

/** An option as completion needs it. */
export interface CompletedOption {
  /** `--run` */
  readonly flag: string;
  readonly description: string;
  readonly value: Value;
}

/** A command as completion needs it. */
export interface CompletedCommand {
  /** what is typed for it, without the program: `rank`, `data inspect`; empty for the program itself */
  readonly path: string;
  readonly description: string;
  readonly options: readonly CompletedOption[];
  /** names of the commands below it */
  readonly children: readonly { readonly name: string; readonly description: string }[];
  /** whether it takes paths, or the words that its argument may be */
  readonly argument: Value;
}

/** Legal words of options that have no `choices` of their own, by flag. */
export type KnownWords = ReadonlyMap<string, readonly string[]>;

/** Every command of a program with its options, in the order of the help. */
export function describeProgram(
  command: Command,
  known: KnownWords,
  above: readonly string[] = [],
): CompletedCommand[] {
  const here: CompletedCommand = {
    path: above.join(' '),
    description: command.description(),
    options: [
      ...command.options.filter(({ hidden }) => !hidden).map((option) => describeOption(option, known)),
      { flag: '--help', description: 'display help for command', value: { kind: 'none' } },
    ],
    children: command.commands.map((child) => ({ name: child.name(), description: child.description() })),
    argument: argumentOf(command),
  };
  const below = command.commands.flatMap((child) => describeProgram(child, known, [...above, child.name()]));
  return [here, ...below];
}

function describeOption(option: Option, known: KnownWords): CompletedOption {
  const flag = option.long ?? option.short!;
  return { flag, description: option.description, value: valueOfOption(option, flag, known) };
}

function valueOfOption(option: Option, flag: string, known: KnownWords): Value {
  if (option.isBoolean() || option.negate || !(option.required || option.optional)) return { kind: 'none' };
  const placeholder = /<([^>]*)>/.exec(option.flags)?.[1] ?? '';
  const words = option.argChoices ?? known.get(flag);
  if (placeholder === 'model' || flag === '--models') return { kind: 'models', words: words ?? [] };
  if (words !== undefined) return { kind: 'words', words };
  if (/^dir/.test(placeholder)) return { kind: 'folder' };
  return { kind: /^(file|paths)/.test(placeholder) ? 'file' : 'text' };
}

function argumentOf(command: Command): Value {
  const [argument] = command.registeredArguments;
  if (argument === undefined) return { kind: 'none' };
  if (argument.name() === 'models') return { kind: 'models', words: [] };
  return argument.argChoices === undefined ? { kind: 'file' } : { kind: 'words', words: argument.argChoices };
}
