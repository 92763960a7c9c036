// Judged rows with the predictions of many models, from folders in the four layouts of ../shared/predictions.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parse } from 'csv-parse/sync';

/** Columns of results_for_metatask files that are chosen with the truth in hand. */
const HINDSIGHT = 'custom.VirtualBest';
const LABELS = ['exact', 'substitute', 'complement', 'irrelevant'];

const table = (path) => parse(readFileSync(path), { columns: true, bom: true });
const csvFiles = (folder) =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.csv'))
    .sort();

/** A task: { name, classes, labels, groups, models: [{ name, values [row][class] }] }, rows in file order. */
function task(name, classes, labels, groups, models) {
  const dense = new Map();
  for (const group of groups) if (!dense.has(group)) dense.set(group, dense.size);
  return {
    name,
    classes,
    labels: Int16Array.from(labels),
    groups: Int32Array.from(groups, (group) => dense.get(group)),
    models,
  };
}

/** The tasks of a folder, told by its files; `data` is the judgements file of per-model CSVs. */
export function loadFolder(folder, data) {
  const files = csvFiles(folder);
  if (files.includes('train.csv') && files.includes('validation.csv')) return [binaryTask(folder)];
  const some = (prefix) => files.filter((file) => file.startsWith(prefix)).map((file) => join(folder, file));
  const metatasks = some('metatask_').map(confidenceTask);
  const answers = some('results_for_metatask_').map(answerTask);
  if (metatasks.length + answers.length > 0) return [...metatasks, ...answers];
  if (data === undefined) throw new Error(`${folder} holds one CSV a model: name the judgements with --data`);
  return [modelTask(folder, data)];
}

/** One CSV a model, keyed by the judgements' unnamed column; groups are queries within a locale. */
function modelTask(folder, data) {
  const judged = table(data);
  const files = csvFiles(folder).filter((file) => file !== 'costs.csv');
  const models = files.map((file) => {
    const byRow = new Map(table(join(folder, file)).map((line) => [line.row, line]));
    const values = judged.flatMap((line) => LABELS.map((k) => Number(byRow.get(line[''])[`p_${k}`])));
    return { name: basename(file, '.csv'), values: Float32Array.from(values) };
  });
  const labels = judged.map((line) => LABELS.indexOf(line.esci_label));
  const groups = judged.map((line) => `${line.query_locale} ${line.query}`);
  const folds = new Set(judged.map(({ fold }) => Number(fold)));
  const name = `esci-${Math.min(...folds)}-${Math.max(...folds)}`;
  return task(name, LABELS, labels, groups, models);
}

/** Two classes: train.csv, then validation.csv; a value that is no number is undecided. */
function binaryTask(folder) {
  const lines = [...table(join(folder, 'train.csv')), ...table(join(folder, 'validation.csv'))];
  const columns = Object.keys(lines[0]).filter((name) => /_(probability|prediction)$/.test(name));
  const number = (text) => (text.trim() === '' || Number.isNaN(Number(text)) ? 0.5 : Number(text));
  const models = columns.map((name) => ({
    name,
    values: Float32Array.from(lines.flatMap((line) => [1 - number(line[name]), number(line[name])])),
  }));
  const labels = lines.map((line) => Number(line.label));
  const name = basename(folder).replace(/-\d+-models$/, '-trainval');
  return task(name, ['0', '1'], labels, [...labels.keys()], models);
}

function confidenceTask(path) {
  const lines = table(path);
  const classes = [...new Set(lines.map((line) => line.target))].sort();
  const first = `confidence.${classes[0]}.`;
  const names = Object.keys(lines[0])
    .filter((name) => name.startsWith(first))
    .map((name) => name.slice(first.length));
  const models = names.map((name) => ({
    name,
    values: Float32Array.from(
      lines.flatMap((line) => classes.map((k) => Number(line[`confidence.${k}.${name}`]))),
    ),
  }));
  const labels = lines.map((line) => classes.indexOf(line.target));
  return task(basename(path, '.csv'), classes, labels, [...labels.keys()], models);
}

function answerTask(path) {
  const lines = table(path);
  const classes = [...new Set(lines.map((line) => line.ground_truth))].sort();
  const names = Object.keys(lines[0])
    .slice(3)
    .filter((name) => name !== HINDSIGHT);
  const models = names.map((name) => ({
    name,
    values: Float32Array.from(lines.flatMap((line) => classes.map((k) => (line[name] === k ? 1 : 0)))),
  }));
  const labels = lines.map((line) => classes.indexOf(line.ground_truth));
  const name = basename(path, '.csv').replace('results_for_metatask_', 'openml-');
  return task(name, classes, labels, [...labels.keys()], models);
}

/** Rows and folds of each task in a folds.csv beside the folders, by the task's name; empty without one. */
export function loadFolds(folders) {
  const files = [...new Set(folders.map((folder) => join(dirname(folder), 'folds.csv')))].filter(existsSync);
  const byTask = new Map();
  for (const line of files.flatMap(table)) {
    if (!byTask.has(line.task)) byTask.set(line.task, []);
    byTask.get(line.task).push(line);
  }
  return byTask;
}

/** The same task over some of its rows. */
export function takeRows({ name, classes, labels, groups, models }, rows) {
  const width = classes.length;
  const part = ({ name: model, values }) => ({
    name: model,
    values: Float32Array.from(rows.flatMap((row) => [...values.subarray(row * width, (row + 1) * width)])),
  });
  return task(
    name,
    classes,
    rows.map((row) => labels[row]),
    rows.map((row) => groups[row]),
    models.map(part),
  );
}

/** A short hash of texts. */
export function hashOf(...texts) {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(text).update('\0');
  return hash.digest('hex').slice(0, 16);
}
