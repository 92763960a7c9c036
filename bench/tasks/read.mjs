// Real predictions in the four layouts of ../shared/predictions, told by their files.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'csv-parse/sync';

/** Chosen with the truth in hand, so no model. */
const ORACLE = 'custom.VirtualBest';
const ESCI = ['exact', 'substitute', 'complement', 'irrelevant'];

const table = (path) => parse(readFileSync(path), { columns: true, bom: true });

/** Every file and folder of predictions at or below a path, in order of name: functions that read one task each. */
export function findTasks(path, judged) {
  if (statSync(path).isFile()) return [readerOf(path)].filter((read) => read !== null);
  const names = readdirSync(path).sort();
  if (names.includes('train.csv') && names.includes('validation.csv')) return [() => binary(path)];
  if (names.some((name) => isModelFile(join(path, name)))) return [() => perModel(path, judged)];
  return names.flatMap((name) => {
    const inner = join(path, name);
    return statSync(inner).isDirectory() || readerOf(inner) !== null ? findTasks(inner, judged) : [];
  });
}

function readerOf(path) {
  const name = basename(path);
  if (/^results_for_metatask_.*\.csv$/.test(name)) return () => hardAnswers(path);
  if (/^metatask_.*\.csv$/.test(name)) return () => confidences(path);
  return null;
}

/** A CSV of one model: `row` and a probability a class. */
function isModelFile(path) {
  return path.endsWith('.csv') && /^row,(fold,)?p_/.test(readFileSync(path, 'utf8').slice(0, 200));
}

/** A task: { name, classes, labels [row], groups [row], locales [row], models: [{ name, values [row][class] }] }. */
function task(name, classes, labels, models, queries = labels.keys(), locales = labels.map(() => '')) {
  return {
    name,
    classes,
    labels: Int16Array.from(labels),
    groups: numbered([...queries]),
    locales: numbered(locales),
    models,
  };
}

function numbered(values) {
  const places = new Map();
  return Int32Array.from(values, (value) => {
    if (!places.has(value)) places.set(value, places.size);
    return places.get(value);
  });
}

/** Probabilities in a file a model, beside judgements whose unnamed column (or `row`) is the key. */
function perModel(folder, judged) {
  if (judged === undefined || !existsSync(judged)) throw new Error(`${folder} needs --data JUDGEMENTS.csv`);
  const lines = table(judged);
  const models = readdirSync(folder)
    .sort()
    .filter((file) => isModelFile(join(folder, file)))
    .map((file) => {
      const byRow = new Map(table(join(folder, file)).map((line) => [line.row, line]));
      const at = (line) => byRow.get(line[''] ?? line.row);
      const values = lines.flatMap((line) => ESCI.map((k) => Number(at(line)?.[`p_${k}`] ?? Number.NaN)));
      return { name: basename(file, '.csv'), values: Float32Array.from(values) };
    });
  const locales = lines.map((line) => line.query_locale);
  return task(
    `esci-${basename(judged, '.csv').replace(/^judgements-(folds-)?/, '')}`,
    ESCI,
    lines.map((line) =>
      ESCI.findIndex((name) => name === line.esci_label || name[0].toUpperCase() === line.esci_label),
    ),
    models,
    lines.map((line) => `${line.query_locale} ${line.query}`),
    locales,
  );
}

/** Two classes, a column a model, train.csv then validation.csv; what is no number is an answer of one half. */
function binary(folder) {
  const lines = ['train.csv', 'validation.csv'].flatMap((file) => table(join(folder, file)));
  const columns = Object.keys(lines[0]).filter((name) => /_(probability|prediction)$/.test(name));
  const number = (text) => (text.trim() === '' || Number.isNaN(Number(text)) ? 0.5 : Number(text));
  const models = columns.map((name) => ({
    name,
    values: Float32Array.from(lines.flatMap((line) => [1 - number(line[name]), number(line[name])])),
  }));
  const name = basename(folder).replace(/-\d+-models$/, '');
  return task(
    `${name}-trainval`,
    ['0', '1'],
    lines.map((line) => Number(line.label)),
    models,
  );
}

/** Confidences of every class: columns confidence.<class>.<model>. */
function confidences(path) {
  const lines = table(path);
  const classes = [...new Set(lines.map((line) => line.target))].sort();
  const prefix = `confidence.${classes[0]}.`;
  const names = Object.keys(lines[0])
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length));
  const models = names.map((name) => ({
    name,
    values: Float32Array.from(
      lines.flatMap((line) => classes.map((k) => Number(line[`confidence.${k}.${name}`]))),
    ),
  }));
  return task(
    basename(path, '.csv'),
    classes,
    lines.map((line) => classes.indexOf(line.target)),
    models,
  );
}

/** Answers only: a column a model after ground_truth, index and fold. */
function hardAnswers(path) {
  const lines = table(path);
  const classes = [...new Set(lines.map((line) => line.ground_truth))].sort();
  const names = Object.keys(lines[0])
    .slice(3)
    .filter((name) => name !== ORACLE);
  const models = names.map((name) => ({
    name,
    values: Float32Array.from(lines.flatMap((line) => classes.map((k) => (line[name] === k ? 1 : 0)))),
  }));
  const labels = lines.map((line) => classes.indexOf(line.ground_truth));
  return task(basename(path, '.csv').replace('results_for_metatask_', 'openml-'), classes, labels, models);
}
