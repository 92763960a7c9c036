// How long the models take to train on simulated data of several sizes, by stage and by model, how much memory that
// takes, and how it grows. Run after `npm run build`:
//   npm run bench:zoo [-- --rows 8000,30000,100000 --threads 2 --only all,fits --models gcn,lexical --zoo all,cross-encoder --dist OTHER/dist --as before --out reports]
// `all` is `train --models ZOO` as the command line does it; `fits` are single fits, each model in a process of its own, on one
// thread. `rows` are judged rows, of which about three quarters are trained on. --dist measures another build (its
// node_modules are its own), --as names what was measured. What is done is added to bench-zoo.json at once, so that
// sizes may be run one by one; --render only writes bench-zoo.md from it. With --keep FOLDER data and run stay there, so
// that a size that was interrupted goes on at the next start, with what the starts before took added to what it takes.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { simulate } from '../../dist/data/simulator/simulate.js';
import { writeSimulation } from '../../dist/data/simulator/write.js';
import { describeMachine, onStop } from '../engine/results.mjs';
import { render } from './render.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const { values: flags } = parseArgs({
  options: {
    rows: { type: 'string', default: '8000,30000,100000' },
    threads: { type: 'string', default: '2' },
    only: { type: 'string', default: 'all,fits' },
    models: { type: 'string', default: 'gatv2,gcn,graphsage,two-tower,lexical' },
    zoo: { type: 'string', default: 'all' },
    dist: { type: 'string', default: join(here, '../../dist') },
    as: { type: 'string', default: 'now' },
    keep: { type: 'string' },
    out: { type: 'string', default: join(here, '../../reports') },
    render: { type: 'boolean', default: false },
  },
});

/** Judged rows to a simulated query, about. */
const ROWS_PER_QUERY = 20;
const SEED = 11;

/** Runs child.mjs on a task; what it measured. Its messages go to stderr. */
async function runChild(task) {
  const child = spawn(process.execPath, [join(here, 'child.mjs'), JSON.stringify(task)], {
    stdio: ['ignore', 'pipe', 2],
  });
  onStop(() => child.kill());
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  const status = await new Promise((done) => child.on('close', (code, signal) => done(code ?? signal)));
  if (status !== 0) throw new Error(`${task.kind} ended with ${status}`);
  return JSON.parse(text);
}

async function measure(rows, keep) {
  const folder = flags.keep ?? mkdtempSync(join(tmpdir(), 'esci-select-zoo-'));
  const remove = () => {
    if (flags.keep === undefined) rmSync(folder, { recursive: true, force: true });
  };
  onStop(remove);
  try {
    const data = join(folder, 'data');
    if (!existsSync(data))
      await writeSimulation(simulate({ queries: Math.round(rows / ROWS_PER_QUERY), seed: SEED }), data);
    const load = loadavg()[0];
    const task = { dist: resolve(flags.dist), data, threads: Number(flags.threads) };
    const parts = flags.only.split(',');
    const measured = { rows, threads: task.threads, as: flags.as, load };
    if (parts.includes('all')) {
      const starts = startsBefore(folder);
      const last = await runChild({ ...task, kind: 'all', zoo: flags.zoo, run: join(folder, 'run') });
      measured.all = together(starts, last);
      tell(rows, 'all models', measured.all);
      keep(measured);
    }
    if (!parts.includes('fits')) return;
    measured.fits = [];
    for (const model of flags.models.split(',')) {
      measured.fits.push(await runChild({ ...task, kind: 'fit', model }));
      tell(rows, `a fold of ${model}`, measured.fits.at(-1));
      keep(measured);
    }
  } finally {
    remove();
  }
}

/** What starts took that were interrupted: the child says every minute how far it is. */
function startsBefore(folder) {
  const [told, kept] = ['progress.json', 'starts.json'].map((name) => join(folder, name));
  const read = (file, none) => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : none);
  const starts = [...read(kept, []), ...read(told, [])];
  writeFileSync(kept, JSON.stringify(starts));
  rmSync(told, { force: true });
  return starts;
}

/** The last start with those before it. */
function together(starts, last) {
  const sum = (of) => starts.reduce((total, start) => total + of(start), of(last));
  return {
    ...last,
    starts: starts.length + 1,
    seconds: sum(({ seconds }) => seconds),
    cpuSeconds: sum(({ cpuSeconds }) => cpuSeconds),
    peakGiB: Math.max(last.peakGiB, ...starts.map(({ peakGiB }) => peakGiB)),
    stages: [
      ...starts.map(({ seconds, peakGiB }) => ({ stage: 'models', seconds, peakGiB })),
      ...last.stages,
    ],
  };
}

function tell(rows, what, { seconds, cpuSeconds, peakGiB }) {
  process.stderr.write(
    `${rows} rows, ${what}: ${seconds.toFixed(1)} s, ${cpuSeconds.toFixed(1)} s of processors, peak ${peakGiB?.toFixed(2)} GiB\n`,
  );
}

const path = join(flags.out, 'bench-zoo.json');
mkdirSync(flags.out, { recursive: true });
const machine = describeMachine();
const earlier = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : { machine, sizes: [] };
const sameMachine = flags.render || JSON.stringify(earlier.machine) === JSON.stringify(machine);
if (!sameMachine) process.stderr.write(`${path} is of another machine and starts anew\n`);
const results = sameMachine ? earlier : { machine, sizes: [] };

function save() {
  results.sizes.sort((a, b) => a.rows - b.rows || (a.as < b.as ? 1 : -1));
  writeFileSync(path, `${JSON.stringify(results, null, 1)}\n`);
  writeFileSync(join(flags.out, 'bench-zoo.md'), render(results));
}

for (const rows of flags.render ? [] : flags.rows.split(',').map(Number)) {
  const isSame = (old) => old.rows === rows && old.as === flags.as;
  // what was measured of it before and not now stays
  const before = results.sizes.find(isSame);
  await measure(rows, (size) => {
    results.sizes = [...results.sizes.filter((old) => !isSame(old)), { ...before, ...size }];
    save();
  });
}
if (flags.render) save();
