// Regret of every strategy against the best set in hindsight, on queries that no strategy saw; written to
// reports/bench-selection.md and .json. Run after `npm run build`: npm run bench:selection [-- seeds [task-prefix]].
// Half of each task's queries are chosen on, half judged on; pools are 7 models drawn from the task; budgets 1 to 3.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { JUDGED, judgePool } from './pool.mjs';
import { renderTables, summarise } from './tables.mjs';
import { loadTasks } from './tasks.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const seeds = Number(process.argv[2] ?? 3);
const prefix = process.argv[3] ?? '';
const POOL = 7;

const tasks = loadTasks(process.env.ESCI_SHARED ?? join(root, '../shared')).filter(({ name }) =>
  name.startsWith(prefix),
);
const lines = [];
for (const task of tasks) {
  for (let seed = 1; seed <= seeds; seed++) {
    const started = process.cpuUsage().user;
    lines.push(...judgePool(task, seed, POOL));
    process.stderr.write(
      `${task.name} ${seed}: ${((process.cpuUsage().user - started) / 1e6).toFixed(1)} s\n`,
    );
  }
}
const rows = tasks.map(({ name, labels, classes, models }) => ({
  task: name,
  rows: labels.length,
  classes: classes.length,
  models: models.length,
}));
const summaries = JUDGED.map((judged) =>
  summarise(
    lines.filter((line) => line.judged === judged),
    judged,
  ),
);
const folder = join(root, 'reports');
mkdirSync(folder, { recursive: true });
writeFileSync(
  join(folder, 'bench-selection.json'),
  `${JSON.stringify({ seeds, pool: POOL, tasks: rows, summaries }, null, 2)}\n`,
);
writeFileSync(
  join(folder, 'bench-selection.md'),
  renderTables({ seeds, pool: POOL, tasks: rows, summaries }),
);
