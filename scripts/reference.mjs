// Writes docs/reference.md from the program itself; run after `npm run build`. With --print, to stdout.
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commandPaths } from '../dist/cli/command-paths.js';
import { buildProgram } from '../dist/cli/program.js';
import { afterOptions, optionText, usageOf } from './option-text.mjs';

/** `- \`--folds <k>\`: folds of whole queries. Default: 5.` */
const optionLine = (option) => `- \`${option.flags}\`: ${optionText(option)}`;

/** The part of the help after the options: notes and examples. */
function afterOptionsMarkdown(command) {
  const { notes, examples } = afterOptions(command);
  const text = notes?.startsWith('Presets') ? `\`\`\`\n${notes}\n\`\`\`` : notes;
  return [...(text === null ? [] : [text]), `\`\`\`\n${examples}\n\`\`\``];
}

function section({ path, command }) {
  const args = command.registeredArguments.map(
    (argument) => `\`${argument.name()}\`: ${argument.description}.`,
  );
  return [
    `## ${path}`,
    `\`esci-select ${path}${usageOf(command)} [options]\`: ${command.description()}.`,
    ...(args.length > 0 ? [args.join(' ')] : []),
    command.options.map(optionLine).join('\n'),
    ...afterOptionsMarkdown(command),
  ].join('\n\n');
}

const HEAD = `# Reference

Generated from the program by \`npm run docs:reference\`; a test compares the two. Every command also takes \`--help\`.

**Exit codes**: 0 all is well; 1 a gate failed, no model fits the budget, or doctor found an error; 2 the command line, a
config or a gates file is wrong; 3 input data is wrong; 4 a model file is wrong; 5 reading or writing failed; 70 an error of
the program; 130 and 143 interrupted and terminated.

**Output**: results go to stdout, progress and messages to stderr. With \`--json\` stdout is one JSON object, and an error is
one JSON object on stderr. On a terminal progress is a bar with the time left, elsewhere a line every five seconds;
\`NO_COLOR\` turns colours off.

**Config file**: \`esci-select.config.json\` in the working directory, or the file after \`--config\`, sets options by the name of
their command and, for options of several commands, under \`common\`. Keys are flags without dashes; what can be repeated is a
list or an object; \`--no-measure\` is \`"measure": false\`. Flags on the command line replace it. Paths count from the working
directory. Unknown keys are errors that name the nearest legal one.

\`\`\`json
{
  "common": { "run": "my-run", "threads": 2 },
  "train": {
    "data": ["judgements.csv"],
    "models": "none",
    "predictions": ["predictions"],
    "column": { "label": "grade" }
  },
  "rank": { "budget": { "latency_ms": 25 }, "floor": { "f1.complement": 0.3 } },
  "data inspect": { "delimiter": ";" }
}
\`\`\`

**Gates file**: \`{"gates": [...]}\`, each gate a text as after \`--fail-on\`, or an object with \`score\` (accuracy, macroF1,
weightedF1, logLoss), \`kind\` (drop, rise, below, above, significantly worse), \`limit\` (all kinds but the last) and \`of\` (a
predictor other than the pruned ensemble: a model's name, \`full ensemble\`, \`constant answer\`). A score that is missing fails
its gate.`;

const program = buildProgram(new AbortController().signal);
const text = `${[HEAD, ...commandPaths(program).map(section)].join('\n\n')}\n`;
if (process.argv.includes('--print')) process.stdout.write(text);
else writeFileSync(join(dirname(fileURLToPath(import.meta.url)), '../docs/reference.md'), text);
