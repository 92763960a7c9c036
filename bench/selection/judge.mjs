// One pool: every strategy chooses on a part of its queries, and the others judge the choices against every set.
import { groupedFolds, groupedSplit } from '../../dist/data/examples/splits.js';
import { boostingOptions } from '../../dist/ensemble/options.js';
import { contributionsOf } from '../../dist/pipeline/files/contributions.js';
import { fitStack } from '../../dist/pipeline/stacking/stack.js';
import { merit } from '../../dist/selection/objective.js';
import { problemOf } from '../../dist/selection/select.js';
import { STRATEGIES, STRATEGY_NAMES } from '../../dist/selection/strategies/registry.js';
import { tallyHeldOut } from '../../dist/selection/subset-fit.js';
import { createSubsetScorer } from '../../dist/selection/subset-scorer.js';
import { fittingSubsets } from '../../dist/selection/subsets.js';
import { scoreTally } from '../../dist/selection/tally.js';
import { drawPool } from './pools.mjs';

const FOLDS = 5;
/** Settings of the ensemble that SHAP values are taken of: the defaults, in fewer rounds. */
const EXPLAINED = boostingOptions({ rounds: 150, learningRate: 0.1 });
/** Rows chosen on, at most: more would leave no strategy anything to get wrong. */
const MOST_CHOSEN_ON = 1000;
export const JUDGED = ['macroF1', 'accuracy', 'weightedF1'];

/** Half of the groups to choose on, at most 1,000 rows of them; the rest to judge on. */
function divide(task, seed) {
  const split = groupedSplit(task.groups, 0.5, seed);
  const all = Int32Array.from(task.labels.keys());
  const half = all.filter((row) => split[row] === split[0]);
  const groups = [...new Set(Array.from(half, (row) => task.groups[row]))];
  const share = Math.min(1, MOST_CHOSEN_ON / half.length);
  const chosen = new Set(groups.slice(0, Math.ceil(share * groups.length)));
  return {
    training: all.filter((row) => chosen.has(task.groups[row])),
    held: all.filter((row) => !chosen.has(task.groups[row])),
  };
}

async function contributions(task, pool, rows, foldOf) {
  const width = task.classes.length;
  const stack = await fitStack({
    model: {
      features: pool.features,
      models: pool.names,
      modelOfColumn: Int32Array.from({ length: pool.features.columns }, (_, at) => Math.floor(at / width)),
    },
    ...{ labels: task.labels, classes: width, rows, foldOf, folds: FOLDS },
    ...{
      predictRows: new Int32Array(),
      options: EXPLAINED,
      validationFolds: FOLDS,
      attribute: true,
      threads: 1,
      queryOf: null,
    },
  });
  return contributionsOf(pool.names, width, stack.attribution);
}

/** Numbers of models from 1 to half of the pool, and half of what the whole pool costs. */
function budgetsOf(pool) {
  const total = pool.costs.reduce((a, b) => a + b, 0);
  const counts = Array.from({ length: Math.max(1, Math.floor(pool.names.length / 2)) }, (_, at) => at + 1);
  return [
    ...counts.map((models) => ({ name: `${models} models`, models, costs: [] })),
    { name: 'half the cost', models: null, costs: [{ name: 'price', limit: total / 2 }] },
  ].filter(({ costs: [limit] }) => limit === undefined || Math.min(...pool.costs) <= limit.limit);
}

/** A set's scores on the rows held out, each set fitted once. */
function heldOutScores(given, training, held) {
  const known = new Map();
  return (subset) => {
    const key = keyOf(subset);
    if (!known.has(key)) known.set(key, scoreTally(tallyHeldOut(given, subset, training, held)));
    return known.get(key);
  };
}

const keyOf = (subset) => [...subset].sort((a, b) => a - b).join(' ');

/** Lines { task, kind, seed, budget, strategy, fitted, regrets, places } of one pool at every budget. */
export async function judgePool({ task, kind, seed }) {
  const pool = drawPool(task, kind, seed);
  const { training, held } = divide(task, seed);
  const groups = Int32Array.from(training, (row) => task.groups[row]);
  const foldOf = Int16Array.from(groupedFolds(groups, FOLDS, seed));
  const given = { features: pool.features, labels: task.labels, classes: task.classes.length };
  const scorer = createSubsetScorer({ ...given, rows: training, foldOf, queries: groups, seed });
  const score = heldOutScores(given, training, held);
  const shares = await contributions(task, pool, training, foldOf);
  const cards = pool.names.map((name, at) => ({
    name,
    costs: { price: { value: pool.costs[at], unit: '' } },
  }));
  return budgetsOf(pool).flatMap(({ name, ...budget }) => {
    const request = { budget, metric: 'macroF1', require: [], forbid: [], floors: [], seed };
    const problem = problemOf({ contributions: shares, cards, request, scorer });
    const all = fittingSubsets(problem, 1000).map(score);
    return STRATEGY_NAMES.map((strategy) => {
      const { choice, fitted } = choose(strategy, problem);
      const own = score(choice.kept);
      const judge = (value) => Object.fromEntries(JUDGED.map((metric) => [metric, value(metric)]));
      return {
        ...{ task: task.name, kind, seed, budget: name, strategy, fitted },
        regrets: judge((metric) => Math.max(...all.map((each) => merit(metric, each))) - merit(metric, own)),
        places: judge((metric) => 1 + all.filter((each) => merit(metric, each) > merit(metric, own)).length),
      };
    });
  });
}

/** A strategy's choice, and how many sets it had scored. */
function choose(strategy, problem) {
  const asked = new Set();
  const choice = STRATEGIES[strategy].choose({
    ...problem,
    score: (subset) => {
      asked.add(keyOf(subset));
      return problem.score(subset);
    },
  });
  return { choice, fitted: asked.size };
}
