// bench-commands.md: plain tables of what bench-commands.json holds.
import { spread } from '../engine/statistics.mjs';

const count = (value) => value.toLocaleString('en-US');
const seconds = (value) => (value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2));
const gib = (value) => value.toFixed(2);

function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** The median, and between which values it lies where there are several. */
function told(runs, name, text) {
  const { median, min, max } = spread(runs.map((run) => run[name]));
  return runs.length === 1 ? text(median) : `${text(median)} (${text(min)} to ${text(max)})`;
}

const medianOf = ({ runs }, name) => spread(runs.map((run) => run[name])).median;

/** How many times as much one takes as the other: seconds, seconds of processors, memory. */
const times = (more, less) =>
  ['seconds', 'cpuSeconds', 'peakGiB']
    .map((name) => (medianOf(more, name) / medianOf(less, name)).toFixed(2))
    .join(', ');

/** Builds of the program, without the peer. */
const ownOf = ({ builds, peer }) => builds.filter(({ build }) => build !== peer);

/** What the others are compared with: of several builds the one that was named last, and the peer. */
function referencesOf(commands) {
  const last = commands.map(ownOf).filter((own) => own.length > 1);
  const peers = commands.map(({ peer }) => peer).filter(Boolean);
  return [...new Set([...last.map((own) => own.at(-1).build), ...peers])];
}

function commandRows(command, references) {
  const { command: name, builds, peer } = command;
  return builds.map((entry) => [
    name,
    entry.build,
    told(entry.runs, 'seconds', seconds),
    told(entry.runs, 'cpuSeconds', seconds),
    told(entry.runs, 'peakGiB', gib),
    told(entry.runs, 'othersCpuSeconds', seconds),
    ...references.map((reference) => {
      const other = builds.find(({ build }) => build === reference);
      return other === undefined || entry.build === reference || entry.build === peer
        ? '-'
        : times(other, entry);
    }),
  ]);
}

function stackLines(commands) {
  return commands
    .filter(({ stack }) => stack !== undefined)
    .map(
      ({ command, stack, checked }) =>
        `\`${command}\`: ${stack.rounds} rounds of XGBoost ${stack.xgboost}; its peer runs on Python ${stack.python}, pandas ${stack.pandas} and pyarrow ${stack.pyarrow}. On the first ${count(checked.rows)} rows our values are XGBoost's within ${checked.largestDifference.toExponential(1)} of max(1, |value|), in every run.`,
    );
}

function section({ task, rows, models, classes, threads, budget, commands }) {
  const references = referencesOf(commands);
  const head = [
    'command',
    'build',
    's',
    's of processors',
    'peak GiB',
    's of processors by others',
    ...references.map((name) => `${name} takes times that (s, s of processors, GiB)`),
  ];
  return [
    `## ${task}: ${count(rows)} rows x ${models} models x ${classes} classes`,
    `${threads} threads; \`rank\` with a budget of ${budget}.`,
    table(
      head,
      commands.flatMap((command) => commandRows(command, references)),
    ),
    ...stackLines(commands),
  ];
}

/** The whole report. */
export function render({ machine, tasks }) {
  return [
    '# What users run, as whole processes',
    `Made by \`npm run bench:commands\` on synthetic predictions. Machine: ${machine.cpu}, ${machine.logicalCpus} logical CPUs, ${machine.memoryGiB} GiB of memory, ${machine.system}, Node ${machine.node}.`,
    `A command is a process of its own, \`node bin/esci-select.js\`, measured from its start to its end; medians where there are
several runs. Seconds of processors are user and system time, of all threads; memory is the most that the process ever held, its
threads included. "By others" is what the processors did meanwhile for whatever else was on the machine: where that is much,
seconds are longer than they need be, and seconds of processors suffer less. Builds take turns command by command, each with a
run folder of its own.`,
    `\`train\` imports the predictions (\`--models none\`), fits the ensemble and takes contributions; \`rank\` chooses, fits again and
compares; \`explain\` writes every row's margins and contributions by the run's ensemble, summed SHAP and models as players;
\`explain --ensemble\` does so for a model that XGBoost fitted on the joined table. Its peer is a Python program that reads the same
files, takes XGBoost's \`pred_contribs\`, sums them by player and writes them: summed SHAP only, in float32, where ours writes
margins and models as players too, in float64.`,
    ...tasks.flatMap(section),
    '',
  ].join('\n\n');
}
