// A seeded draw of 200 to 2,000 rows of a task, six of its models and one useless: is the useless one kept?
import { groupedFolds } from '../../dist/data/examples/splits.js';
import { createRandom } from '../../dist/math/random.js';
import { problemOf } from '../../dist/selection/select.js';
import { STRATEGIES } from '../../dist/selection/strategies/registry.js';
import { createSubsetScorer } from '../../dist/selection/subset-scorer.js';
import { onRows } from '../tasks/tasks.mjs';
import { columnsOf, shuffled } from './planted.mjs';

const MODELS = 6;
const BUDGET = 3;

/** Tasks with enough rows to draw from. */
export const isDrawnFrom = ({ labels }) => labels.length >= 300;

/** { task, seed, rows, kept, passing }: whether the useless model is kept within a budget of three. */
export function drawPlanted({ task, seed }) {
  const random = createRandom(`planted ${task.name} ${seed}`);
  const most = Math.min(2000, task.labels.length);
  const rows = Math.round(200 * Math.exp(random.uniform() * Math.log(most / 200)));
  const own = random.shuffle([...task.models]).slice(0, MODELS);
  const models = [...own, shuffled(task, random, own[0], 'useless')];
  const part = onRows({ ...task, models }, wholeGroups(task, rows, random));
  const scorer = createSubsetScorer({
    features: columnsOf(part, part.models),
    classes: part.classes.length,
    labels: part.labels,
    rows: Int32Array.from(part.labels.keys()),
    foldOf: groupedFolds(part.groups, 3, seed),
    queries: part.groups,
    locales: part.locales,
    pools: 'macroF1',
    seed,
  });
  const budget = { models: BUDGET, costs: [] };
  const request = {
    budget,
    strategy: 'greedy-pool',
    metric: 'macroF1',
    require: [],
    forbid: [],
    floors: [],
    seed,
  };
  const contributions = models.map(({ name }) => ({ model: name, shap: 0, groupShap: 0 }));
  const cards = models.map(({ name }) => ({ name, costs: {} }));
  const { kept, ceiling } = STRATEGIES['greedy-pool'].choose(
    problemOf({ contributions, cards, request, scorer }),
  );
  const passing = scorer.screens().filter(({ passed }) => passed).length;
  return {
    task: task.name,
    seed,
    rows: part.labels.length,
    passing,
    kept: kept.includes(MODELS),
    best: ceiling.best.includes(MODELS),
  };
}

function wholeGroups(task, most, random) {
  const byGroup = new Map();
  task.groups.forEach((group, row) => {
    byGroup.set(group, [...(byGroup.get(group) ?? []), row]);
  });
  const rows = [];
  for (const group of random.shuffle([...byGroup.values()]))
    if (rows.length + group.length <= most) rows.push(...group);
  return rows.sort((a, b) => a - b);
}
