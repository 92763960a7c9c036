// One pool: models drawn from a task, half of its queries to choose on, the other half to judge the choices on.
import { groupedFolds, groupedSplit } from '../../dist/data/splits.js';
import { boostingOptions } from '../../dist/ensemble/options.js';
import { createRandom } from '../../dist/math/random.js';
import { contributionsOf } from '../../dist/pipeline/contributions.js';
import { fitStack } from '../../dist/pipeline/stack.js';
import { auditPart } from '../../dist/selection/audit.js';
import { merit } from '../../dist/selection/objective.js';
import { problemOf } from '../../dist/selection/select.js';
import { STRATEGIES, STRATEGY_NAMES } from '../../dist/selection/strategies/registry.js';
import { createSubsetScorer, tallyHeldOut } from '../../dist/selection/subset-scorer.js';
import { scoreTally } from '../../dist/selection/tally.js';

const FOLDS = 5;
/** Settings of the ensemble that SHAP values are taken of: the defaults, in fewer rounds. */
const EXPLAINED = boostingOptions({ rounds: 150, learningRate: 0.1 });
export const OBJECTIVES = ['macroF1', 'logLoss'];
export const JUDGED = ['macroF1', 'accuracy', 'weightedF1'];

function drawPool(task, size, random) {
  const picked = [...random.shuffle(Int32Array.from(task.models.keys())).slice(0, size)].sort(
    (a, b) => a - b,
  );
  const models = picked.map((at) => task.models[at]);
  const width = task.classes.length;
  const columns = models.length * width;
  const values = new Float32Array(task.labels.length * columns);
  for (let row = 0; row < task.labels.length; row++) {
    models.forEach((model, at) => {
      values.set(model.values.subarray(row * width, (row + 1) * width), row * columns + at * width);
    });
  }
  const names = models.flatMap(({ name }) => task.classes.map((k) => `${name}:${k}`));
  return {
    names: models.map(({ name }) => name),
    features: { rows: task.labels.length, columns, names, values },
  };
}

function contributions(task, pool, rows, foldOf) {
  const stack = fitStack({
    model: {
      features: pool.features,
      models: pool.names,
      modelOfColumn: Int32Array.from({ length: pool.features.columns }, (_, at) =>
        Math.floor(at / task.classes.length),
      ),
    },
    ...{
      labels: task.labels,
      classes: task.classes.length,
      rows,
      foldOf,
      folds: FOLDS,
      predictRows: new Int32Array(),
    },
    ...{ options: EXPLAINED, validationFolds: FOLDS, attribute: true },
  });
  return contributionsOf(pool.names, task.classes.length, stack.attribution);
}

/** Lines { task, seed, budget, strategy, objective, judged, regret, place, score } of one pool at every budget. */
export function judgePool(task, seed, size) {
  const random = createRandom(`${task.name} ${seed}`);
  const pool = drawPool(task, size, random);
  const split = groupedSplit(task.groups, 0.5, seed);
  const all = Int32Array.from(task.labels.keys());
  const training = all.filter((row) => split[row] === split[0]);
  const held = all.filter((row) => split[row] !== split[0]);
  const foldOf = Int16Array.from(
    groupedFolds(
      Int32Array.from(training, (row) => task.groups[row]),
      FOLDS,
      seed,
    ),
  );
  const given = { features: pool.features, labels: task.labels, classes: task.classes.length };
  const scorer = createSubsetScorer({ ...given, rows: training, foldOf, seed });
  const tallies = new Map();
  const heldOut = (subset) => {
    const key = [...subset].sort((a, b) => a - b).join(' ');
    if (!tallies.has(key)) tallies.set(key, tallyHeldOut(given, subset, training, held));
    return tallies.get(key);
  };
  const shares = contributions(task, pool, training, foldOf);
  const cards = pool.names.map((name) => ({ name, costs: {} }));
  const lines = [];
  for (let budget = 1; budget <= Math.floor(pool.names.length / 2); budget++) {
    for (const objective of OBJECTIVES) {
      const request = {
        budget: { models: budget, costs: [] },
        metric: objective,
        require: [],
        forbid: [],
        floors: [],
        seed,
      };
      const problem = problemOf({ contributions: shares, cards, request, scorer });
      const part = auditPart(problem, heldOut, STRATEGY_NAMES);
      const scores = part.tallies.map(scoreTally);
      for (const strategy of STRATEGY_NAMES) {
        if (!STRATEGIES[strategy].refits && strategy !== 'score-order' && objective !== OBJECTIVES[0])
          continue;
        for (const judged of JUDGED) {
          const merits = scores.map((score) => merit(judged, score));
          const own = merits[part.chosen[strategy]];
          const place = 1 + merits.filter((other) => other > own).length;
          lines.push({
            task: task.name,
            seed,
            budget,
            strategy,
            objective,
            judged,
            regret: Math.max(...merits) - own,
            place,
            score: own,
          });
        }
      }
    }
  }
  return lines;
}
