// Margins of one model in XGBoost and here, both ways, to the bit; and the log-loss of both trainers at equal settings.
// Run after `npm run build`: node bench/xgboost-margins/run.mjs [rows]. Makes bench/.venv at first use (needs python3).
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { boostingOptions } from '../../dist/ensemble/boosting-options.js';
import { scoreMargins } from '../../dist/ensemble/scoring/score.js';
import { trainBoosting } from '../../dist/ensemble/training/train.js';
import { fromXgboostJson, toXgboostJson } from '../../dist/ensemble/xgboost/json.js';
import { createRandom } from '../../dist/math/random.js';

const here = dirname(fileURLToPath(import.meta.url));
const MODELS = 6;
const CLASSES = 4;
const ROUNDS = 100;
const XGBOOST_MODELS = ['same-settings', 'softprob', 'pruned', 'leafwise', 'forest', 'binary'];
/** how much worse than XGBoost's our log-loss may be */
const MOST_EXCESS = 0.005;

/** Class probabilities of six models of unequal quality; one in twenty of their answers is missing. */
function simulate(rows) {
  const random = createRandom('xgboost-margins');
  const columns = MODELS * CLASSES;
  const values = new Float32Array(rows * columns);
  const labels = new Int16Array(rows);
  for (let row = 0; row < rows; row++) {
    const label = Math.floor(CLASSES * random.uniform() ** 1.7);
    labels[row] = label;
    for (let model = 0; model < MODELS; model++) {
      const missing = random.uniform() < 0.05;
      const odds = Array.from({ length: CLASSES }, (_, k) => {
        return Math.exp(1.3 * random.normal() + (k === label ? 0.3 * model : 0));
      });
      const sum = odds.reduce((a, b) => a + b, 0);
      const probabilities = odds.map((odd) => (missing ? Number.NaN : odd / sum));
      values.set(probabilities, row * columns + model * CLASSES);
    }
  }
  const names = Array.from(
    { length: columns },
    (_, at) => `model${Math.floor(at / CLASSES)}:${at % CLASSES}`,
  );
  return { features: { rows, columns, names, values }, labels };
}

function run(command, args) {
  const result = spawnSync(command, args, { stdio: ['ignore', 2, 2] });
  if (result.status !== 0)
    throw new Error(`${command} ${args.join(' ')} failed with ${result.status ?? result.error}`);
}

