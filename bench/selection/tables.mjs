// Means and paired intervals over pools, and the report's tables.
import { quantile } from '../../dist/math/quantiles.js';
import { createRandom } from '../../dist/math/random.js';

const REPLICATES = 2000;
const nameOf = ({ strategy, objective }) =>
  ['greedy', 'elimination', 'exact', 'score-order'].includes(strategy)
    ? `${strategy} (${objective})`
    : strategy;
const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;

/** Mean regret of each pool (over budgets) by strategy: what intervals are drawn over. */
function byPool(lines) {
  const pools = new Map();
  for (const line of lines) {
    const pool = `${line.task} ${line.seed}`;
    if (!pools.has(pool)) pools.set(pool, new Map());
    const own = pools.get(pool);
    const name = nameOf(line);
    if (!own.has(name)) own.set(name, []);
    own.get(name).push(line);
  }
  return [...pools].map(([name, own]) => ({
    task: name.replace(/ \d+$/, ''),
    regrets: new Map([...own].map(([strategy, list]) => [strategy, mean(list.map(({ regret }) => regret))])),
    places: new Map([...own].map(([strategy, list]) => [strategy, mean(list.map(({ place }) => place))])),
  }));
}

/** The mean of paired differences and its 95% interval over pools. */
function paired(pools, from, to) {
  const differences = pools.map(({ regrets }) => regrets.get(to) - regrets.get(from));
  const random = createRandom('bench selection');
  const draws = Array.from({ length: REPLICATES }, () =>
    mean(differences.map(() => differences[random.integer(differences.length)])),
  );
  return { mean: mean(differences), low: quantile(draws, 0.025), high: quantile(draws, 0.975) };
}

/** Mean regret and place of each strategy, least regret first, with its difference to SHAP and to the score order. */
export function summarise(lines, judged) {
  const pools = byPool(lines);
  const names = [...pools[0].regrets.keys()];
  const strategies = names.map((strategy) => ({
    strategy,
    regret: mean(pools.map(({ regrets }) => regrets.get(strategy))),
    place: mean(pools.map(({ places }) => places.get(strategy))),
    againstShap: paired(pools, 'shap', strategy),
    againstScoreOrder: paired(pools, 'score-order (macroF1)', strategy),
  }));
  strategies.sort((a, b) => a.regret - b.regret);
  const tasks = [...new Set(pools.map(({ task }) => task))].map((task) => {
    const own = pools.filter((pool) => pool.task === task);
    const regrets = Object.fromEntries(
      names.map((name) => [name, mean(own.map(({ regrets }) => regrets.get(name)))]),
    );
    return { task, regrets };
  });
  return { judged, pools: pools.length, strategies, tasks };
}

const points = (value) => (100 * value).toFixed(2).replace('-', '−');
const interval = ({ mean: value, low, high }) => `${points(value)} [${points(low)}, ${points(high)}]`;

/** The whole report as Markdown; regrets in points (hundredths of a score). */
export function renderTables({ seeds, pool, tasks, summaries }) {
  const parts = [
    '# Which strategy chooses best',
    `Made by \`npm run bench:selection -- ${seeds}\`. Regret is how much worse, in points, the ensemble of the models chosen does on queries that no strategy saw than the best of all sets at the budget there, which is partly luck: no strategy can reach 0. Pools of up to ${pool} models, ${seeds} draws a task, budgets from 1 to half the pool, the same small ensembles for all. Differences are paired over pools with 95% bootstrap intervals; below 0 is better. In brackets: the score a strategy goes by.`,
  ];
  for (const { judged, strategies, pools } of summaries) {
    parts.push(`## Judged by ${judged}, ${pools} pools`);
    parts.push(
      [
        '| strategy | mean regret | mean place | against SHAP order | against score order |',
        '| --- | ---: | ---: | ---: | ---: |',
        ...strategies.map(
          (line) =>
            `| ${line.strategy} | ${points(line.regret)} | ${line.place.toFixed(1)} | ${interval(line.againstShap)} | ${interval(line.againstScoreOrder)} |`,
        ),
      ].join('\n'),
    );
  }
  const macro = summaries[0];
  const shown = macro.strategies.map(({ strategy }) => strategy);
  parts.push('## Mean regret in macro F1 by task');
  parts.push(
    [
      `| task | ${shown.join(' | ')} |`,
      `| --- |${shown.map(() => ' ---: |').join('')}`,
      ...macro.tasks.map(
        ({ task, regrets }) => `| ${task} | ${shown.map((name) => points(regrets[name])).join(' | ')} |`,
      ),
    ].join('\n'),
  );
  const least = macro.strategies[0].strategy;
  const lost = macro.tasks.filter(({ regrets }) => regrets.shap < regrets[least]).map(({ task }) => task);
  parts.push(`SHAP order has less regret than ${least} on: ${lost.join(', ') || 'no task'}.`);
  parts.push(
    `Tasks: ${tasks.map(({ task, rows, classes, models }) => `${task} (${rows} rows, ${classes} classes, ${models} models)`).join(', ')}.`,
  );
  return `${parts.join('\n\n')}\n`;
}
