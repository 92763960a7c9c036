// What the commands that users run take, as whole processes: seconds, seconds of processors and memory of train, rank and
// explain on two synthetic tasks, and of explain on a model that XGBoost fitted beside a Python program that does the same
// without us. Run after `npm run build`:
//   npm run bench:commands [-- --only official,classes --commands train,rank,explain,ensemble --threads 2 --budget 6 --repeats 1 --builds now=.,before=OTHER --out reports]
// --rows, --models, --classes (of the task of that name) and --rounds (of XGBoost) make the tasks smaller, for a try. --builds
// measures other builds too, each a tree with bin, dist and node_modules, in turns with this one. A command is added to
// bench-commands.json when it is done; --render only writes bench-commands.md from it. Files go to the temporary folder
// and are removed.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { describeMachine, onStop } from '../engine/results.mjs';
import { writeTask } from '../scale/data.mjs';
import { setUp } from '../setup.mjs';
import { killRunning } from './measure.mjs';
import { render } from './render.mjs';
import { COMMANDS, measureCommands } from './steps.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { values: flags } = parseArgs({
  options: {
    only: { type: 'string', default: 'official,classes' },
    commands: { type: 'string', default: Object.keys(COMMANDS).join(',') },
    rows: { type: 'string' },
    models: { type: 'string' },
    classes: { type: 'string' },
    rounds: { type: 'string', default: '150' },
    threads: { type: 'string', default: '2' },
    budget: { type: 'string' },
    repeats: { type: 'string', default: '1' },
    builds: { type: 'string', default: `now=${root}` },
    out: { type: 'string', default: join(root, 'reports') },
    render: { type: 'boolean', default: false },
  },
});

const TASKS = {
  official: { rows: 50_000, models: 24, classes: 4, budget: 6, hasStack: true },
  classes: { rows: 20_000, models: 6, classes: 64, budget: 3, hasStack: false },
};

/** Words of a list, each of which is one of those known. */
function chosenOf(list, known) {
  const words = list.split(',');
  const unknown = words.find((word) => !known.includes(word));
  if (unknown !== undefined) throw new Error(`${unknown} is none of ${known.join(', ')}`);
  return words;
}

/** Builds of the program: { name, tree }. Names are those of folders too. */
function buildsOf(list) {
  const builds = list.split(',').map((word) => {
    const [, name, tree] = /^([\w.-]+)=(.+)$/.exec(word) ?? [];
    if (name === undefined) throw new Error(`${word} is not NAME=FOLDER`);
    return { name, tree: resolve(tree) };
  });
  for (const { name, tree } of builds)
    if (!existsSync(join(tree, 'dist/cli/main.js'))) throw new Error(`${name} is not built`);
  return builds;
}

/** A task as it is measured: its sizes, and how. */
function settingsOf(name) {
  const { hasStack, ...usual } = TASKS[name];
  const numbers = {
    rows: flags.rows ?? usual.rows,
    models: flags.models ?? usual.models,
    classes: name === 'classes' ? (flags.classes ?? usual.classes) : usual.classes,
    threads: flags.threads,
    budget: flags.budget ?? usual.budget,
  };
  const settings = Object.entries(numbers).map(([key, value]) => [key, Number(value)]);
  return { task: name, ...Object.fromEntries(settings) };
}

const path = join(flags.out, 'bench-commands.json');

/** Earlier results of the same machine, to be added to. */
function openResults() {
  mkdirSync(flags.out, { recursive: true });
  const machine = describeMachine();
  const earlier = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : { machine, tasks: [] };
  if (flags.render || JSON.stringify(earlier.machine) === JSON.stringify(machine)) return earlier;
  process.stderr.write(`${path} is of another machine and starts anew\n`);
  return { machine, tasks: [] };
}

function save(results) {
  const names = Object.keys(TASKS);
  results.tasks.sort((a, b) => names.indexOf(a.task) - names.indexOf(b.task) || a.rows - b.rows);
  writeFileSync(path, `${JSON.stringify(results, null, 1)}\n`);
  writeFileSync(join(flags.out, 'bench-commands.md'), render(results));
}

/** Adds a command of a task in place of what was measured of it before; the task's other commands stay. */
function addCommand(results, settings, measured) {
  const isSame = (old) => Object.entries(settings).every(([key, value]) => old[key] === value);
  const before = results.tasks.find(isSame)?.commands ?? [];
  const order = Object.values(COMMANDS);
  const commands = [...before.filter(({ command }) => command !== measured.command), measured];
  commands.sort((a, b) => order.indexOf(a.command) - order.indexOf(b.command));
  results.tasks = [...results.tasks.filter((old) => !isSame(old)), { ...settings, commands }];
  save(results);
}

async function measureTask(name, folder, { results, builds, wanted }) {
  const settings = settingsOf(name);
  const { rows, models, classes, threads, budget } = settings;
  process.stderr.write(`${name}: ${rows} rows x ${models} models x ${classes} classes are made\n`);
  const task = {
    ...(await writeTask(folder, rows, models, classes)),
    name,
    folder,
    rows,
    threads,
    budget,
    builds,
    repeats: Number(flags.repeats),
    rounds: Number(flags.rounds),
    hasStack: TASKS[name].hasStack,
  };
  await measureCommands(task, wanted, (measured) => addCommand(results, settings, measured));
}

async function measureAll(results) {
  const names = chosenOf(flags.only, Object.keys(TASKS));
  const wanted = chosenOf(flags.commands, Object.keys(COMMANDS)).map((word) => COMMANDS[word]);
  const builds = buildsOf(flags.builds);
  if (wanted.includes(COMMANDS.ensemble) && names.some((name) => TASKS[name].hasStack)) setUp(['main']);
  const folder = mkdtempSync(join(tmpdir(), 'esci-select-commands-'));
  const clean = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  onStop(() => {
    killRunning();
    clean();
  });
  try {
    for (const name of names) await measureTask(name, join(folder, name), { results, builds, wanted });
  } finally {
    clean();
  }
}

try {
  const results = openResults();
  if (flags.render) save(results);
  else await measureAll(results);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