function python() {
  const venv = join(here, '../.venv');
  const executable = join(venv, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  if (!existsSync(executable)) {
    run('python3', ['-m', 'venv', venv]);
    run(executable, ['-m', 'pip', 'install', '--no-deps', '-r', join(here, '../requirements.txt')]);
  }
  return executable;
}

/** Mean log-loss of margins [row][class] over rows start to end. */
function logLoss(margins, labels, start, end) {
  let loss = 0;
  for (let row = start; row < end; row++) {
    const margin = margins.subarray(row * CLASSES, (row + 1) * CLASSES);
    const largest = Math.max(...margin);
    const sum = margin.reduce((total, value) => total + Math.exp(value - largest), 0);
    loss += Math.log(sum) + largest - margin[labels[row]];
  }
  return loss / (end - start);
}

/** The largest absolute difference, and how many of the values are not the same float32. */
function compare(ours, theirs) {
  if (ours.length !== theirs.length) throw new Error(`${ours.length} margins against ${theirs.length}`);
  let largest = 0;
  let different = 0;
  for (let at = 0; at < ours.length; at++) {
    if (!Object.is(ours[at] + 0, theirs[at] + 0)) different++;
    largest = Math.max(largest, Math.abs(ours[at] - theirs[at]));
  }
  return { largest, different, values: ours.length };
}

function floatsOf(path) {
  const bytes = readFileSync(path);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

/** A binary model's margins: of two classes here, of class 1 alone in XGBoost. */
function secondClass(margins) {
  return margins.filter((_, at) => at % 2 === 1);
}

function main(folder, rows) {
  const { features, labels } = simulate(rows);
  const train = Math.floor(rows * 0.8);
  const options = boostingOptions({
    rounds: ROUNDS,
    learningRate: 0.1,
    maxDepth: 6,
    minChildWeight: 1,
    featureFraction: 1,
    baggingFraction: 1,
    earlyStoppingRounds: 0,
    priors: false,
    classWeights: 'none',
    maxBins: 255,
  });
  const trainingRows = Int32Array.from({ length: train }, (_, row) => row);
  const data = { features, labels, classes: CLASSES, rows: trainingRows };
  const { ensemble } = trainBoosting({ ...data, options });
  const withPriors = trainBoosting({ ...data, options: { ...options, priors: true, rounds: 10 } }).ensemble;
  writeFileSync(join(folder, 'ours.json'), toXgboostJson(ensemble, { tool: 'esci-select' }));
  writeFileSync(join(folder, 'ours-priors.json'), toXgboostJson(withPriors));
  writeFileSync(join(folder, 'x.f32'), new Uint8Array(features.values.buffer));
  writeFileSync(join(folder, 'y.i32'), new Uint8Array(Int32Array.from(labels).buffer));
  const settings = {
    rows,
    columns: features.columns,
    classes: CLASSES,
    train,
    names: features.names,
    rounds: ROUNDS,
  };
  writeFileSync(join(folder, 'settings.json'), JSON.stringify(settings));

  run(python(), [join(here, 'check.py'), 'train', folder]);
  const read = XGBOOST_MODELS.map((name) => {
    const path = join(folder, `${name}.json`);
    const model = fromXgboostJson(readFileSync(path), path);
    writeFileSync(join(folder, `rewritten-${name}.json`), toXgboostJson(model));
    return { name, margins: scoreMargins(model, features) };
  });
  const rewritten = XGBOOST_MODELS.map((name) => `rewritten-${name}`);
  run(python(), [join(here, 'check.py'), 'score', folder, 'ours', 'ours-priors', ...rewritten]);

  const ourMargins = scoreMargins(ensemble, features);
  const inXgboost = (name) => floatsOf(join(folder, `${name}.margins.f32`));
  const margins = {
    'our model in XGBoost': compare(ourMargins, inXgboost('ours')),
    'our model with priors in XGBoost': compare(scoreMargins(withPriors, features), inXgboost('ours-priors')),
  };
  for (const { name, margins: scored } of read) {
    const own = name === 'binary' ? secondClass(scored) : scored;
    margins[`XGBoost's ${name} model here`] = compare(own, inXgboost(name));
    margins[`XGBoost's ${name} model, rewritten here, in XGBoost`] = compare(
      scored,
      inXgboost(`rewritten-${name}`),
    );
  }
  const peer = inXgboost('same-settings');
  const losses = {
    train: { ours: logLoss(ourMargins, labels, 0, train), xgboost: logLoss(peer, labels, 0, train) },
    heldOut: { ours: logLoss(ourMargins, labels, train, rows), xgboost: logLoss(peer, labels, train, rows) },
  };
  const versions = JSON.parse(readFileSync(join(folder, 'versions.json'), 'utf8'));
  console.log(JSON.stringify({ versions, rows, columns: features.columns, margins, losses }, null, 2));
  for (const [name, { different }] of Object.entries(margins)) {
    if (different > 0) throw new Error(`${name}: ${different} margins differ`);
  }
  for (const [name, { ours, xgboost }] of Object.entries(losses)) {
    if (ours > xgboost * (1 + MOST_EXCESS))
      throw new Error(`${name} log-loss ${ours} is over XGBoost's ${xgboost}`);
  }
}

const folder = mkdtempSync(join(tmpdir(), 'esci-select-margins-'));
try {
  main(folder, Number(process.argv[2] ?? 20_000));
} finally {
  rmSync(folder, { recursive: true });
}
