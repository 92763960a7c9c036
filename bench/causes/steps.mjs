// The steps of bench/causes: models learn and answer the test rows, ensembles of one kind, and an ensemble that learns
// from the test rows themselves.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeSimulation } from '../../dist/data/simulator/write.js';
import { evaluate, evaluationSet } from '../../dist/evaluation/evaluate.js';
import { removeModels } from '../../dist/pipeline/commands/remove.js';
import { EXAMPLES, PROBABILITIES, PROTOCOL } from '../../dist/pipeline/files/layout.js';
import { readPredictions } from '../../dist/pipeline/files/predictions.js';
import { TRAIN_DEFAULTS, train } from '../../dist/pipeline.js';
import { RunFolder } from '../../dist/run/run-folder.js';

/** The model whose place in `all` is in question. */
export const QUESTIONED = 'cross-encoder';

export const testLabels = ({ examples }) => examples.filter(({ split }) => split === 'test');

/** The likeliest answers' scores. Arrays are those of a set of rows. */
function scoresOf(set, named) {
  const predictors = Object.entries(named).map(([name, probabilities]) => ({
    name,
    probabilities,
    covered: null,
  }));
  const { evaluations } = evaluate(set, predictors, { replicates: 0, seed: 7, pairs: [] });
  return Object.fromEntries(
    evaluations.map(({ accuracy, macroF1, weightedF1, logLoss }, at) => [
      predictors[at].name,
      { accuracy, macroF1, weightedF1, logLoss },
    ]),
  );
}

/** What a run's ensemble and models say of its evaluation rows. */
async function readAnswers(path) {
  const run = await RunFolder.open(path);
  const examples = await EXAMPLES.read(run, { text: false });
  const { evaluationRows: rows } = await PROTOCOL.read(run);
  const matrix = await readPredictions(run, examples);
  const classes = matrix.classes.length;
  const models = matrix.cards.map(({ name }, model) => {
    const values = new Float32Array(rows.length * classes);
    rows.forEach((row, at) => {
      const start = (row * matrix.cards.length + model) * classes;
      values.set(matrix.values.subarray(start, start + classes), at * classes);
    });
    return [name, values];
  });
  const { probabilities } = await PROBABILITIES.read(run);
  return { examples, rows, classes, models: Object.fromEntries(models), ensemble: probabilities };
}

const setOf = ({ classes, rows, examples }) => evaluationSet(classes, examples.label, examples.group, rows);

/** Rows, and right answers of the ensemble, by what the texts leave open; the simulation's examples must be all there. */
export function byHidden({ answers: { ensemble, rows, classes, examples } }, simulation) {
  const hiddenOf = new Map(
    simulation.examples.map(({ exampleId }, at) => [String(exampleId), simulation.truth.hidden[at]]),
  );
  const found = {};
  rows.forEach((row, at) => {
    const own = ensemble.subarray(at * classes, (at + 1) * classes);
    const kind = hiddenOf.get(String(examples.id[row]));
    found[kind] ??= { rows: 0, right: 0 };
    const cell = found[kind];
    cell.rows++;
    if (own.indexOf(Math.max(...own)) === examples.label[row]) cell.right++;
  });
  return found;
}

/**
 * Trains all models on a simulation's training rows and scores everybody on its test rows. `also`: ensembles of one kind
 * of the same predictions (pool, trees), and of all models but the questioned one (without).
 */
export async function learnAndAnswer(simulation, { folder, name, threads }, also) {
  const data = join(folder, `${name}-data`);
  const run = join(folder, `${name}-run`);
  await writeSimulation(simulation, data);
  const models = `all,${QUESTIONED}`;
  const options = { ...TRAIN_DEFAULTS, run, data: [data], models, measure: false };
  await train(options, { threads });
  const answers = await readAnswers(run);
  const ensembles = { ensemble: answers.ensemble };
  for (const stack of also.filter((each) => each !== 'without')) {
    await train({ ...options, stack }, { threads });
    ensembles[stack] = (await readAnswers(run)).ensemble;
  }
  if (also.includes('without')) {
    if (also.length > 1) await train(options, { threads });
    await removeModels({ run, models: [QUESTIONED] }, { threads });
    ensembles.without = (await readAnswers(run)).ensemble;
  }
  const { examples, rows } = answers;
  return {
    answers,
    rows: { training: examples.rows - rows.length, test: rows.length },
    scores: scoresOf(setOf(answers), { ...answers.models, ...ensembles }),
  };
}

/**
 * The same models' answers to the test rows, combined by an ensemble that learns from (other folds of) the test rows: what
 * the answers hold, where neither the rows nor the change from models of folds to refits stands between.
 */
export async function answersAfresh({ answers }, { folder, threads }) {
  const { examples, rows, classes, models } = answers;
  const names = examples.labelSpace.classes;
  const data = join(folder, 'afresh.csv');
  const line = (row, at) =>
    [at, `q${examples.group[row]}`, examples.group[row], `p${at}`, names[examples.label[row]]].join();
  writeFileSync(
    data,
    ['example_id,query,query_id,product_id,esci_label', ...Array.from(rows, line)].join('\n'),
  );
  const predictions = Object.entries(models).map(([model, values]) => {
    const path = join(folder, `${model}.csv`);
    const cells = (at) =>
      Array.from(values.subarray(at * classes, (at + 1) * classes), (value) => value.toFixed(9));
    const lines = Array.from(rows, (_, at) => [at, ...cells(at)].join());
    writeFileSync(path, [['example_id', ...names].join(), ...lines].join('\n'));
    return path;
  });
  const run = join(folder, 'afresh-run');
  const options = { ...TRAIN_DEFAULTS, run, data: [data], models: 'none', predictions, measure: false };
  await train(
    {
      ...options,
      evaluation: 'cross-validate',
      importing: { ...TRAIN_DEFAULTS.importing, renormalise: true },
    },
    { threads },
  );
  const found = await readAnswers(run);
  return scoresOf(setOf(found), { ensemble: found.ensemble }).ensemble;
}
