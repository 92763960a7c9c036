import type { Command } from 'commander';

/** A command that does something, by what is typed for it: `rank`, `data inspect`. */
export interface NamedCommand {
  readonly path: string;
  readonly command: Command;
}

/** Every command below a program that does something, in the order of the help; groups are only ways to their commands. */
export function commandPaths(program: Command, above: readonly string[] = []): NamedCommand[] {
  return program.commands.flatMap((command) => {
    const names = [...above, command.name()];
    return command.commands.length > 0 ? commandPaths(command, names) : [{ path: names.join(' '), command }];
  });
}
