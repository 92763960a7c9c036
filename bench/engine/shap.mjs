// Rows per second of exact TreeSHAP per feature, and with models as players, here and in XGBoost (pred_contribs, per
// feature only: it knows no groups), on XGBoost's own model. Run after `npm run build`, with bench/.venv installed:
//   node bench/engine/shap.mjs [--rows 65536] [--peer-rows 1000] [--rounds 100] [--models 6] [--repeats 3] [--threads 1,2]
// Agreement is asserted first. Runs alternate; medians, and medians and ranges of the paired ratios, go to stdout.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { attributeRows } from '../../dist/attribution/attribute.js';
import { describePlan } from '../../dist/attribution/describe.js';
import { plansToSend } from '../../dist/attribution/model-block.js';
import { planAttribution } from '../../dist/attribution/plan.js';
import { featurePlayers, groupPlayers } from '../../dist/attribution/players.js';
import { fromXgboostJson } from '../../dist/ensemble/xgboost-json.js';
import { runTasks } from '../../dist/kernels/pool.js';
import { createRandom } from '../../dist/math/random.js';

const here = dirname(fileURLToPath(import.meta.url));
const CLASSES = 4;
const BLOCK = 16_384;
/** how far our values may be from XGBoost's, and bias + sum from its margins, which are float32 sums themselves */
const MOST_DIFFERENCE = 5e-6;

const { values: flags } = parseArgs({
  options: {
    rows: { type: 'string', default: '65536' },
    'peer-rows': { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '100' },
    models: { type: 'string', default: '6' },
    repeats: { type: 'string', default: '3' },
    threads: { type: 'string', default: '1,2' },
  },
});
const rows = Number(flags.rows);
const peerRows = Math.min(rows, Number(flags['peer-rows']));
const models = Number(flags.models);
const repeats = Number(flags.repeats);
const threadCounts = flags.threads.split(',').map(Number);

/** Class probabilities of models of unequal quality, in shared memory. */
function simulate() {
  const random = createRandom('bench-shap');
  const columns = models * CLASSES;
  const values = new Float32Array(new SharedArrayBuffer(4 * rows * columns));
  const labels = new Int32Array(rows);
  const odds = new Float64Array(CLASSES);
  for (let row = 0; row < rows; row++) {
    const label = Math.floor(CLASSES * random.uniform() ** 1.7);
    labels[row] = label;
    for (let model = 0; model < models; model++) {
      let sum = 0;
      for (let k = 0; k < CLASSES; k++) {
        odds[k] = Math.exp(1.3 * random.normal() + (k === label ? (1.5 * model) / models : 0));
        sum += odds[k];
      }
      for (let k = 0; k < CLASSES; k++) values[row * columns + model * CLASSES + k] = odds[k] / sum;
    }
  }
  return { features: { rows, columns, names: [], values }, labels };
}

