// A tree for each class against one tree for all (--multi-strategy): what a round costs, how many are needed, and how good
// the model is. Run after `npm run build`: node bench/multi-strategy/run.mjs [rows]. Prints a table; about three minutes.
import { boostingOptions } from '../../dist/ensemble/options.js';
import { scoreMargins } from '../../dist/ensemble/score.js';
import { fitWithRounds, trainBoosting } from '../../dist/ensemble/train.js';
import { scoresOfConfusion } from '../../dist/evaluation/metrics.js';
import { argmaxAt, softmaxRows } from '../../dist/math/softmax.js';
import { CLASSES, simulate } from '../engine/data.mjs';

const STRATEGIES = ['one_output_per_tree', 'multi_output_tree'];
const COLUMNS = 24;
/** runs of each strategy whose time is taken, alternating, and the rounds of a run */
const REPEATS = 7;
const TIMED_ROUNDS = 40;
/** how much above the best loss of the first strategy counts as reaching it */
const SLACK = 0.02;
const ROUNDS = 5000;
const SETTINGS = {
  'the defaults (depth 3)': {},
  'depth 6': { learningRate: 0.1, maxDepth: 6, featureFraction: 1, baggingFrequency: 0, maxBins: 255 },
  'leaf-wise, 25 leaves': { learningRate: 0.1, growth: 'leafwise', maxDepth: 12, maxLeaves: 25 },
};

const rows = Number(process.argv[2] ?? 100_000);
const { features, labels } = simulate(rows, COLUMNS);
/** Rows from one fifth of the table to another. */
const fifths = (from, to) => {
  const start = Math.floor((from * rows) / 5);
  return Int32Array.from({ length: Math.floor((to * rows) / 5) - start }, (_, at) => start + at);
};
const data = { features, labels, classes: CLASSES, rows: fifths(0, 3) };
const test = fifths(4, 5);

/** CPU milliseconds of this process in user code. */
const cpu = () => process.cpuUsage().user / 1000;

/** CPU milliseconds per round, without the first rounds, which compile. */
function timeRounds(options) {
  const times = [];
  fitWithRounds({ ...data, options }, TIMED_ROUNDS, () => times.push(cpu()));
  const warm = TIMED_ROUNDS / 4;
  return (times[TIMED_ROUNDS - 1] - times[warm]) / (TIMED_ROUNDS - 1 - warm);
}

/** Early stopping on one fifth of the rows, scores on another. */
function judge(options) {
  const { ensemble, validationLoss, bestRound } = trainBoosting({
    ...data,
    validationRows: fifths(3, 4),
    options,
  });
  const probabilities = softmaxRows(scoreMargins(ensemble, features, test), CLASSES);
  const confusion = new Float64Array(CLASSES * CLASSES);
  let loss = 0;
  test.forEach((row, at) => {
    confusion[labels[row] * CLASSES + argmaxAt(probabilities, at * CLASSES, CLASSES)]++;
    loss -= Math.log(probabilities[at * CLASSES + labels[row]]);
  });
  return { bestRound, validationLoss, ...scoresOfConfusion(confusion, CLASSES, loss) };
}

const middle = (values) => values.sort((a, b) => a - b)[values.length >> 1];

console.log(
  `${rows} rows x ${COLUMNS} columns x ${CLASSES} classes: 3/5 to learn from, 1/5 to stop by, 1/5 to test.\n`,
);
console.log(
  '| settings | strategy | CPU a round, ms | rounds kept | rounds to 2% above | log-loss | accuracy | macro F1 |',
);
console.log('|---|---|---|---|---|---|---|---|');
for (const [name, given] of Object.entries(SETTINGS)) {
  const optionsOf = (multiStrategy) => boostingOptions({ ...given, multiStrategy, rounds: ROUNDS });
  const times = new Map(STRATEGIES.map((strategy) => [strategy, []]));
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    for (const strategy of STRATEGIES) times.get(strategy).push(timeRounds(optionsOf(strategy)));
  }
  let target;
  for (const strategy of STRATEGIES) {
    const { bestRound, validationLoss, logLoss, accuracy, macroF1 } = judge(optionsOf(strategy));
    target ??= (1 + SLACK) * Math.min(...validationLoss);
    const reached = validationLoss.findIndex((loss) => loss <= target) + 1;
    const cells = [name, strategy, middle(times.get(strategy)).toFixed(1), bestRound, reached || 'never'];
    const scores = [logLoss, accuracy, macroF1].map((score) => score.toFixed(4));
    console.log(`| ${[...cells, ...scores].join(' | ')} |`);
  }
}
