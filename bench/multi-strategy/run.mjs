// A tree for each class against one tree for all (--multi-strategy): what a round costs, how many are needed, and how good
// the model is. Run after `npm run build`: node bench/multi-strategy/run.mjs [rows]. Prints a table; about four minutes.
import { boostingOptions } from '../../dist/ensemble/boosting-options.js';
import { scoreMargins } from '../../dist/ensemble/scoring/score.js';
import { fitWithRounds, trainBoosting } from '../../dist/ensemble/training/train.js';
import { scoresOfConfusion } from '../../dist/evaluation/metrics.js';
import { argmaxAt, softmaxRows } from '../../dist/math/softmax.js';
import { simulate } from '../engine/data.mjs';

const STRATEGIES = ['one_output_per_tree', 'multi_output_tree'];
const MODELS = 6;
/** runs of each strategy whose time is taken, alternating, and the rounds of a run */
const REPEATS = 7;
const TIMED_ROUNDS = 40;
/** how much above the best loss of the first strategy counts as reaching it */
const SLACK = 0.02;
const ROUNDS = 5000;
const SETTINGS = [
  { name: 'the defaults (depth 3)', classes: 4, given: {} },
  {
    name: 'depth 6',
    classes: 4,
    given: { learningRate: 0.1, maxDepth: 6, featureFraction: 1, baggingFrequency: 0, maxBins: 255 },
  },
  {
    name: 'leaf-wise, 25 leaves',
    classes: 4,
    given: { learningRate: 0.1, growth: 'leafwise', maxDepth: 12, maxLeaves: 25 },
  },
  { name: 'depth 3, learning rate 0.1', classes: 16, given: { learningRate: 0.1 } },
];

const rows = Number(process.argv[2] ?? 60_000);
/** Rows from one fifth of the table to another. */
const fifths = (from, to) => {
  const start = Math.floor((from * rows) / 5);
  return Int32Array.from({ length: Math.floor((to * rows) / 5) - start }, (_, at) => start + at);
};
const test = fifths(4, 5);

/** CPU milliseconds of this process in user code. */
const cpu = () => process.cpuUsage().user / 1000;

/** CPU milliseconds per round, without the first rounds, which compile. */
function timeRounds(data, options) {
  const times = [];
  fitWithRounds({ ...data, options }, TIMED_ROUNDS, () => times.push(cpu()));
  const warm = TIMED_ROUNDS / 4;
  return (times[TIMED_ROUNDS - 1] - times[warm]) / (TIMED_ROUNDS - 1 - warm);
}

/** Early stopping on one fifth of the rows, scores on another. */
function judge(data, options) {
  const { features, labels, classes } = data;
  const { ensemble, validationLoss, bestRound } = trainBoosting({
    ...data,
    validationRows: fifths(3, 4),
    options,
  });
  const probabilities = softmaxRows(scoreMargins(ensemble, features, test), classes);
  const confusion = new Float64Array(classes * classes);
  let loss = 0;
  test.forEach((row, at) => {
    confusion[labels[row] * classes + argmaxAt(probabilities, at * classes, classes)]++;
    loss -= Math.log(probabilities[at * classes + labels[row]]);
  });
  return { bestRound, validationLoss, ...scoresOfConfusion(confusion, classes, loss) };
}

const middle = (values) => values.sort((a, b) => a - b)[values.length >> 1];

console.log(`${rows} rows x ${MODELS} models: 3/5 to learn from, 1/5 to stop by, 1/5 to test.\n`);
const heads = ['settings', 'classes', 'strategy', 'CPU a round, ms', 'rounds kept', 'rounds to 2% above'];
console.log(`| ${[...heads, 'log-loss', 'accuracy', 'macro F1'].join(' | ')} |`);
console.log('|---|---|---|---|---|---|---|---|---|');
for (const { name, classes, given } of SETTINGS) {
  const data = { ...simulate(rows, MODELS * classes, classes), classes, rows: fifths(0, 3) };
  const optionsOf = (multiStrategy) => boostingOptions({ ...given, multiStrategy, rounds: ROUNDS });
  const times = new Map(STRATEGIES.map((strategy) => [strategy, []]));
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    for (const strategy of STRATEGIES) times.get(strategy).push(timeRounds(data, optionsOf(strategy)));
  }
  let target;
  for (const strategy of STRATEGIES) {
    const { bestRound, validationLoss, ...found } = judge(data, optionsOf(strategy));
    target ??= (1 + SLACK) * Math.min(...validationLoss);
    const reached = validationLoss.findIndex((loss) => loss <= target) + 1;
    const time = middle(times.get(strategy)).toFixed(1);
    const scores = [found.logLoss, found.accuracy, found.macroF1].map((score) => score.toFixed(4));
    console.log(
      `| ${[name, classes, strategy, time, bestRound, reached || 'never', ...scores].join(' | ')} |`,
    );
  }
}
