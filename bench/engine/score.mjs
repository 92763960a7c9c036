// Rows per second of scoring here and in XGBoost, on XGBoost's own model. Run after `npm run build`, with bench/.venv
// installed:
//   node bench/engine/score.mjs [--rows 500000] [--rounds 100] [--depth 6] [--leaves 0] [--models 6] [--missing 0]
//                               [--repeats 3] [--threads 1,2]
// Margins are compared bit by bit first. Runs alternate; medians, and medians and ranges of the paired ratios, by wall
// and by processor time (which other work on the machine disturbs less), go to stdout.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { describeScorePlan } from '../../dist/ensemble/score-describe.js';
import { scoreMarginsParallel } from '../../dist/ensemble/score-parallel.js';
import { planScoring } from '../../dist/ensemble/score-plan.js';
import { fromXgboostJson } from '../../dist/ensemble/xgboost-json.js';
import { createRandom } from '../../dist/math/random.js';

const here = dirname(fileURLToPath(import.meta.url));
const CLASSES = 4;

const text = (value) => ({ type: 'string', default: value });
const { values: flags } = parseArgs({
  options: {
    rows: text('500000'),
    rounds: text('100'),
    depth: text('6'),
    leaves: text('0'),
    models: text('6'),
    missing: text('0'),
    repeats: text('3'),
    threads: text('1,2'),
  },
});
const rows = Number(flags.rows);
const models = Number(flags.models);

/** Class probabilities of models of unequal quality, some answers missing, in shared memory. */
function simulate() {
  const random = createRandom('bench-score');
  const columns = models * CLASSES;
  const values = new Float32Array(new SharedArrayBuffer(4 * rows * columns));
  const labels = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    const label = Math.floor(CLASSES * random.uniform() ** 1.7);
    labels[row] = label;
    for (let model = 0; model < models; model++) {
      const signal = (1.5 * model) / models;
      const odds = Array.from({ length: CLASSES }, (_, k) =>
        Math.exp(1.3 * random.normal() + (k === label ? signal : 0)),
      );
      const sum = odds.reduce((a, b) => a + b, 0);
      const absent = random.uniform() < Number(flags.missing);
      odds.forEach((odd, k) => {
        values[row * columns + model * CLASSES + k] = absent ? Number.NaN : odd / sum;
      });
    }
  }
  return { features: { rows, columns, names: [], values }, labels };
}

/** The peer process: a line in, a line of JSON out. */
function startPeer(folder, columns) {
  const sizes = [rows, columns, CLASSES, flags.rounds, flags.depth, flags.leaves].map(String);
  const args = [join(here, 'score-peer.py'), folder, ...sizes];
  const peer = spawn(join(here, '../.venv/bin/python'), args, { stdio: ['pipe', 'pipe', 2] });
  const lines = createInterface({ input: peer.stdout })[Symbol.asyncIterator]();
  const answer = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error('the peer ended; is bench/.venv installed from bench/requirements.txt?');
    return JSON.parse(value);
  };
  return {
    answer,
    ask: (threads) => {
      peer.stdin.write(`${threads}\n`);
      return answer();
    },
    stop: () => peer.stdin.end(),
  };
}

/** Throws unless every margin is XGBoost's to the bit. */
function assertBits(margins, folder) {
  const bytes = readFileSync(join(folder, 'margins.f32'));
  const theirs = new Uint32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  const ours = new Uint32Array(margins.buffer, margins.byteOffset, margins.length);
  let different = 0;
  for (let at = 0; at < ours.length; at++) if (ours[at] !== theirs[at]) different++;
  if (ours.length !== theirs.length || different > 0) throw new Error(`${different} margins differ`);
}

/** Wall and processor seconds of some work. */
async function seconds(work) {
  const start = performance.now();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return { wall: (performance.now() - start) / 1000, cpu: (user + system) / 1e6 };
}

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
const range = (values) => ({ median: median(values), min: Math.min(...values), max: Math.max(...values) });

/** Alternating runs at one number of threads. */
async function measure(threads, { peer, features, model, read }) {
  const runs = [];
  for (let repeat = 0; repeat < Number(flags.repeats); repeat++) {
    const theirs = await peer.ask(threads);
    // one thread is this one: starting a worker would be no use
    const at = { threads: threads === 1 ? 0 : threads };
    const steady = await seconds(() => scoreMarginsParallel(model, features, at));
    const endToEnd = await seconds(() => scoreMarginsParallel(read(), features, at));
    runs.push({ theirs, ours: { steady, endToEnd } });
  }
  const result = { threads };
  for (const kind of ['steady', 'endToEnd']) {
    result[kind] = {
      rowsPerSecond: median(runs.map(({ ours }) => rows / ours[kind].wall)),
      xgboostRowsPerSecond: median(runs.map(({ theirs }) => rows / theirs[kind].wall)),
      timesXgboost: range(runs.map(({ ours, theirs }) => theirs[kind].wall / ours[kind].wall)),
      timesXgboostByCpu: range(runs.map(({ ours, theirs }) => theirs[kind].cpu / ours[kind].cpu)),
    };
  }
  return result;
}

async function main(folder) {
  const { features, labels } = simulate();
  writeFileSync(join(folder, 'x.f32'), new Uint8Array(features.values.buffer));
  writeFileSync(join(folder, 'y.i32'), new Uint8Array(labels.buffer));
  const peer = startPeer(folder, features.columns);
  const versions = await peer.answer();
  const path = join(folder, 'model.json');
  // the peer's model knows its columns by number alone
  const read = () => fromXgboostJson(readFileSync(path), path);
  const model = read();
  features.names = model.featureNames;
  for (const threads of [0, 2]) assertBits(await scoreMarginsParallel(model, features, { threads }), folder);
  const measured = [];
  for (const threads of flags.threads.split(',').map(Number)) {
    measured.push(await measure(threads, { peer, features, model, read }));
  }
  peer.stop();
  const machine = { cpu: cpus()[0].model, logicalCpus: cpus().length, node: process.version, ...versions };
  const plan = describeScorePlan(planScoring(model));
  console.log(
    JSON.stringify({ machine, settings: flags, columns: features.columns, plan, measured }, null, 2),
  );
}

const folder = mkdtempSync(join(tmpdir(), 'esci-select-score-'));
try {
  await main(folder);
} finally {
  rmSync(folder, { recursive: true });
}