/** The peer process: a line in, a line of JSON out. */
function startPeer(folder, columns) {
  const script = join(here, 'shap-peer.py');
  const args = [script, folder, rows, columns, CLASSES, flags.rounds, peerRows].map(String);
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

function floatsOf(path) {
  const bytes = readFileSync(path);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

/** Our values and XGBoost's [row][class][column, bias], and how far bias + sum is from XGBoost's margins. */
function compare(plan, features, folder) {
  const { columns } = features;
  const theirs = floatsOf(join(folder, 'contributions.f32'));
  const margins = floatsOf(join(folder, 'margins.f32'));
  const ours = new Float64Array(peerRows * columns * CLASSES);
  attributeRows(plan, features, 0, peerRows, ours);
  const worst = { difference: 0, ourAdditivity: 0, theirAdditivity: 0 };
  for (let cell = 0; cell < peerRows * CLASSES; cell++) {
    const [row, k] = [Math.floor(cell / CLASSES), cell % CLASSES];
    let ourSum = plan.bias[k];
    let theirSum = theirs[cell * (columns + 1) + columns];
    for (let column = 0; column < columns; column++) {
      const own = ours[(row * columns + column) * CLASSES + k];
      const other = theirs[cell * (columns + 1) + column];
      worst.difference = Math.max(worst.difference, Math.abs(own - other));
      ourSum += own;
      theirSum += other;
    }
    worst.ourAdditivity = Math.max(worst.ourAdditivity, Math.abs(ourSum - margins[cell]));
    worst.theirAdditivity = Math.max(worst.theirAdditivity, Math.abs(theirSum - margins[cell]));
  }
  if (!(worst.difference <= MOST_DIFFERENCE)) throw new Error(`values differ by ${worst.difference}`);
  if (!(worst.ourAdditivity <= MOST_DIFFERENCE)) {
    throw new Error(`bias + sum is off by ${worst.ourAdditivity}`);
  }
  return worst;
}

/** Wall seconds of attributing all rows on threads. */
async function attributeAll(plan, features, threads) {
  const [sent] = Object.values(plansToSend({ features: plan, models: plan }));
  const tasks = [];
  const perTask = Math.max(BLOCK, BLOCK * Math.ceil(rows / BLOCK / (threads * 4)));
  for (let from = 0; from < rows; from += perTask) {
    tasks.push({ plan: sent, features, from, to: Math.min(from + perTask, rows), block: BLOCK });
  }
  await runTasks(new URL('./shap.worker.mjs', import.meta.url), tasks, { threads });
}

/** Wall seconds of one run on threads: with the plan ready, and from the model's file on. CPU seconds of both. */
async function timeOurs(plan, features, threads, again) {
  let start = performance.now();
  const cpu = process.cpuUsage();
  await attributeAll(plan, features, threads);
  const steady = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  start = performance.now();
  await attributeAll(again(), features, threads);
  return { steady, endToEnd: (performance.now() - start) / 1000, cpu: (user + system) / 1e6 };
}

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
const range = (values) => ({
  median: median(values),
  min: Math.min(...values),
  max: Math.max(...values),
});

/** Alternating runs at one number of threads, as rates and paired ratios. */
async function measure(quantities, features, threads, peer) {
  const runs = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    const run = { xgboost: await peer.ask(threads) };
    for (const { name, plan, again } of quantities)
      run[name] = await timeOurs(plan, features, threads, again);
    runs.push(run);
  }
  const result = { threads, xgboost: {} };
  for (const kind of ['steady', 'endToEnd']) {
    result.xgboost[kind] = { rowsPerSecond: median(runs.map((run) => peerRows / run.xgboost[kind])) };
  }
  for (const { name } of quantities) {
    result[name] = { cpuMicrosecondsPerRow: median(runs.map((run) => (1e6 * run[name].cpu) / rows)) };
    for (const kind of ['steady', 'endToEnd']) {
      const rates = runs.map((run) => rows / run[name][kind]);
      const ratios = runs.map((run, at) => rates[at] / (peerRows / run.xgboost[kind]));
      result[name][kind] = { rowsPerSecond: median(rates), timesXgboost: range(ratios) };
    }
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
  const read = () => fromXgboostJson(readFileSync(path), path);
  const options = { lookup: true, missing: new Uint8Array(features.columns) };
  const names = Array.from({ length: models }, (_, model) => `model ${model}`);
  const modelOfColumn = Array.from({ length: features.columns }, (_, at) => Math.floor(at / CLASSES));
  const planners = {
    perFeature: () => {
      const ensemble = read();
      return planAttribution(ensemble, featurePlayers(ensemble), options);
    },
    modelsAsPlayers: () => planAttribution(read(), groupPlayers(names, modelOfColumn), options),
  };
  const quantities = Object.entries(planners).map(([name, again]) => ({ name, plan: again(), again }));
  const agreement = compare(quantities[0].plan, features, folder);
  const measured = [];
  for (const threads of threadCounts) measured.push(await measure(quantities, features, threads, peer));
  peer.stop();
  const plans = Object.fromEntries(quantities.map(({ name, plan }) => [name, describePlan(plan)]));
  const machine = { cpu: cpus()[0].model, logicalCpus: cpus().length, node: process.version, ...versions };
  const sizes = { rows, peerRows, columns: features.columns, classes: CLASSES, rounds: Number(flags.rounds) };
  console.log(JSON.stringify({ machine, sizes, plans, agreement, measured }, null, 2));
}

const folder = mkdtempSync(join(tmpdir(), 'esci-select-shap-'));
try {
  await main(folder);
} finally {
  rmSync(folder, { recursive: true });
}
