// The benchmark's result as Markdown; regrets in points, hundredths of a score.

const points = (value) => (100 * value).toFixed(2).replace('-', '−');
const interval = ({ mean, low, high }) => `${points(mean)} [${points(low)}, ${points(high)}]`;
const TITLES = { macroF1: 'macro F1', accuracy: 'accuracy', weightedF1: 'weighted F1' };

/** The whole report. */
export function renderTables(result) {
  const { summaries } = result;
  const [macro] = summaries;
  return `${[
    '# Which strategy chooses best',
    introduction(result),
    verdict(result, macro),
    ...summaries.flatMap((summary) => [
      `## Judged by ${TITLES[summary.judged]}, ${summary.pools} pools`,
      strategyTable(summary),
    ]),
    '## Mean regret in macro F1 by kind of pool',
    regretTable('pool', macro, macro.byKind),
    '## By budget',
    regretTable('budget', macro, macro.byBudget),
    '## By task',
    regretTable('task', macro, macro.byTask),
    `Tasks: ${result.tasks.map(({ task, rows, classes, models }) => `${task} (${rows} rows, ${classes} classes, ${models} models)`).join(', ')}.`,
  ].join('\n\n')}\n`;
}

function introduction({ command, pools, cpuMinutes, draws, first }) {
  const seeds = draws === 1 ? `draw ${first}` : `draws ${first} to ${first + draws - 1}`;
  return [
    `Made by \`${command}\` in ${cpuMinutes} minutes of CPU time: ${pools} pools, ${seeds} of each task and kind.`,
    'Regret is how much worse, in points, the ensemble of the models chosen does on queries that no strategy saw than the best of all sets within the budget does there. The best is known only in hindsight, partly by luck, so no strategy can reach 0.',
    'A pool holds up to 7 models of a task: as given; with near-copies of some; with models that know nothing; with a dear specialist for the rarest class; or families of correlated models. Budgets are 1 to 3 models, and half of the whole pool’s cost. Strategies choose on half of the queries (at most 1,000 rows), by macro F1; the same small ensembles judge all of them.',
    'Differences are means over pools with 95% intervals from drawing tasks, then pools of each task, with replacement; below 0 is better. Sets fitted is how many ensembles of other models a strategy cross-validates.',
    'The default’s settings (how often the cross-validation is repeated, when to stop adding models, how much summed SHAP counts in close calls) were chosen on draws 1 to 7 of these tasks.',
  ].join('\n\n');
}

function verdict({ defaultStrategy }, { strategies, byTask, byKind }) {
  const place = 1 + strategies.findIndex(({ strategy }) => strategy === defaultStrategy);
  const line = strategies[place - 1];
  const lost = (groups) =>
    groups.filter(({ regrets }) => regrets.shap < regrets[defaultStrategy]).map(({ key }) => key);
  const below = (difference) => (difference.high < 0 ? 'below 0' : 'not clear of 0');
  return [
    `**The default, ${defaultStrategy}, has ${place === 1 ? 'the least' : `not the least, but place ${place} by`} mean regret in macro F1: ${points(line.regret)} points.** Against top-K by summed SHAP it is ${interval(line.againstShap)} (${below(line.againstShap)}), against the score order ${interval(line.againstScoreOrder)} (${below(line.againstScoreOrder)}).`,
    `SHAP order has less regret than ${defaultStrategy} on the tasks ${lost(byTask).join(', ') || '(none)'}, and in the pools ${lost(byKind).join(', ') || '(none)'}.`,
  ].join(' ');
}

function strategyTable({ strategies }) {
  return [
    '| strategy | mean regret | mean place | sets fitted | against SHAP order | against score order |',
    '| --- | ---: | ---: | ---: | ---: | ---: |',
    ...strategies.map(
      (line) =>
        `| ${line.strategy} | ${points(line.regret)} | ${line.place.toFixed(1)} | ${line.fitted.toFixed(0)} | ${interval(line.againstShap)} | ${interval(line.againstScoreOrder)} |`,
    ),
  ].join('\n');
}

function regretTable(title, { strategies }, groups) {
  const shown = strategies.map(({ strategy }) => strategy);
  return [
    `| ${title} | ${shown.join(' | ')} |`,
    `| --- |${shown.map(() => ' ---: |').join('')}`,
    ...groups.map(
      ({ key, regrets }) => `| ${key} | ${shown.map((name) => points(regrets[name])).join(' | ')} |`,
    ),
  ].join('\n');
}
