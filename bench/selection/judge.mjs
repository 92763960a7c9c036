// One pool: strategies choose on half of its groups, and the others judge what the own ensemble of each set does there.
import { groupedFolds } from '../../dist/data/examples/splits.js';
import { boostingOptions } from '../../dist/ensemble/boosting-options.js';
import { poolMargins } from '../../dist/ensemble/pool/fit.js';
import { chooseRule, decide } from '../../dist/evaluation/decision-rule.js';
import { evaluationSet } from '../../dist/evaluation/evaluate.js';
import { classShares } from '../../dist/evaluation/floor.js';
import { createRandom } from '../../dist/math/random.js';
import { contributionsOfStacks } from '../../dist/pipeline/stacking/contributions.js';
import { fitStack } from '../../dist/pipeline/stacking/stack.js';
import { poolFolds, poolOf, poolsOutOfFold, poolTable } from '../../dist/selection/pool-table.js';
import { problemOf } from '../../dist/selection/select.js';
import { STRATEGIES } from '../../dist/selection/strategies/registry.js';
import { tallyHeldOut } from '../../dist/selection/subset-fit.js';
import { createSubsetScorer } from '../../dist/selection/subset-scorer.js';
import { fittingSubsets } from '../../dist/selection/subsets.js';
import { emptyTally, scoreTally } from '../../dist/selection/tally.js';
import { onRows } from '../tasks/tasks.mjs';
import { columnsOf, halves } from './planted.mjs';
import { drawPool } from './pools.mjs';

const FOLDS = 5;
const MOST_ROWS = 500;
export const BUDGETS = [1, 2, 3];
/** Settings of the ensemble that SHAP values are taken of: the defaults, in fewer rounds. */
const EXPLAINED = boostingOptions({ rounds: 150, learningRate: 0.1 });

/** Half of the groups to choose on, as many of them as have at most 500 rows; the rest to judge on. */
function divide(task, seed) {
  const [half, held] = halves(task, createRandom(`half of ${task.name} ${seed}`));
  const groups = [...new Set(half.map((row) => task.groups[row]))];
  createRandom(seed).fork('groups').shuffle(groups);
  const taken = new Set();
  let rows = 0;
  for (const group of groups) {
    const size = half.filter((row) => task.groups[row] === group).length;
    if (rows + size > MOST_ROWS) continue;
    taken.add(group);
    rows += size;
  }
  return { training: half.filter((row) => taken.has(task.groups[row])), held };
}

const keyOf = (subset) => [...subset].sort((a, b) => a - b).join(' ');

/** Remembers what sets score. */
function remembered(judge) {
  const known = new Map();
  return (subset) => {
    const key = keyOf(subset);
    if (!known.has(key)) known.set(key, judge(subset));
    return known.get(key);
  };
}

/** Macro F1 on the rows held out of a set's own pool with its own decision rule, `balanced` on inner folds. */
function ownEnsemble(table, { training, held, groups, seed }) {
  const { classes } = table;
  const chosen = onRowsOf(table, training);
  const folds = groupedFolds(groups, FOLDS, seed);
  const shares = classShares(chosen.labels, classes);
  const inner = evaluationSet(classes, chosen.labels, groups, Int32Array.from(chosen.labels.keys()));
  const own = poolTable(chosen);
  const ownFolds = poolFolds(own, folds);
  const all = poolTable(table);
  return remembered((subset) => {
    const { margins } = poolsOutOfFold(own, subset, ownFolds);
    const { rule } = chooseRule('balanced', { ...inner, margins, shares, seed });
    const pool = poolOf(all, subset, Int32Array.from(training));
    const answers = decide(poolMargins(pool, all.rows, Int32Array.from(held)), classes, rule.offsets);
    const tally = emptyTally(classes);
    answers.forEach((answer, at) => {
      tally.confusion[table.labels[held[at]] * classes + answer]++;
    });
    return scoreTally(tally).macroF1;
  });
}

