// Our side, in the parts that the peers are timed in: model (from XGBoost's JSON), matrix (from raw floats) and work.
import { existsSync, readFileSync } from 'node:fs';
import { attributeRows } from '../../dist/attribution/attribute.js';
import { planAttribution } from '../../dist/attribution/plan.js';
import { planGamesParallel } from '../../dist/attribution/plan-parallel.js';
import { featurePlayers, groupPlayers } from '../../dist/attribution/players.js';
import { attributeRowsParallel } from '../../dist/attribution/rows-parallel.js';
import { boostingOptions } from '../../dist/ensemble/boosting-options.js';
import { scoreMargins } from '../../dist/ensemble/scoring/score.js';
import { binFeatures } from '../../dist/ensemble/training/binning.js';
import { fitWithRounds } from '../../dist/ensemble/training/cv.js';
import { fromXgboostJson } from '../../dist/ensemble/xgboost/json.js';
import { CLASSES, firstRows } from './data.mjs';

/** Rows whose attributions are held at once. */
const CHUNK_ROWS = 100_000;
const PARALLEL = new URL('../../dist/ensemble/scoring/parallel.js', import.meta.url);
const scoreMarginsParallel = existsSync(PARALLEL) ? (await import(PARALLEL.href)).scoreMarginsParallel : null;

const readModel = (path) => fromXgboostJson(readFileSync(path), path);

/** Seconds that an async function takes, and what it returns. */
async function clock(work) {
  const start = performance.now();
  const value = await work();
  return [(performance.now() - start) / 1000, value];
}

/** The raw floats in shared memory, and which columns have missing values: what planning needs to know of them. */
function takeIn(raw) {
  const values = new Float32Array(new SharedArrayBuffer(raw.values.byteLength));
  values.set(raw.values);
  const missing = new Uint8Array(raw.columns);
  for (
    let at = 0, column = 0;
    at < values.length;
    at++, column = column + 1 === raw.columns ? 0 : column + 1
  ) {
    if (Number.isNaN(values[at])) missing[column] = 1;
  }
  return { features: { ...raw, values }, missing };
}

/** The ensemble's columns as players (`features`, what the peers compute) or models as players (`models`, which no peer does). */
function playersFor(quantity, ensemble) {
  if (quantity === 'features') return featurePlayers(ensemble);
  const columns = ensemble.featureNames.length;
  const names = Array.from({ length: columns / CLASSES }, (_, model) => `model ${model}`);
  return groupPlayers(
    names,
    Array.from({ length: columns }, (_, at) => Math.floor(at / CLASSES)),
  );
}

export function planFor(quantity, path, missing) {
  const ensemble = readModel(path);
  return planAttribution(ensemble, playersFor(quantity, ensemble), { lookup: true, missing });
}

/** The same on threads. */
async function planOn(threads, quantity, path, missing) {
  const ensemble = readModel(path);
  const games = [playersFor(quantity, ensemble)];
  const [plan] = await planGamesParallel(ensemble, games, { lookup: true, missing }, { threads });
  return plan;
}

/** Attributions of all rows, chunk by chunk; a chunk's values are overwritten by the next one's. */
async function attributeAll(plan, features, threads) {
  const { rows, columns, values } = features;
  const width = plan.players.names.length * CLASSES;
  const memory = new Float64Array(new SharedArrayBuffer(8 * width * Math.min(rows, CHUNK_ROWS)));
  for (let from = 0; from < rows; from += CHUNK_ROWS) {
    const count = Math.min(CHUNK_ROWS, rows - from);
    const chunk = {
      ...features,
      rows: count,
      values: values.subarray(from * columns, (from + count) * columns),
    };
    await attributeRowsParallel(plan, chunk, { threads, out: memory.subarray(0, count * width) });
  }
}

/**
 * One run of TreeSHAP of all rows: seconds of its parts. What is paid once is paid in the first call (the look-ups' memory, and
 * starting threads, which peers keep for ever and we for a minute): it counts as the model's, and the second call is the
 * work.
 */
export async function explain(quantity, path, raw, threads) {
  const [matrix, { features, missing }] = await clock(() => takeIn(raw));
  const [model, plan] = await clock(() => planOn(threads, quantity, path, missing));
  const [first] = await clock(() => attributeAll(plan, features, threads));
  const [work] = await clock(() => attributeAll(plan, features, threads));
  return { model: model + Math.max(0, first - work), matrix, work };
}

