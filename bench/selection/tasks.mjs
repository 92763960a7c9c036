// Pools of models to choose from: real predictions in ../shared/predictions (or ESCI_SHARED), and planted ones.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { createRandom } from '../../dist/math/random.js';

/** Rows of a task at most: a larger one is drawn from. */
const MOST_ROWS = 7500;
/** Classes of a task at most. */
const MOST_CLASSES = 10;

/** A task: { name, classes, labels, groups, models: [{ name, values [row][class] }] }. */
export function task(name, classes, labels, groups, models) {
  const dense = new Map();
  for (const group of groups) if (!dense.has(group)) dense.set(group, dense.size);
  const numbered = groups.map((group) => dense.get(group));
  return { name, classes, labels: Int16Array.from(labels), groups: Int32Array.from(numbered), models };
}

const table = (path) => parse(readFileSync(path), { columns: true, bom: true });
const oneHot = (rows, classes) =>
  Float32Array.from(rows.flatMap((k) => classes.map((_, at) => (at === k ? 1 : 0))));

function esci(shared) {
  const classes = ['exact', 'substitute', 'complement', 'irrelevant'];
  const judged = table(join(shared, 'esci/judgements-folds-1-3.csv'));
  const folder = join(shared, 'predictions/esci-12-models');
  const files = readdirSync(folder).filter((file) => file !== 'costs.csv');
  const models = files.map((file) => {
    const byRow = new Map(table(join(folder, file)).map((line) => [line.row, line]));
    const values = judged.flatMap((line) => classes.map((k) => Number(byRow.get(line[''])[`p_${k}`])));
    return { name: basename(file, '.csv'), values: Float32Array.from(values) };
  });
  const labels = judged.map((line) => classes.indexOf(line.esci_label));
  const groups = judged.map((line) => `${line.query_locale} ${line.query}`);
  return task('esci-12-models', classes, labels, groups, models);
}

function sarcasm(shared) {
  const folder = join(shared, 'predictions/sarcasm-12-models');
  const lines = [...table(join(folder, 'train.csv')), ...table(join(folder, 'validation.csv'))];
  const columns = Object.keys(lines[0]).filter((name) => /_(probability|prediction)$/.test(name));
  const models = columns.map((name) => ({
    name,
    values: Float32Array.from(lines.flatMap((line) => [1 - Number(line[name]), Number(line[name])])),
  }));
  const labels = lines.map((line) => Number(line.label));
  return task(
    'sarcasm-12-models',
    ['0', '1'],
    labels,
    lines.map((_, row) => row),
    models,
  );
}

function metatask(path) {
  const lines = table(path);
  const classes = [...new Set(lines.map((line) => line.target))].sort();
  const confidences = Object.keys(lines[0]).filter((name) => name.startsWith(`confidence.${classes[0]}.`));
  const models = confidences.map((column) => {
    const name = column.slice(`confidence.${classes[0]}.`.length);
    return {
      name,
      values: Float32Array.from(
        lines.flatMap((line) => classes.map((k) => Number(line[`confidence.${k}.${name}`]))),
      ),
    };
  });
  return task(
    basename(path, '.csv'),
    classes,
    lines.map((line) => classes.indexOf(line.target)),
    lines.map((_, row) => row),
    models,
  );
}

/** Hard labels; the one column that is chosen with the truth in hand is left out. */
function openml(path) {
  const lines = table(path);
  const classes = [...new Set(lines.map((line) => line.ground_truth))].sort();
  const names = Object.keys(lines[0])
    .slice(3)
    .filter((name) => name !== 'custom.VirtualBest');
  const models = names.map((name) => ({
    name,
    values: oneHot(
      lines.map((line) => classes.indexOf(line[name])),
      classes,
    ),
  }));
  const labels = lines.map((line) => classes.indexOf(line.ground_truth));
  return task(
    basename(path, '.csv').replace('results_for_metatask_', 'openml-'),
    classes,
    labels,
    lines.map((_, row) => row),
    models,
  );
}

/** Six useful models of two families, a copy, two noise models and a specialist for a rare class; 10 rows a query. */
function planted(rows) {
  const random = createRandom('planted selection pool');
  const classes = ['exact', 'substitute', 'complement', 'irrelevant'];
  const signals = {
    'text-1': [1.6, 0.8, 0, 1.4],
    'text-2': [1.4, 0.9, 0, 1.2],
    'text-3': [1.2, 0.6, 0.1, 1],
    'graph-1': [1.2, 1.1, 0.3, 0.6],
    'graph-2': [1, 1.2, 0.2, 0.6],
    heuristic: [0.8, 0.2, 0, 0.9],
    specialist: [0, 0, 3, 0],
    'noise-1': [0, 0, 0, 0],
    'noise-2': [0, 0, 0, 0],
  };
  const names = Object.keys(signals);
  const values = new Map([...names, 'text-1-copy'].map((name) => [name, []]));
  const labels = [];
  let family = new Map();
  for (let row = 0; row < rows; row++) {
    const draw = random.uniform();
    const label = draw < 0.6 ? 0 : draw < 0.8 ? 1 : draw < 0.85 ? 2 : 3;
    labels.push(label);
    family = new Map(['text', 'graph'].map((each) => [each, classes.map(() => random.normal())]));
    for (const name of names) {
      const shared = family.get(name.split('-')[0]);
      const odds = classes.map((_, k) =>
        Math.exp(
          0.7 * random.normal() +
            0.7 * (shared?.[k] ?? random.normal()) +
            (k === label ? signals[name][k] : 0),
        ),
      );
      const sum = odds.reduce((a, b) => a + b, 0);
      values.get(name).push(...odds.map((odd) => odd / sum));
      if (name === 'text-1') values.get('text-1-copy').push(...odds.map((odd) => odd / sum));
    }
  }
  const models = [...values].map(([name, list]) => ({ name, values: Float32Array.from(list) }));
  return task(
    'planted',
    classes,
    labels,
    labels.map((_, row) => Math.floor(row / 10)),
    models,
  );
}

/** At most 7,500 rows of a task, drawn in whole groups; the rest as it is. */
function sampled(whole) {
  const { groups, classes, models } = whole;
  if (groups.length <= MOST_ROWS) return whole;
  const random = createRandom(`rows of ${whole.name}`);
  const most = (MOST_ROWS / groups.length) * (Math.max(...groups) + 1);
  const taken = new Set(
    random.shuffle(Int32Array.from({ length: Math.max(...groups) + 1 }, (_, g) => g)).slice(0, most),
  );
  const rows = [...groups.keys()].filter((row) => taken.has(groups[row]));
  const width = classes.length;
  const part = ({ name, values }) => ({
    name,
    values: Float32Array.from(rows.flatMap((row) => [...values.subarray(row * width, (row + 1) * width)])),
  });
  return task(
    whole.name,
    classes,
    rows.map((row) => whole.labels[row]),
    rows.map((row) => groups[row]),
    models.map(part),
  );
}

/** Every task in ../shared (or ESCI_SHARED) and the planted one. */
export function loadTasks(shared) {
  const tasks = [planted(2000)];
  if (!existsSync(join(shared, 'predictions'))) return tasks;
  const csv = (folder) =>
    readdirSync(join(shared, 'predictions', folder))
      .filter((file) => file.endsWith('.csv'))
      .sort()
      .map((file) => join(shared, 'predictions', folder, file));
  return [
    ...tasks,
    esci(shared),
    sarcasm(shared),
    ...csv('metatasks').map(metatask),
    ...csv('openml-27-methods')
      .map(openml)
      .filter(({ classes }) => classes.length <= MOST_CLASSES)
      .map(sampled),
  ];
}
