// Regret of every strategy against the best set in hindsight, on queries that no strategy saw; written to
// reports/bench-selection.md and .json. Run after `npm run build`:
//   npm run bench:selection [-- draws [first-draw [task-prefix]]]
// Pools of up to 7 models of five kinds (pools.mjs) from every task (tasks.mjs); budgets of 1 to 3 models, and of half
// of the pool's cost. ESCI_BENCH_THREADS says how many pools are judged at once (2).
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DEFAULT_STRATEGY } from '../../dist/selection/strategies/registry.js';
import { runTasks } from '../../dist/threads/pool.js';
import { JUDGED } from './judge.mjs';
import { POOL_KINDS } from './pools.mjs';
import { sampleTask } from './sample.mjs';
import { summarise } from './summary.mjs';
import { renderTables } from './tables.mjs';
import { loadTasks } from './tasks.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const [draws, first] = [Number(process.argv[2] ?? 1), Number(process.argv[3] ?? 1)];
const prefix = process.argv[4] ?? '';
const threads = Number(process.env.ESCI_BENCH_THREADS ?? 2);

const tasks = [await sampleTask(), ...loadTasks(process.env.ESCI_SHARED ?? join(root, '../shared'))].filter(
  ({ name }) => name.startsWith(prefix),
);
const pools = tasks.flatMap((task) =>
  Object.keys(POOL_KINDS).flatMap((kind) =>
    Array.from({ length: draws }, (_, at) => ({ task, kind, seed: first + at })),
  ),
);
const started = process.cpuUsage();
let done = 0;
const lines = await runTasks(new URL('./judge.worker.mjs', import.meta.url), pools, {
  threads,
  onDone: (at) => {
    const { task, kind, seed } = pools[at];
    process.stderr.write(`${++done} of ${pools.length}: ${task.name}, ${kind}, draw ${seed}\n`);
  },
});
const used = process.cpuUsage(started);
const result = {
  command: `npm run bench:selection -- ${process.argv.slice(2).join(' ')}`.replace(/ -- $/, ''),
  ...{ draws, first, pools: pools.length, defaultStrategy: DEFAULT_STRATEGY },
  cpuMinutes: Math.round((used.user + used.system) / 6e6) / 10,
  tasks: tasks.map(({ name, labels, classes, models }) => ({
    ...{ task: name, rows: labels.length, classes: classes.length, models: models.length },
  })),
  summaries: JUDGED.map((judged) => summarise(lines.flat(), judged)),
};
const folder = join(root, 'reports');
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'bench-selection.json'), `${JSON.stringify(result, null, 2)}\n`);
writeFileSync(join(folder, 'bench-selection.md'), renderTables(result));
