// npm run bench:ensemble -- [--predictions DIR...] [--data FILE] [--seeds 0,1,2,3] [--out reports/bench-ensemble]
// Whether the ensemble that `train` fits loses to its best single model, and what its decision rules reach. A run that
// was stopped goes on where it was; several may run side by side, each on its own --part of --parts.
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { figures, isSmall } from './figures.mjs';
import { loadFolder } from './load.mjs';
import { render } from './render.mjs';
import { withFolds } from './splits.mjs';
import { createMeasurer } from './work.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const shared = process.env.ESCI_SHARED ?? join(root, '../shared');
const FEW_ROWS = 500;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    predictions: { type: 'string', multiple: true },
    data: { type: 'string', default: join(shared, 'esci/judgements-folds-1-3.csv') },
    seeds: { type: 'string', default: '0,1,2,3' },
    out: { type: 'string', default: join(root, 'reports/bench-ensemble') },
    part: { type: 'string', default: '0' },
    parts: { type: 'string', default: '1' },
  },
});

/** --predictions takes one or more folders; all of ../shared/predictions unless given. */
function folders() {
  if (values.predictions !== undefined) return [...values.predictions, ...positionals];
  const all = join(shared, 'predictions');
  if (!existsSync(all))
    throw new Error('no predictions: give folders with --predictions, or set ESCI_SHARED');
  const entries = readdirSync(all, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(all, name));
}

const seeds = values.seeds.split(',').map(Number);
const [part, parts] = [Number(values.part), Number(values.parts)];
const tasks = withFolds(
  folders().flatMap((folder) => loadFolder(folder, values.data)),
  folders(),
);
const measureOne = createMeasurer();
const jobs = seeds.flatMap((seed) =>
  tasks.flatMap((task) => [
    { task, seed, few: false },
    ...(isSmall(task) ? [{ task, seed, few: true }] : []),
  ]),
);
const own = jobs.filter((_, at) => at % parts === part);
const done = own.map(({ task, seed, few }, at) => {
  const result = measureOne(task, seed, few ? FEW_ROWS : Number.POSITIVE_INFINITY);
  console.error(
    `${at + 1}/${own.length} ${task.name} seed ${seed}${few ? ', few rows' : ''}: ${result.seconds.toFixed(0)} s`,
  );
  return { few, ...result };
});

if (parts === 1) {
  const results = done.filter(({ few }) => !few);
  const lines = figures({ results, few: done.filter(({ few }) => few) });
  const minutes = Math.round(done.reduce((sum, { seconds }) => sum + seconds, 0) / 60);
  const given = values.predictions === undefined ? '' : ' -- --predictions DIR...';
  // what was weighed in each outer fold is in the cache; the report keeps what was chosen
  const kept = results.map((result) => ({
    ...result,
    kinds: result.kinds.map(({ candidates, ...chosen }) => chosen),
  }));
  const report = { command: `npm run bench:ensemble${given}`, minutes, lines, results: kept };
  writeFileSync(
    `${values.out}.json`,
    `${JSON.stringify({ schema: 'esci-select/bench-ensemble/1', ...report }, null, 1)}\n`,
  );
  const text = render({ ...report, results });
  writeFileSync(`${values.out}.md`, text);
  console.log(text);
}
