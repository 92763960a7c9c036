import { createInterface } from 'node:readline/promises';
import { type Command, Option } from 'commander';
import { EsciSelectError } from '../../errors.js';
import type { Found, InitOptions } from '../../pipeline/commands/init.js';
import { count, listed } from '../../report/format.js';
import { type DataFlags, loadOptions, withDataFlags } from '../data-flags.js';
import { newCommand } from '../globals.js';
import { CI_NAMES, type CiName, initFiles } from '../init-files.js';
import { type GlobalOptions, printResult } from '../output.js';
import { plain } from '../text.js';

interface InitFlags extends GlobalOptions, DataFlags {
  data?: string[];
  predictions?: string[];
  budget: string;
  ci?: CiName;
  force?: boolean;
}

const EXAMPLES = `
What is not certain is asked on a terminal; without one the command ends with exit code 2 and names the flag.

Examples:
  $ esci-select init
  $ esci-select init my-folder --ci github
  $ esci-select init --data judgements.csv --predictions predictions --label-map 2=exact,1=substitute,0=irrelevant
`;

/** `esci-select init [FOLDER]`: finds examples and predictions, and writes a configuration, gates and a job for CI. */
export function initCommand(): Command {
  const command = newCommand(
    'init',
    'look through a folder, and write a configuration and gates for what is in it',
  )
    .argument('[folder]', 'folder with examples and predictions', '.')
    .option('--data <paths...>', 'files or folders of examples, in the folder')
    .option('--predictions <paths...>', 'files or folders of predictions, in the folder')
    .option('--budget <n|cost=limit>', 'budget of rank', '3')
    .addOption(new Option('--ci <service>', 'also write a job for this service').choices(CI_NAMES))
    .option('--force', 'replace files that are there');
  return withDataFlags(command)
    .addHelpText('after', EXAMPLES)
    .action(async (folder: string, flags: InitFlags) => {
      const { writeInit } = await import('../../pipeline/commands/init.js');
      const found = await findOrAsk({ folder, ...flags, load: loadOptions(flags), importing: {} }, flags);
      const files = initFiles(found, flags);
      const written = await writeInit({ folder, files, force: flags.force === true });
      const { data, predictions, inspection, models } = found;
      const names = models?.models.map(({ name }) => name) ?? null;
      const { rows, queries, labels } = inspection.summary;
      const result = { data, predictions, rows, queries, labels, models: names, written };
      printResult(flags, result, () => render(found, written, folder));
    });
}

/** Looks, and where it is not certain which file is meant and somebody is there to ask, asks once. */
async function findOrAsk(options: InitOptions, flags: InitFlags): Promise<Found> {
  const { findInputs } = await import('../../pipeline/commands/init.js');
  try {
    return await findInputs(options);
  } catch (error) {
    const canAsk = process.stdin.isTTY === true && process.stdout.isTTY === true && flags.json !== true;
    const isDoubt = error instanceof EsciSelectError && error.message.startsWith('examples are not certain');
    if (!canAsk || !isDoubt) throw error;
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    const answer = await terminal.question(`${plain(error.message)}. Which file holds the examples? `);
    terminal.close();
    if (answer.trim() === '') throw error;
    return findInputs({ ...options, data: [answer.trim()] });
  }
}

function render(
  { data, predictions, inspection, models }: Found,
  written: readonly string[],
  folder: string,
): string {
  const { rows, queries, labels, locales } = inspection.summary;
  const cd = folder === '.' ? [] : [`cd ${folder}`];
  return [
    plain(`examples     ${listed(data)}: ${count(rows)} rows, ${count(queries)} queries`),
    plain(`labels       ${labels.map(({ name, rows: own }) => `${name} ${count(own)}`).join(', ')}`),
    plain(`locales      ${listed(locales.map(({ name }) => name)) || 'none'}`),
    models === null
      ? 'predictions  none: train fits its own models'
      : plain(`predictions  ${listed(predictions)}: models ${listed(models.models.map(({ name }) => name))}`),
    ...inspection.findings.map(({ severity, message }) => plain(`${severity}: ${message}`)),
    '',
    ...written.map((path) => `wrote ${plain(path)}`),
    '',
    'Next:',
    ...[...cd, 'esci-select train', 'esci-select rank', 'esci-select report'].map(
      (line) => `  ${plain(line)}`,
    ),
  ].join('\n');
}
