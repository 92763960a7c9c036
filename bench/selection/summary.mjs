// Means over pools, and intervals of paired differences with tasks drawn first and a task's pools second.
import { quantile } from '../../dist/math/quantiles.js';
import { createRandom } from '../../dist/math/random.js';

const REPLICATES = 2000;
const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;

/** Each pool's mean over its budgets, by strategy. */
function byPool(lines, judged) {
  const pools = new Map();
  for (const line of lines) {
    const key = JSON.stringify([line.task, line.kind, line.seed]);
    if (!pools.has(key)) pools.set(key, { task: line.task, kind: line.kind, own: new Map() });
    const { own } = pools.get(key);
    if (!own.has(line.strategy)) own.set(line.strategy, []);
    own.get(line.strategy).push(line);
  }
  return [...pools.values()].map(({ task, kind, own }) => {
    const each = (value) => new Map([...own].map(([strategy, list]) => [strategy, mean(list.map(value))]));
    return {
      ...{ task, kind },
      regrets: each(({ regrets }) => regrets[judged]),
      places: each(({ places }) => places[judged]),
      fitted: each(({ fitted }) => fitted),
    };
  });
}

/** The mean over pools of to - from, with its 95% interval: draws of tasks, then of each one's pools. */
function paired(pools, from, to) {
  const tasks = [...new Set(pools.map(({ task }) => task))].map((task) =>
    pools.filter((pool) => pool.task === task).map(({ regrets }) => regrets.get(to) - regrets.get(from)),
  );
  const random = createRandom('bench selection');
  const draws = Array.from({ length: REPLICATES }, () => {
    const drawn = tasks.map(() => tasks[random.integer(tasks.length)]);
    return mean(drawn.flatMap((own) => own.map(() => own[random.integer(own.length)])));
  });
  return { mean: mean(tasks.flat()), low: quantile(draws, 0.025), high: quantile(draws, 0.975) };
}

/** Mean regrets by strategy within the groups that a key makes of the lines. */
function meansBy(items, keyOf, regretOf, names) {
  return [...new Set(items.map(keyOf))].map((key) => {
    const own = items.filter((item) => keyOf(item) === key);
    return { key, regrets: Object.fromEntries(names.map((name) => [name, regretOf(own, name)])) };
  });
}

/** Mean regret and place of each strategy, least regret first; its differences; its regret by task, kind and budget. */
export function summarise(lines, judged) {
  const pools = byPool(lines, judged);
  const names = [...pools[0].regrets.keys()];
  const strategies = names
    .map((strategy) => ({
      strategy,
      regret: mean(pools.map(({ regrets }) => regrets.get(strategy))),
      place: mean(pools.map(({ places }) => places.get(strategy))),
      fitted: mean(pools.map(({ fitted }) => fitted.get(strategy))),
      againstShap: paired(pools, 'shap', strategy),
      againstScoreOrder: paired(pools, 'score-order', strategy),
    }))
    .sort((a, b) => a.regret - b.regret);
  const ofPools = (own, name) => mean(own.map(({ regrets }) => regrets.get(name)));
  const ofLines = (own, name) =>
    mean(own.filter(({ strategy }) => strategy === name).map(({ regrets }) => regrets[judged]));
  return {
    ...{ judged, pools: pools.length, strategies },
    byTask: meansBy(pools, ({ task }) => task, ofPools, names),
    byKind: meansBy(pools, ({ kind }) => kind, ofPools, names),
    byBudget: meansBy(lines, ({ budget }) => budget, ofLines, names),
  };
}
