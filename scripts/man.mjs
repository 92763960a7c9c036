// Writes docs/esci-select.1, the manual page, from the program itself; run after `npm run build`. With --print, to stdout.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commandPaths } from '../dist/cli/command-paths.js';
import { buildProgram } from '../dist/cli/program.js';
import { afterOptions, optionText, usageOf } from './option-text.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const { version, description } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

/** Text as roff reads it back: no escape, no request, hyphens that can be copied. */
function roff(text) {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^([.'])/gm, '\\&$1');
}

function optionLines(option) {
  return ['.TP', `.B ${roff(option.flags)}`, roff(optionText(option))];
}

/** Lines as they are, such as commands to copy. */
function verbatim(text) {
  return ['.PP', '.nf', ...roff(text).split('\n'), '.fi'];
}

function commandSection({ path, command }) {
  const { notes, examples } = afterOptions(command);
  const args = command.registeredArguments.map((argument) => `${argument.name()}: ${argument.description}.`);
  return [
    `.SS ${roff(`esci-select ${path}${usageOf(command)} [options]`)}`,
    roff(`${command.description()}.`),
    ...(args.length === 0 ? [] : ['.PP', roff(args.join(' '))]),
    ...command.options.flatMap(optionLines),
    ...(notes === null ? [] : verbatim(notes)),
    ...verbatim(examples),
  ];
}

const EXIT = [
  ['0', 'all is well'],
  ['1', 'a gate failed, no model fits the budget, or doctor found an error'],
  ['2', 'the command line, a config or a gates file is wrong'],
  ['3', 'input data is wrong'],
  ['4', 'a model file is wrong'],
  ['5', 'reading or writing failed'],
  ['70', 'an error of the program'],
  ['130, 143', 'interrupted, terminated'],
];

const program = buildProgram(new AbortController().signal);
const lines = [
  `.TH ESCI\\-SELECT 1 "" "esci\\-select ${version}" "User Commands"`,
  '.SH NAME',
  `esci\\-select \\- ${roff(description.charAt(0).toLowerCase() + description.slice(1))}`,
  '.SH SYNOPSIS',
  '.B esci\\-select',
  '.I command',
  '[options]',
  '.SH DESCRIPTION',
  roff(`${program.description()}.`),
  'Results go to standard output, progress and messages to standard error.',
  'Every command also takes \\-\\-help.',
  '.SH COMMANDS',
  ...commandPaths(program).flatMap(commandSection),
  '.SH EXIT STATUS',
  ...EXIT.flatMap(([code, meaning]) => ['.TP', `.B ${code}`, roff(meaning)]),
  '.SH FILES',
  '.TP',
  '.B esci\\-select.config.json',
  'options by command, read from the working directory',
  '.TP',
  '.B esci\\-run/',
  'the run folder, unless \\-\\-run names another',
  '.SH ENVIRONMENT',
  '.TP',
  '.B NO_COLOR',
  'no colours',
];
const text = `${lines.join('\n')}\n`;
if (process.argv.includes('--print')) process.stdout.write(text);
else writeFileSync(join(ROOT, 'docs/esci-select.1'), text);
