import { type Command, InvalidArgumentError, Option } from 'commander';
import { suggest } from '../errors.js';
import { type LoadOptions, ROLES } from '../pipeline/for-terminal.js';
import { withMaxUnpacked, withMemoryLimit } from './globals.js';
import { names, pairs } from './parse.js';

/** Flags that say what example files hold; shared by `train` and `data inspect`. */
export interface DataFlags {
  classes?: string[];
  labelMap?: Map<string, string>;
  column?: Map<string, string>;
  datasetVersion?: 'small' | 'large';
  locales?: string[];
  delimiter?: string;
  maxUnpacked?: number;
  skipInvalid?: string;
  memoryLimit?: string;
}

/** Adds the flags that say what example files hold. */
export function withDataFlags(command: Command): Command {
  const withData = withMaxUnpacked(command.optionsGroup('What the data holds:'))
    .option(
      '--classes <names>',
      'class names in order; default: exact,substitute,complement,irrelevant',
      names,
    )
    .option('--label-map <label=class,...>', 'what labels as written mean; repeatable', pairs)
    .option('--column <role=name>', `the column of a role (${ROLES.join(', ')}); repeatable`, rolePairs)
    .addOption(
      new Option('--dataset-version <version>', 'rows of the official version only').choices([
        'small',
        'large',
      ]),
    )
    .option('--locales <names>', 'rows of these locales only', names)
    .option('--delimiter <character>', 'field separator of CSV files')
    .option('--skip-invalid <file>', 'leave out rows with errors, and write them here');
  return withMemoryLimit(withData);
}

function rolePairs(text: string, before: ReadonlyMap<string, string> | undefined): Map<string, string> {
  const given = pairs(text, before);
  const unknown = [...given.keys()].find((role) => !(ROLES as readonly string[]).includes(role));
  if (unknown !== undefined) {
    throw new InvalidArgumentError(suggest(unknown, ROLES, 'roles'));
  }
  return given;
}

/** The loading options that the flags stand for. */
export function loadOptions(flags: DataFlags): LoadOptions {
  const { classes, labelMap, locales, delimiter, skipInvalid, memoryLimit, maxUnpacked } = flags;
  const columns: LoadOptions['columns'] = Object.fromEntries(flags.column ?? []);
  return {
    classes,
    labelMap,
    columns,
    version: flags.datasetVersion,
    locales,
    delimiter,
    skipInvalid,
    memoryLimit,
    maxUnpacked,
  };
}
