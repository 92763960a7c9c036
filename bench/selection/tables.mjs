// The benchmark's result as Markdown; regrets in points, hundredths of macro F1.
const points = (value) => (100 * value).toFixed(2).replace('-', '−');
const percent = (value) => (value === null ? '–' : `${(100 * value).toFixed(1)}%`);

/** The whole report. */
export function renderSelection({ command, cpuMinutes, tasks, pools, ranking, planted }) {
  return `${[
    '# What choosing models is worth',
    `Made by \`${command}\` in ${cpuMinutes} minutes of CPU time. Definitions: pools of seven models, chosen on half of a task’s groups (at most 500 rows) and judged on the other half; a useless model is another’s answers given to other rows, or draws from the prior. Regret is the macro F1 of the best set within the budget less that of the set chosen, both by their own ensemble: a pool with its own decision rule, \`balanced\`. \`today\` is the former default, greedy-shap, with both by the former ensemble, trees.`,
    `## Regret over ${pools.pools} pools, budgets of 1 to 3`,
    strategyTable(pools),
    'Where no model beats chance nothing is restricted; the last three columns leave these pools out.',
    '## The screen and the ranking',
    rankingTable(ranking),
    '## A useless model among seven, 200 to 2,000 rows',
    plantedLine(planted),
    '## Mean regret by kind of pool, budget and task',
    regretTable(pools, 'kind', pools.byKind),
    regretTable(pools, 'budget', pools.byBudget),
    regretTable(pools, 'task', pools.byTask),
    '## Ranking by task',
    [
      '| task | coverage | AUC |',
      '| --- | ---: | ---: |',
      ...ranking.byTask.map(
        ({ task, coverage, auc }) =>
          `| ${task} | ${percent(coverage)} | ${auc === null ? '–' : auc.toFixed(2)} |`,
      ),
    ].join('\n'),
    `Tasks: ${tasks.map(({ task, rows, classes, models }) => `${task} (${rows} rows, ${classes} classes, ${models} models)`).join(', ')}.`,
  ].join('\n\n')}\n`;
}

function strategyTable({ strategies }) {
  return [
    '| strategy | mean regret | models kept | useless kept at budget 1 | 2 | 3 | where some model passes: 1 | 2 | 3 |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...strategies.map(({ strategy, regret, size, useless }) => {
      const kept = useless.map((each) => percent(each.kept));
      const passing = useless.map((each) => percent(each.keptWherePassing));
      return `| ${strategy} | ${points(regret)} | ${size.toFixed(2)} | ${[...kept, ...passing].join(' | ')} |`;
    }),
  ].join('\n');
}

function rankingTable(ranking) {
  const { plantedPassing, planted, usefulPassing, useful, coverage, above, auc, runs } = ranking;
  return [
    '| figure | value |',
    '| --- | ---: |',
    `| useless models that pass the screen | ${plantedPassing} of ${planted} |`,
    `| useful models that pass it | ${percent(usefulPassing / useful)} of ${useful} |`,
    `| rank interval of one half covers the rank on the other | ${percent(coverage)} |`,
    `| a useless model surely above a useful one | ${percent(above)} of ${runs} runs |`,
    `| AUC of the ranking, useful over useless | ${auc.toFixed(3)} |`,
  ].join('\n');
}

function plantedLine({ draws, passing, kept, best, keptWhereNonePasses }) {
  return `Of ${draws} draws some model passes the screen in ${passing}; there the useless one is kept in ${kept} (in the best set of ${best}). In the ${draws - passing} draws where none passes nothing is recommended; it is in the set of ${keptWhereNonePasses}.`;
}

function regretTable({ strategies }, key, groups) {
  return [
    `| ${key} | ${strategies.map(({ strategy }) => strategy).join(' | ')} |`,
    `| --- |${strategies.map(() => ' ---: |').join('')}`,
    ...groups.map((group) => `| ${group[key]} | ${group.regrets.map(points).join(' | ')} |`),
  ].join('\n');
}
