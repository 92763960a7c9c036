// The tables that are learned from, explained and scored: seeded, and the same bytes for us and for the peers.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { createRandom } from '../../dist/math/random.js';

export const CLASSES = 4;
const CLASS_NAMES = ['exact', 'substitute', 'complement', 'irrelevant'];
/** standard deviation of what is added to each logarithm of a real probability */
const JITTER = 0.3;

/** A table in shared memory, as the tool holds its predictions: what workers read without copying. */
function table(rows, columns) {
  const values = new Float32Array(new SharedArrayBuffer(4 * rows * columns));
  const names = Array.from({ length: columns }, (_, column) => `f${column}`);
  return { features: { rows, columns, names, values }, labels: new Int16Array(rows) };
}

/** Class probabilities of columns / classes models of unequal quality. The first rows of a longer table are a shorter one. */
export function simulate(rows, columns, classes = CLASSES) {
  const random = createRandom('bench-engine');
  const { features, labels } = table(rows, columns);
  const models = columns / classes;
  const odds = new Float64Array(classes);
  for (let row = 0; row < rows; row++) {
    const label = Math.floor(classes * random.uniform() ** 1.7);
    labels[row] = label;
    for (let model = 0; model < models; model++) {
      let sum = 0;
      for (let k = 0; k < classes; k++) {
        odds[k] = Math.exp(1.3 * random.normal() + (k === label ? (1.5 * model) / models : 0));
        sum += odds[k];
      }
      for (let k = 0; k < classes; k++) features.values[row * columns + model * classes + k] = odds[k] / sum;
    }
  }
  return { features, labels };
}

/** The judgements and the twelve models' probabilities that are replicated. */
function readReal(shared) {
  const read = (path) => parse(readFileSync(join(shared, path)), { columns: true, bom: true });
  const judged = read('esci/judgements-folds-1-3.csv');
  const folder = 'predictions/esci-12-models';
  const files = readdirSync(join(shared, folder)).filter(
    (file) => file.endsWith('.csv') && file !== 'costs.csv',
  );
  const models = files.sort().map((file) => {
    const byRow = new Map(read(join(folder, file)).map((line) => [line.row, line]));
    return judged.map((line) => CLASS_NAMES.map((name) => Number(byRow.get(line[''])[`p_${name}`])));
  });
  return { labels: judged.map((line) => CLASS_NAMES.indexOf(line.esci_label)), models };
}

/**
 * Rows drawn from the real ones, with every probability's logarithm jittered and the class of the row kept; null where
 * the real data is not there. Replicates of a row are in the training part and in the held-out part alike, so that
 * log-losses are lower than those on new rows.
 */
export function replicateReal(rows, shared) {
  if (!existsSync(join(shared, 'predictions/esci-12-models'))) return null;
  const real = readReal(shared);
  const random = createRandom('bench-engine real');
  const columns = real.models.length * CLASSES;
  const { features, labels } = table(rows, columns);
  for (let row = 0, at = 0; row < rows; row++) {
    const source = Math.floor(random.uniform() * real.labels.length);
    labels[row] = real.labels[source];
    for (const model of real.models) {
      const odds = model[source].map((p) => Math.exp(Math.log(Math.max(p, 1e-6)) + JITTER * random.normal()));
      const sum = odds.reduce((a, b) => a + b, 0);
      for (const odd of odds) features.values[at++] = odd / sum;
    }
  }
  return { features, labels };
}

/** The first rows of a table, without copying. */
export const firstRows = (features, rows) => someRows(features, 0, rows);

/** Consecutive rows of a table, without copying. */
export function someRows(features, first, rows) {
  const { columns, values } = features;
  return { ...features, rows, values: values.subarray(first * columns, (first + rows) * columns) };
}