/** Attributions [row][column][class] and the bias, for the check against the peers. */
export function explainForCheck(path, raw, rows) {
  const features = firstRows(raw, rows);
  const plan = planFor('features', path, new Uint8Array(raw.columns));
  const values = new Float64Array(rows * raw.columns * CLASSES);
  attributeRows(plan, features, { from: 0, to: rows }, values);
  return { values, bias: plan.bias };
}

/** Margins [row][class] added up in float64 by walking every tree: what float32 sums, ours and XGBoost's, round. */
export function exactMargins(path, { columns, values }, rows) {
  const { trees, treeClass, baseScore } = readModel(path);
  const sums = new Float64Array(rows * CLASSES);
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k < CLASSES; k++) sums[row * CLASSES + k] = baseScore[k];
    trees.forEach((tree, at) => {
      let node = 0;
      while (tree.left[node] >= 0) {
        const value = values[row * columns + tree.feature[node]];
        const left = Number.isNaN(value) ? tree.defaultLeft[node] === 1 : value < tree.threshold[node];
        node = left ? tree.left[node] : tree.right[node];
      }
      sums[row * CLASSES + treeClass[at]] += tree.value[node];
    });
  }
  return sums;
}

/** Whether the engine can score on so many threads. */
export const scoresOn = (threads) => threads === 1 || scoreMarginsParallel !== null;

const margins = (ensemble, features, threads) =>
  threads === 1 ? scoreMargins(ensemble, features) : scoreMarginsParallel(ensemble, features, { threads });

/**
 * One run of scoring: seconds of its parts. What is paid once is paid in the first call (the plan, and starting threads, which
 * peers keep for ever and we for a minute): it counts as the model's, and the second call is the work.
 */
export async function score(path, raw, threads) {
  const [matrix, { features }] = await clock(() => takeIn(raw));
  const [reading, ensemble] = await clock(() => readModel(path));
  const [first] = await clock(() => margins(ensemble, features, threads));
  const [work] = await clock(() => margins(ensemble, features, threads));
  return { model: reading + Math.max(0, first - work), matrix, work };
}

/** Margins [row][class] of the first rows on threads. */
export const scoreForCheck = async (path, raw, rows, threads) =>
  margins(readModel(path), firstRows(raw, rows), threads);

/** The settings that peers are given too, as near as each allows. */
const trainingOptions = (rounds) =>
  boostingOptions({
    rounds,
    learningRate: 0.3,
    growth: 'depthwise',
    maxDepth: 6,
    maxLeaves: 0,
    minChildWeight: 1,
    minDataInLeaf: 1,
    lambda: 1,
    featureFraction: 1,
    baggingFraction: 1,
    baggingFrequency: 0,
    classWeights: 'none',
    priors: false,
    maxBins: 255,
    earlyStoppingRounds: 0,
  });

/** A function that trains on all rows, binned beforehand, in this thread: for limits.mjs. */
export function fitForLimits(features, labels, rounds) {
  const rows = Int32Array.from({ length: features.rows }, (_, row) => row);
  const options = trainingOptions(rounds);
  const binned = binFeatures(features, rows, options.maxBins);
  const data = {
    features,
    binned,
    labels: labels.subarray(0, features.rows),
    classes: CLASSES,
    rows,
    options,
  };
  return () => fitWithRounds({ ...data, threads: 1 }, rounds);
}

/** One training on the first three quarters of the rows: seconds of its parts, and the log-loss on the rest. */
export async function train(raw, labels, rounds, threads) {
  const end = Math.floor((raw.rows * 3) / 4);
  const features = firstRows(raw, end);
  const rows = Int32Array.from({ length: end }, (_, row) => row);
  const options = trainingOptions(rounds);
  const [matrix, binned] = await clock(() => binFeatures(features, rows, options.maxBins));
  const data = {
    features,
    binned,
    labels: labels.subarray(0, end),
    classes: CLASSES,
    rows,
    options,
    threads,
  };
  const [work, ensemble] = await clock(() => fitWithRounds(data, rounds));
  return { model: 0, matrix, work, loss: heldOutLoss(ensemble, raw, labels, end) };
}

function heldOutLoss(ensemble, raw, labels, end) {
  const scored = scoreMargins(ensemble, {
    ...raw,
    rows: raw.rows - end,
    values: raw.values.subarray(end * raw.columns),
  });
  let loss = 0;
  for (let row = end; row < raw.rows; row++) {
    const margin = scored.subarray((row - end) * CLASSES, (row - end + 1) * CLASSES);
    const largest = Math.max(...margin);
    let sum = 0;
    for (const value of margin) sum += Math.exp(value - largest);
    loss += Math.log(sum) + largest - margin[labels[row]];
  }
  return loss / (raw.rows - end);
}
