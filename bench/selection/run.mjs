// What choosing is worth, against SCIENCE.md's definitions; written to reports/bench-selection.md and .json. After
// `npm run build`:
//   npm run bench:selection [-- --predictions DIR...] [--data JUDGEMENTS.csv] [--strategies NAME,...] [--seeds N] [--planted N]
// Pools of seven models (pools.mjs) judged at budgets of 1 to 3; useless models among twelve (ranking.mjs); draws of 200 to
// 2,000 rows with one useless model (planted-draws.mjs). ESCI_BENCH_THREADS says how many run at once (2).
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runTasks } from '../../dist/threads/pool.js';
import { loadTasks, taskArguments } from '../tasks/tasks.mjs';
import { isDrawnFrom } from './planted-draws.mjs';
import { POOL_KINDS } from './pools.mjs';
import { isRanked } from './ranking.mjs';
import { summarisePlanted, summarisePools, summariseRanking } from './summary.mjs';
import { renderSelection } from './tables.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const { paths, data, rest } = taskArguments(
  process.argv.slice(2),
  process.env.ESCI_SHARED ?? join(root, '../shared'),
);
const option = (name, fallback) => (rest.includes(name) ? rest[rest.indexOf(name) + 1] : fallback);
const seeds = Array.from({ length: Number(option('--seeds', 2)) }, (_, at) => at + 1);
const strategies = option('--strategies', 'greedy-shap,greedy,shap,group-shapley,score-order').split(',');
const planted = Number(option('--planted', 300));
const threads = Number(process.env.ESCI_BENCH_THREADS ?? 2);

const tasks = loadTasks(paths, data);
const pools = tasks.flatMap((task) =>
  Object.keys(POOL_KINDS).flatMap((kind) =>
    seeds.map((seed) => ({ what: 'pool', task, kind, seed, strategies })),
  ),
);
const rankings = tasks
  .filter(isRanked)
  .flatMap((task) => seeds.map((seed) => ({ what: 'ranking', task, seed })));
const large = tasks.filter(isDrawnFrom);
const draws = Array.from({ length: large.length === 0 ? 0 : planted }, (_, at) => ({
  what: 'planted',
  task: large[at % large.length],
  seed: at,
}));
const work = [...rankings, ...draws, ...pools];
const started = process.cpuUsage();
let done = 0;
const results = await runTasks(new URL('./judge.worker.mjs', import.meta.url), work, {
  threads,
  onDone: (at) => {
    const { what, task, seed } = work[at];
    process.stderr.write(`${++done} of ${work.length}: ${what} ${task.name} ${seed}\n`);
  },
});
const used = process.cpuUsage(started);
const of = (what) => results.filter((_, at) => work[at].what === what).flat();
const result = {
  command: `npm run bench:selection${process.argv.length > 2 ? ' -- ' : ''}${rest.join(' ')}`,
  cpuMinutes: Math.round((used.user + used.system) / 6e6) / 10,
  tasks: tasks.map(({ name, labels, classes, models }) => ({
    task: name,
    rows: labels.length,
    classes: classes.length,
    models: models.length,
  })),
  pools: summarisePools(of('pool')),
  ranking: summariseRanking(of('ranking')),
  planted: summarisePlanted(of('planted')),
};
const folder = join(root, 'reports');
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'bench-selection.json'), `${JSON.stringify(result, null, 2)}\n`);
writeFileSync(join(folder, 'bench-selection.md'), renderSelection(result));
