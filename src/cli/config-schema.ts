import type { Option } from 'commander';
import { z } from 'zod';
import type { NamedCommand } from './command-paths.js';

/** What an option may be set to in a config file. */
export type ConfigValue =
  | boolean
  | string
  | number
  | readonly (string | number)[]
  | Readonly<Record<string, string | number>>;

const one = z.union([z.string(), z.number()], { error: 'expected a text or a number' });
const several = z.union([z.string(), z.number(), z.array(z.union([z.string(), z.number()])).min(1)], {
  error: 'expected a text, a number or a list of them',
});
const named = z.union(
  [
    z.string(),
    z.number(),
    z.array(z.union([z.string(), z.number()])).min(1),
    z.record(z.string(), z.union([z.string(), z.number()])),
  ],
  { error: 'expected a text, a number, a list of them, or an object of them' },
);

/** Options that only make sense on a command line. */
const NOT_CONFIGURED = ['help', 'config'];

/**
 * The schema of a config file, made from the program: a section per command with a key per option, and `common` for
 * options of two commands or more.
 */
export function configSchema(commands: readonly NamedCommand[]): z.ZodType {
  const uses = new Map<string, { option: Option; commands: number }>();
  const sections: Record<string, z.ZodType> = Object.create(null);
  for (const { path, command } of commands) {
    const options = command.options.filter((option) => !NOT_CONFIGURED.includes(option.name()));
    for (const option of options) {
      const known = uses.get(optionKey(option));
      uses.set(optionKey(option), { option, commands: (known?.commands ?? 0) + 1 });
    }
    sections[path] = section(options);
  }
  const common = [...uses.values()].filter((use) => use.commands > 1).map(({ option }) => option);
  return z.strictObject({ $schema: z.string().optional(), common: section(common), ...sections });
}

function section(options: readonly Option[]): z.ZodType {
  return z
    .strictObject(
      Object.fromEntries(options.map((option) => [optionKey(option), schemaOf(option).optional()])),
    )
    .optional();
}

/** The key of an option in a config file: its flag without dashes and without `no-`. */
export function optionKey(option: Option): string {
  return option.name().replace(/^no-/, '');
}

function schemaOf(option: Option): z.ZodType {
  if (option.negate || option.isBoolean()) return z.boolean();
  if (option.argChoices !== undefined) return z.enum(option.argChoices as [string, ...string[]]);
  if (option.variadic) return several;
  if (option.parseArg === undefined) return one;
  return option.parseArg.length < 2 ? several : named;
}

/** The same as JSON Schema (draft 2020-12), which editors read: docs/config.schema.json. */
export function configJsonSchema(commands: readonly NamedCommand[]): object {
  return z.toJSONSchema(configSchema(commands));
}
