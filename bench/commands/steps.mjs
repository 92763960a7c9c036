// The commands that are measured, as users type them, and who runs each.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pythonOf } from '../setup.mjs';
import { checkRows } from './check.mjs';
import { measure } from './measure.mjs';
import { makeStack, STACK, wordsOf } from './stack.mjs';

const USAGE = new URL('usage.mjs', import.meta.url).href;
const PEER = 'XGBoost';
/** Files of the comparison with XGBoost, in the folder of whoever writes them. */
const ROWS = { ours: 'rows.arrow', theirs: 'rows.parquet', checked: 'rows.npy' };

/** The words of a command; `own` is the folder of a build and a repetition, within the task's. */
const WORDS = {
  train: ({ data, predictions, classes }, own) => {
    const named = classes[0] === 'exact' ? {} : { classes: classes.join(',') };
    return ['train', ...wordsOf({ models: 'none', data, predictions, ...named, run: join(own, 'run') })];
  },
  rank: ({ budget }, own) => ['rank', ...wordsOf({ run: join(own, 'run'), budget })],
  explain: (_, own) => [
    'explain',
    ...wordsOf({ run: join(own, 'run'), out: join(own, 'contributions.arrow') }),
  ],
  'explain --ensemble': (_, own) => {
    const { model, table, players } = STACK;
    return ['explain', ...wordsOf({ ensemble: model, features: table, players, out: join(own, ROWS.ours) })];
  },
};

/** Names of the commands, in order, as --commands takes them. */
export const COMMANDS = { train: 'train', rank: 'rank', explain: 'explain', ensemble: 'explain --ensemble' };

/** Runs a command once with a build of the program. */
function runOurs(command, build, task, own) {
  const words = [...WORDS[command](task, own), ...wordsOf({ threads: task.threads })];
  const program = join(build.tree, 'bin/esci-select.js');
  return measure(process.execPath, ['--import', USAGE, program, ...words], task.folder);
}

/** What a user would do without us. */
function runPeer(task, own) {
  const script = fileURLToPath(new URL('explain_xgboost.py', import.meta.url));
  const files = { ...STACK, out: join(own, ROWS.theirs), check: join(own, ROWS.checked) };
  const args = [script, ...wordsOf({ ...files, threads: task.threads })];
  return measure(pythonOf('main'), args, task.folder);
}

/**
 * Runs a command with every build in turn, so many times over, every other time in the opposite order; each has a run
 * folder of its own for every time. With `peer`, XGBoost takes its turn too. Returns [{ build, runs }].
 */
async function alternate(command, task, peer) {
  const ours = task.builds.map((build) => ({
    build: build.name,
    runs: [],
    run: (own) => runOurs(command, build, task, own),
  }));
  const theirs = { build: PEER, runs: [], run: (own) => runPeer(task, own) };
  const contenders = peer ? [...ours, theirs] : ours;
  for (let time = 0; time < task.repeats; time++) {
    for (const { build, runs, run } of time % 2 === 0 ? contenders : [...contenders].reverse()) {
      const own = `${build}-${time}`;
      mkdirSync(join(task.folder, own), { recursive: true });
      runs.push(await run(own));
      const { seconds, cpuSeconds, peakGiB } = runs.at(-1);
      process.stderr.write(
        `${task.name}, ${command}, ${build}: ${seconds.toFixed(1)} s, ${cpuSeconds.toFixed(1)} s of processors, peak ${peakGiB.toFixed(2)} GiB\n`,
      );
    }
  }
  return contenders.map(({ build, runs }) => ({ build, runs }));
}

/** Checks what all builds wrote each time against what XGBoost did; the largest difference of all. */
function checkAll(task) {
  const { players } = JSON.parse(readFileSync(join(task.folder, STACK.players), 'utf8'));
  const names = players.map(({ name }) => name);
  const checks = task.builds.flatMap(({ name }) =>
    Array.from({ length: task.repeats }, (_, time) =>
      checkRows(
        join(task.folder, `${name}-${time}`, ROWS.ours),
        join(task.folder, `${PEER}-${time}`, ROWS.checked),
        { rows: task.rows, classes: task.classes, players: names },
      ),
    ),
  );
  return {
    rows: checks[0].rows,
    largestDifference: Math.max(...checks.map(({ largestDifference }) => largestDifference)),
  };
}

async function measureEnsemble(command, task) {
  process.stderr.write(`${task.name}: XGBoost is fitted\n`);
  const stack = await makeStack(task.folder, task, { rounds: task.rounds, threads: task.threads });
  const builds = await alternate(command, task, true);
  return { command, peer: PEER, stack, checked: checkAll(task), builds };
}

/**
 * Measures the commands that are wanted, in order, and tells each to `keep`. What the others need is run whether wanted
 * or not: a run that is trained.
 */
export async function measureCommands(task, wanted, keep) {
  for (const command of Object.values(COMMANDS)) {
    const isWanted = wanted.includes(command);
    const isNeeded = command === 'train' && ['rank', 'explain'].some((other) => wanted.includes(other));
    if (command === COMMANDS.ensemble) {
      if (isWanted && task.hasStack) keep(await measureEnsemble(command, task));
    } else if (isWanted || isNeeded) {
      const builds = await alternate(command, task, false);
      if (isWanted) keep({ command, builds });
    }
  }
  rmSync(task.folder, { recursive: true, force: true });
}
