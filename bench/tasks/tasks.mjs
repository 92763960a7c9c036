// Tasks to judge on: real predictions, the rows of them that are used, and outer folds under four seeds.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parse } from 'csv-parse/sync';
import { createRandom } from '../../dist/math/random.js';
import { findTasks } from './read.mjs';

/** Rows of a task at most, and folds, where folds.csv does not say. */
const MOST_ROWS = 2500;
const FOLDS = 5;
const SEEDS = 4;

/** `--predictions DIR...` (the shared ones unless given) and `--data JUDGEMENTS.csv` of a benchmark's arguments; the rest. */
export function taskArguments(args, shared) {
  const paths = [];
  const rest = [];
  let data = join(shared, 'esci/judgements-folds-1-3.csv');
  for (let at = 0; at < args.length; at++) {
    if (args[at] === '--predictions') {
      while (at + 1 < args.length && !args[at + 1].startsWith('--')) paths.push(args[++at]);
    } else if (args[at] === '--data') data = args[++at];
    else rest.push(args[at]);
  }
  return { paths: paths.length === 0 ? [join(shared, 'predictions')] : paths, data, rest };
}

/**
 * Every task at or below some paths, in order: { name, classes, labels, groups, locales, models, folds }, folds [seed][row].
 * Rows and folds are those of the nearest folds.csv above; a task that none names is drawn and folded here.
 */
export function loadTasks(paths, data) {
  return paths.flatMap((path) => {
    const folds = readFolds(path);
    return findTasks(path, data).map((read) => {
      const whole = read();
      const given = folds.get(whole.name);
      return given === undefined
        ? folded(sampled(whole))
        : { ...onRows(whole, given.rows), folds: given.folds };
    });
  });
}

/** By task: rows in file order, and the fold of each under every seed. */
function readFolds(path) {
  const byTask = new Map();
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    const file = join(folder, 'folds.csv');
    if (existsSync(file)) {
      for (const line of parse(readFileSync(file), { columns: true })) {
        if (!byTask.has(line.task)) byTask.set(line.task, []);
        byTask.get(line.task).push(line);
      }
      break;
    }
    if (folder === dirname(folder)) break;
  }
  return new Map(
    [...byTask].map(([task, lines]) => {
      const seeds = Object.keys(lines[0]).filter((name) => name.startsWith('fold_'));
      return [
        task,
        {
          rows: lines.map(({ row }) => Number(row)),
          folds: seeds.map((seed) => Int16Array.from(lines, (line) => Number(line[seed]))),
        },
      ];
    }),
  );
}

/** The same task on some of its rows. */
export function onRows(whole, rows) {
  const width = whole.classes.length;
  const part = ({ name, values }) => ({
    name,
    values: Float32Array.from(rows.flatMap((row) => [...values.subarray(row * width, (row + 1) * width)])),
  });
  const pick = (values) => values.constructor.from(rows, (row) => values[row]);
  return {
    ...whole,
    labels: pick(whole.labels),
    groups: pick(whole.groups),
    locales: pick(whole.locales),
    models: whole.models.map(part),
  };
}

/** Whole groups in random order, until there are MOST_ROWS rows. */
function sampled(whole) {
  if (whole.labels.length <= MOST_ROWS) return whole;
  const byGroup = rowsByGroup(whole.groups);
  const order = createRandom(`rows of ${whole.name}`).shuffle([...byGroup.keys()]);
  const rows = [];
  for (const group of order)
    if (rows.length + byGroup.get(group).length <= MOST_ROWS) rows.push(...byGroup.get(group));
  return onRows(
    whole,
    rows.sort((a, b) => a - b),
  );
}

function rowsByGroup(groups) {
  const byGroup = new Map();
  groups.forEach((group, row) => {
    if (!byGroup.has(group)) byGroup.set(group, []);
    byGroup.get(group).push(row);
  });
  return byGroup;
}

/** Whole groups dealt to folds, stratified by the label of a group's first row. */
function folded(whole) {
  const byGroup = [...rowsByGroup(whole.groups).values()];
  const folds = Array.from({ length: SEEDS }, (_, seed) => {
    const order = createRandom(`folds of ${whole.name} ${seed}`).shuffle([...byGroup]);
    order.sort((a, b) => whole.labels[a[0]] - whole.labels[b[0]]);
    const fold = new Int16Array(whole.labels.length);
    order.forEach((rows, at) => {
      for (const row of rows) fold[row] = at % FOLDS;
    });
    return fold;
  });
  return { ...whole, folds };
}