function onRowsOf({ features, labels, classes }, rows) {
  const { columns } = features;
  const values = new Float32Array(rows.length * columns);
  rows.forEach((row, at) => {
    values.set(features.values.subarray(row * columns, (row + 1) * columns), at * columns);
  });
  return {
    features: { ...features, rows: rows.length, values },
    labels: Int16Array.from(rows, (row) => labels[row]),
    classes,
  };
}

/** Summed SHAP of boosted trees of all models, which the strategies of before went by. */
async function contributions(table, names, { training, folds, groups }) {
  const width = table.classes;
  const stack = await fitStack({
    model: {
      features: table.features,
      models: names,
      modelOfColumn: Int32Array.from({ length: table.features.columns }, (_, at) => Math.floor(at / width)),
    },
    labels: table.labels,
    groups: Int32Array.from(groups),
    stack: 'trees',
    decide: 'argmax',
    classes: width,
    rows: Int32Array.from(training),
    foldOf: folds,
    folds: FOLDS,
    predictRows: new Int32Array(),
    options: EXPLAINED,
    validationFolds: FOLDS,
    attribute: true,
    threads: 1,
    queryOf: null,
  });
  return contributionsOfStacks(names, width, { deployed: stack, folds: [] }).models;
}

/**
 * Lines { task, kind, seed, budget, strategy, set, size, regret, useless, passing } of one pool at budgets of 1 to 3, and
 * `today`: the base's default with the base's own ensemble, trees, as judge of all.
 */
export async function judgePool({ task, kind, seed, strategies }) {
  const models = drawPool(task, kind, seed);
  if (models === null) return [];
  const whole = onRows({ ...task, models }, [...task.labels.keys()]);
  const table = { features: columnsOf(whole, models), labels: whole.labels, classes: task.classes.length };
  const { training, held } = divide(task, seed);
  const groups = Int32Array.from(training, (row) => task.groups[row]);
  const folds = Int16Array.from(groupedFolds(groups, FOLDS, seed));
  const scorer = createSubsetScorer({
    ...table,
    rows: Int32Array.from(training),
    foldOf: folds,
    queries: groups,
    locales: Int32Array.from(training, (row) => task.locales[row]),
    pools: 'macroF1',
    seed,
  });
  const names = models.map(({ name }) => name);
  const shares = await contributions(table, names, { training, folds, groups: task.groups });
  const cards = names.map((name) => ({ name, costs: {} }));
  const own = ownEnsemble(table, { training, held, groups, seed });
  const rows = [training, held].map((part) => Int32Array.from(part));
  const trees = remembered((subset) => scoreTally(tallyHeldOut(table, subset, ...rows)).macroF1);
  const passing = scorer.screens().filter(({ passed }) => passed).length;
  return BUDGETS.flatMap((budget) => {
    const request = {
      budget: { models: budget, costs: [] },
      metric: 'macroF1',
      require: [],
      forbid: [],
      floors: [],
      seed,
    };
    const line = (strategy, judge, pick) => {
      const problem = problemOf({ contributions: shares, cards, request: { ...request, strategy }, scorer });
      const set = pick(STRATEGIES[strategy].choose(problem));
      const best = Math.max(...fittingSubsets(problem, 1000).map(judge));
      const useless = set.some((at) => models[at].useless);
      return {
        task: task.name,
        kind,
        seed,
        budget,
        size: set.length,
        regret: best - judge(set),
        useless,
        passing,
      };
    };
    const kept = ({ kept: set }) => set;
    return [
      { strategy: 'greedy-pool', ...line('greedy-pool', own, kept) },
      {
        strategy: 'greedy-pool, best',
        ...line('greedy-pool', own, ({ kept: set, ceiling }) => ceiling?.best ?? set),
      },
      { strategy: 'today', ...line('greedy-shap', trees, kept) },
      ...strategies.map((strategy) => ({ strategy, ...line(strategy, own, kept) })),
    ];
  });
}
