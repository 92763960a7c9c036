// What attribution costs a row in one process, in a worker, on Spark and on Dask, and a worker's memory against its rows:
//   npm run bench:cluster                        small: 20,000 rows, and streams of 20,000 and 200,000
//   npm run bench:cluster -- --full              400,000 rows, and streams of up to 10,000,000; on a machine that does nothing else
// Spark and Dask run where `node bench/setup.mjs cluster` has made their environment and Java is there.
// `--out FILE.md` writes the figures as a table.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  boostingOptions,
  createAttributor,
  groupPlayers,
  parseEnsemble,
  toXgboostJson,
  trainBoosting,
} from '../../dist/index.js';
import { ArrowStreamWriter } from '../../dist/io/arrow/stream-write.js';
import { createRandom } from '../../dist/math/random.js';
import { pythonOf } from '../setup.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const worker = fileURLToPath(new URL('../../dist/worker/esci-select-worker.js', import.meta.url));
const MODELS = 24;
const CLASSES = 4;
const BATCH_ROWS = 10_000;
const ROUNDS = 151;

const given = process.argv.slice(2);
const full = given.includes('--full');
const out = given.includes('--out') ? given[given.indexOf('--out') + 1] : null;
const rows = full ? 400_000 : 20_000;
const streams = full ? [100_000, 1_000_000, 10_000_000] : [20_000, 200_000];

const names = Array.from(
  { length: MODELS * CLASSES },
  (_, at) => `m${String(Math.floor(at / CLASSES)).padStart(2, '0')}_${at % CLASSES}`,
);
const folder = mkdtempSync(join(tmpdir(), 'esci-bench-cluster-'));
const model = join(folder, 'model.json');
const players = join(folder, 'players.json');

/** [column][row] probabilities of models that know something of the labels. */
function batchOf(count, seed) {
  const random = createRandom(seed);
  const columns = names.map(() => new Float32Array(count));
  const labels = Int16Array.from({ length: count }, () => random.integer(CLASSES));
  for (let row = 0; row < count; row++) {
    for (let m = 0; m < MODELS; m++) {
      let sum = 0;
      for (let k = 0; k < CLASSES; k++) {
        const odds = 0.05 + random.uniform() + (k === labels[row] ? (m + 1) / MODELS : 0);
        columns[m * CLASSES + k][row] = odds;
        sum += odds;
      }
      for (let k = 0; k < CLASSES; k++) columns[m * CLASSES + k][row] /= sum;
    }
  }
  return { columns, labels };
}

function trainModel() {
  const count = 4000;
  const { columns, labels } = batchOf(count, 1);
  const values = new Float32Array(count * names.length);
  columns.forEach((column, at) => {
    for (let row = 0; row < count; row++) values[row * names.length + at] = column[row];
  });
  const { ensemble } = trainBoosting({
    features: { rows: count, columns: names.length, names, values },
    labels,
    classes: CLASSES,
    rows: Int32Array.from({ length: count }, (_, row) => row),
    options: boostingOptions({ rounds: ROUNDS }),
  });
  writeFileSync(model, toXgboostJson(ensemble));
  const own = Array.from({ length: MODELS }, (_, m) => ({
    name: `m${m}`,
    columns: [`m${String(m).padStart(2, '0')}_*`],
  }));
  writeFileSync(players, JSON.stringify({ players: own }));
  return parseEnsemble(Buffer.from(toXgboostJson(ensemble)), model);
}

/** CPU microseconds a row of the library in this process, planning aside. */
function oneProcess(foreign, batch) {
  const ofColumn = names.map((_, at) => Math.floor(at / CLASSES));
  const attributor = createAttributor(
    foreign,
    groupPlayers(
      Array.from({ length: MODELS }, (_, m) => `m${m}`),
      ofColumn,
    ),
  );
  const sources = batch.columns.map((column) => Float64Array.from(column));
  attributor.attribute(sources);
  const before = process.cpuUsage();
  for (let done = 0; done < rows; done += BATCH_ROWS) attributor.attribute(sources);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / rows;
}

/** What a worker says of so many rows, which are made as it takes them. */
async function streamed(count, batch) {
  const child = spawn(process.execPath, [
    worker,
    'attribute',
    '--ensemble',
    model,
    '--players',
    players,
    '--column',
    'label=label',
    '--column',
    'queryId=query',
    '--bootstrap',
    '200',
  ]);
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said += text;
  });
  child.stdout.resume();
  const closed = once(child, 'close');
  const writer = new ArrowStreamWriter();
  const number = (name, values) => ({ name, column: { kind: 'number', values, missing: null } });
  for (let done = 0; done < count; done += BATCH_ROWS) {
    const query = Int32Array.from({ length: BATCH_ROWS }, (_, row) => Math.floor((done + row) / 20));
    const columns = [
      ...batch.columns.map((values, at) => number(names[at], values)),
      number('label', Int32Array.from(batch.labels)),
      number('query', query),
    ];
    for (const bytes of writer.write(columns))
      if (!child.stdin.write(bytes)) await once(child.stdin, 'drain');
  }
  for (const bytes of writer.finish()) child.stdin.write(bytes);
  child.stdin.end();
  const [code] = await closed;
  if (code !== 0) throw new Error(said);
  return JSON.parse(said);
}

/** Seconds on Spark and Dask, or why there are none. */
function engines() {
  const python = pythonOf('cluster');
  if (!existsSync(python)) return { missing: 'no environment: node bench/setup.mjs cluster' };
  const told = spawnSync(
    python,
    [join(here, 'engines.py'), String(rows), model, players, process.execPath, worker],
    {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, PYTHONPATH: join(here, '../..') },
    },
  );
  if (told.status !== 0) return { missing: told.stderr.trim().split('\n').at(-1) };
  return JSON.parse(told.stdout.trim().split('\n').at(-1));
}

try {
  const foreign = trainModel();
  const batch = batchOf(BATCH_ROWS, 2);
  const lines = [['one process, library', rows, `${oneProcess(foreign, batch).toFixed(1)} us CPU a row`, '']];
  for (const count of streams) {
    const { cpuSeconds, maxRssBytes } = await streamed(count, batch);
    lines.push([
      'worker, metrics, 200 replicates',
      count,
      `${((cpuSeconds * 1e6) / count).toFixed(1)} us CPU a row`,
      `${Math.round(maxRssBytes / 2 ** 20)} MiB`,
    ]);
  }
  const { missing, ...found } = engines();
  for (const [name, seconds] of Object.entries(found)) {
    lines.push([name, rows, `${((seconds * 1e6) / rows).toFixed(1)} us wall a row`, '']);
  }
  if (missing !== undefined) lines.push(['Spark and Dask', '', `not run: ${missing}`, '']);
  const text = [
    `Node ${process.version}, ${availableParallelism()} cores; ${foreign.ensemble.trees.length} trees, ${MODELS} models x ${CLASSES} classes, both attributions.`,
    '',
    '| what | rows | cost | most memory |',
    '| --- | ---: | --- | --- |',
    ...lines.map(
      (line) =>
        `| ${line.map((cell) => (typeof cell === 'number' ? cell.toLocaleString('en') : cell)).join(' | ')} |`,
    ),
    '',
  ].join('\n');
  process.stdout.write(text);
  if (out !== null)
    writeFileSync(
      out,
      `# Attribution on a cluster: what it costs\n\nMade by \`npm run bench:cluster${full ? ' -- --full' : ''}\`.\n\n${text}`,
    );
} finally {
  rmSync(folder, { recursive: true });
}
