// How long every stage takes on tables of up to the size of the largest test of the competition, and how much memory:
// 24 models' predictions as parquet files are imported, an ensemble of 200 rounds is fitted, all rows are attributed, and
// the models are ranked. Run after `npm run build`:
//   npm run bench:scale [-- --rows 100000,500000,2621288 --models 24 --rounds 200 --threads 2 --budget 6 --only train,attribute,rank --out reports]
// Each size is added to bench-scale.json when it is done, so that sizes may be run one by one; --render only writes
// bench-scale.md from it. Files of about 45 MB per model at the largest size go to the temporary folder and are removed.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { describeMachine, onStop } from '../engine/results.mjs';
import { writeTask } from './data.mjs';
import { render } from './render.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const { values: flags } = parseArgs({
  options: {
    rows: { type: 'string', default: '100000,500000,2621288' },
    models: { type: 'string', default: '24' },
    rounds: { type: 'string', default: '200' },
    threads: { type: 'string', default: '2' },
    budget: { type: 'string', default: '6' },
    only: { type: 'string', default: 'train,attribute,rank' },
    out: { type: 'string', default: join(here, '../../reports') },
    render: { type: 'boolean', default: false },
  },
});

/** Runs one command of the tool; what it measured of itself. Its messages go to stderr. */
async function runCommand(command, settings) {
  const child = spawn(process.execPath, [join(here, 'child.mjs'), command, JSON.stringify(settings)], {
    stdio: ['ignore', 'pipe', 2],
  });
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  const status = await new Promise((resolve) => child.on('close', (code, signal) => resolve(code ?? signal)));
  if (status !== 0) throw new Error(`${command} ended with ${status}`);
  return JSON.parse(text);
}

async function measure(rows) {
  const folder = mkdtempSync(join(tmpdir(), 'esci-select-scale-'));
  onStop(() => rmSync(folder, { recursive: true, force: true }));
  try {
    const models = Number(flags.models);
    const task = await writeTask(folder, rows, models);
    const { rounds, threads, budget } = flags;
    const numbers = { rounds: Number(rounds), threads: Number(threads), budget: Number(budget) };
    const load = loadavg()[0];
    const settings = { run: join(folder, 'run'), ...task, ...numbers };
    const commands = [];
    for (const command of flags.only.split(',')) {
      commands.push(await runCommand(command, settings));
      const { seconds, peakGiB } = commands.at(-1);
      process.stderr.write(
        `${rows} rows, ${command}: ${seconds.toFixed(1)} s, peak ${peakGiB?.toFixed(2)} GiB\n`,
      );
    }
    return { rows, models, ...numbers, load, commands };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const path = join(flags.out, 'bench-scale.json');
mkdirSync(flags.out, { recursive: true });
const machine = describeMachine();
const earlier = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : { machine, sizes: [] };
const sameMachine = JSON.stringify(earlier.machine) === JSON.stringify(machine);
if (!sameMachine) process.stderr.write(`${path} is of another machine and starts anew\n`);
const results = { machine, sizes: sameMachine ? earlier.sizes : [] };

function save() {
  results.sizes.sort((a, b) => a.rows - b.rows);
  writeFileSync(path, `${JSON.stringify(results, null, 1)}\n`);
  writeFileSync(join(flags.out, 'bench-scale.md'), render(results));
}

for (const rows of flags.render ? [] : flags.rows.split(',').map(Number)) {
  const size = await measure(rows);
  results.sizes = [...results.sizes.filter((old) => old.rows !== rows), size];
  save();
}
if (flags.render) save();
