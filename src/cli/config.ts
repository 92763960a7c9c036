import { readFile } from 'node:fs/promises';
import type { Command, Option } from 'commander';
import { InvalidArgumentError } from 'commander';
import { EsciSelectError, quote } from '../errors.js';
import { checked, type JsonSource, keyPath, parseJsonFile, readReason } from '../pipeline/for-terminal.js';
import { commandPaths } from './command-paths.js';
import { type ConfigValue, configSchema, optionKey } from './config-schema.js';

/** The file in the working directory that every command reads, unless --config names another. */
const CONFIG_FILE = 'esci-select.config.json';

/** Where configured values are said to come from, in commander's words; flags win over them. */
const SOURCE = 'config';

/**
 * Sets the options of every command to what the config file says, before the command line is parsed: flags given there
 * replace them. Does nothing without a file.
 *
 * @throws EsciSelectError('usage') naming the key, and the nearest legal one; 'io' where a file named cannot be read
 */
export async function applyConfig(program: Command, argv: readonly string[]): Promise<string | null> {
  const named = configFlag(argv);
  const path = named ?? CONFIG_FILE;
  const text = await readConfig(path, named !== undefined);
  if (text === null) return null;
  const source: JsonSource = { path, what: 'config file' };
  const commands = commandPaths(program);
  const config = checked(parseJsonFile(text, source), configSchema(commands), source) as Config;
  for (const { path: name, command } of commands) {
    const values = new Map<string, Setting>();
    for (const section of ['common', name]) {
      for (const [key, value] of Object.entries(config[section] ?? {})) values.set(key, { section, value });
    }
    for (const [key, setting] of values) applySetting(command, key, setting, path);
  }
  return path;
}

/** The value of --config on a command line; the last one wins, as with every flag. */
function configFlag(argv: readonly string[]): string | undefined {
  const end = argv.indexOf('--');
  const flags = end < 0 ? argv : argv.slice(0, end);
  for (let at = flags.length - 1; at >= 0; at--) {
    if (flags[at].startsWith('--config=')) return flags[at].slice('--config='.length);
    if (flags[at] === '--config') return flags[at + 1] ?? '';
  }
  return undefined;
}

async function readConfig(path: string, named: boolean): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (!named && (cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new EsciSelectError('io', `cannot read config file: ${readReason(cause)}`, {
      path,
      hint: named ? 'check the path after --config' : 'check its permissions, or remove it',
      cause,
    });
  }
}

/** A value, and the section that it is from. */
interface Setting {
  readonly section: string;
  readonly value: ConfigValue;
}

type Config = Readonly<Record<string, Readonly<Record<string, ConfigValue>> | undefined>>;

/** Sets one option of a command; a common key that it does not have is for others. */
function applySetting(command: Command, key: string, { section, value }: Setting, path: string): void {
  const option = command.options.find((one) => optionKey(one) === key);
  if (option === undefined) return;
  const parsed = parsedValue(option, value, keyPath([section, key]), path);
  replaceable(option, command);
  command.setOptionValueWithSource(option.attributeName(), parsed, SOURCE);
}

/** Makes the first use of a repeatable flag replace the configured values instead of adding to them. */
function replaceable(option: Option, command: Command): void {
  const { parseArg } = option;
  const name = option.attributeName();
  const isConfigured = () => command.getOptionValueSource(name) === SOURCE;
  if (parseArg !== undefined) {
    option.parseArg = <T>(text: string, previous: T) =>
      parseArg(text, isConfigured() ? (option.defaultValue as T) : previous) as T;
  } else if (option.variadic) {
    option.parseArg = <T>(text: string, previous: T) =>
      (isConfigured() || !Array.isArray(previous) ? [text] : [...previous, text]) as T;
  }
}

function parsedValue(option: Option, value: ConfigValue, key: string, path: string): unknown {
  if (typeof value === 'boolean') return value;
  const texts = textsOf(value);
  const { parseArg, argChoices } = option;
  try {
    if (option.variadic) return texts;
    if (parseArg === undefined || argChoices !== undefined) return texts[0];
    if (parseArg.length < 2) return parseArg(texts.join(','), undefined);
    return texts.reduce<unknown>((previous, text) => parseArg(text, previous), undefined);
  } catch (cause) {
    if (!(cause instanceof InvalidArgumentError)) throw cause;
    throw new EsciSelectError('usage', `config file: ${quote(key)} cannot be ${quote(texts.join(', '))}`, {
      path,
      hint: cause.message,
      cause,
    });
  }
}

/** What would stand after the flag: one text per use; `{"latency_ms": 25}` stands for `latency_ms=25`. */
function textsOf(value: Exclude<ConfigValue, boolean>): string[] {
  if (Array.isArray(value)) return value.map(String);
  if (typeof value === 'object') return Object.entries(value).map(([name, part]) => `${name}=${part}`);
  return [String(value)];
}
