// node bench/families/run.mjs RUN...: text against graph models on parts of the evaluation rows that are named before
// any result is seen, as a Markdown table. Several runs (of different samples) are judged together.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readExamples } from '../../dist/data/examples/file.js';
import { evaluate, evaluationSet } from '../../dist/evaluation/evaluate.js';
import { readProtocol } from '../../dist/pipeline/files/protocol.js';
import { readPredictionMatrix } from '../../dist/predictions/store/store.js';
import { slices } from './slices.mjs';

const DRAWS = { replicates: 1000, seed: 7 };

async function readRun(folder) {
  const examples = await readExamples(join(folder, 'examples.arrow'), { text: true });
  const protocol = await readProtocol(join(folder, 'protocol.arrow'));
  const predictions = join(folder, 'predictions');
  const files = readdirSync(predictions).filter((name) => name.endsWith('.arrow'));
  const paths = files.map((name) => join(predictions, name));
  const { classes } = examples.labelSpace;
  const matrix = await readPredictionMatrix(paths, examples.rows, classes);
  const rows = protocol.evaluationRows;
  return { examples, matrix, rows, slices: slices(examples, { rows, train: protocol.trainRows }) };
}

/** The rows of a slice in all runs: labels, queries, and each model's probabilities. */
function gather(runs, name) {
  const [{ matrix }] = runs;
  const classes = matrix.classes.length;
  const models = matrix.cards.length;
  const label = [];
  const group = [];
  const values = matrix.cards.map(() => []);
  for (const [at, { examples, matrix, rows, slices }] of runs.entries()) {
    for (const row of rows) {
      if (!slices.get(name)(row)) continue;
      label.push(examples.label[row]);
      group.push(examples.group[row] * runs.length + at);
      for (let model = 0; model < models; model++) {
        const start = (row * models + model) * classes;
        values[model].push(...matrix.values.subarray(start, start + classes));
      }
    }
  }
  const every = Int32Array.from(label, (_, at) => at);
  return {
    set: evaluationSet(classes, Int16Array.from(label), Int32Array.from(group), every),
    predictors: matrix.cards.map(({ name: model }, at) => ({
      name: model,
      covered: null,
      probabilities: Float32Array.from(values[at]),
    })),
  };
}

const three = (value) => value.toFixed(3).replace('-', '−');
const signed = (value) => (value >= 0 ? '+' : '') + three(value);

function line(runs, name) {
  const { cards } = runs[0].matrix;
  const { set, predictors } = gather(runs, name);
  if (set.labels.length === 0) return null;
  const of = (family) => cards.map((_, at) => at).filter((at) => cards[at].family === family);
  const pairs = of('graph').flatMap((graph) => of('text').map((text) => [graph, text]));
  const { evaluations, differences } = evaluate(set, predictors, { ...DRAWS, pairs });
  const best = (family) =>
    of(family).reduce((a, b) => (evaluations[b].accuracy > evaluations[a].accuracy ? b : a));
  const [graph, text] = [best('graph'), best('text')];
  const { difference, intervals } = differences[pairs.findIndex(([a, b]) => a === graph && b === text)];
  const score = (at) => `${cards[at].name} ${three(evaluations[at].accuracy)}`;
  const gap = `${signed(difference.accuracy)} [${intervals.accuracy.map(signed).join(', ')}]`;
  const reading = intervals.accuracy[0] > 0 ? 'text' : intervals.accuracy[1] < 0 ? 'graph' : 'within noise';
  return [name, set.labels.length, set.groupCount, score(text), score(graph), gap, reading];
}

const runs = [];
for (const folder of process.argv.slice(2)) runs.push(await readRun(folder));
console.log('| slice | rows | queries | best text model | best graph model | text − graph | ahead |');
console.log('| --- | ---: | ---: | --- | --- | ---: | --- |');
for (const name of runs[0].slices.keys()) {
  const cells = line(runs, name);
  if (cells !== null) console.log(`| ${cells.join(' | ')} |`);
}
