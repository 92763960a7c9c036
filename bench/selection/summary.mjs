// Sums of the benchmark's lines.
const mean = (values) => values.reduce((sum, each) => sum + each, 0) / values.length;
const share = (lines, test) => (lines.length === 0 ? null : lines.filter(test).length / lines.length);
const keysOf = (lines, key) => [...new Set(lines.map((line) => line[key]))];

/** Mean regret by strategy, task, kind and budget, and how often a useless model is kept where some model passes. */
export function summarisePools(lines) {
  const planted = lines.filter(({ kind }) => kind === 'noise' || kind === 'mixed');
  const strategies = keysOf(lines, 'strategy')
    .map((strategy) => {
      const own = lines.filter((line) => line.strategy === strategy);
      const risky = planted.filter((line) => line.strategy === strategy);
      return {
        strategy,
        regret: mean(own.map(({ regret }) => regret)),
        size: mean(own.map(({ size }) => size)),
        useless: keysOf(lines, 'budget').map((budget) => {
          const at = risky.filter((line) => line.budget === budget);
          return {
            budget,
            pools: at.length,
            kept: share(at, ({ useless }) => useless),
            keptWherePassing: share(
              at.filter(({ passing }) => passing > 0),
              ({ useless }) => useless,
            ),
          };
        }),
      };
    })
    .sort((a, b) => a.regret - b.regret);
  const names = strategies.map(({ strategy }) => strategy);
  const by = (key) =>
    keysOf(lines, key).map((value) => ({
      [key]: value,
      regrets: names.map((name) =>
        mean(
          lines.filter((line) => line[key] === value && line.strategy === name).map(({ regret }) => regret),
        ),
      ),
    }));
  const pools = new Set(lines.map(({ task, kind, seed }) => `${task} ${kind} ${seed}`)).size;
  return { pools, strategies, byTask: by('task'), byKind: by('kind'), byBudget: by('budget') };
}

/** What the screen lets pass, and how far the ranking can be trusted. */
export function summariseRanking(lines) {
  const sum = (key) => lines.reduce((total, line) => total + Number(line[key]), 0);
  return {
    runs: lines.length,
    planted: sum('planted'),
    plantedPassing: sum('plantedPassing'),
    useful: sum('useful'),
    usefulPassing: sum('usefulPassing'),
    coverage: sum('covered') / sum('models'),
    above: share(lines, ({ above }) => above),
    auc: mean(lines.filter(({ auc }) => auc !== null).map(({ auc }) => auc)),
    byTask: keysOf(lines, 'task').map((task) => {
      const own = lines.filter((line) => line.task === task);
      const scored = own.filter(({ auc }) => auc !== null);
      return {
        task,
        coverage: mean(own.map(({ covered, models }) => covered / models)),
        auc: scored.length === 0 ? null : mean(scored.map(({ auc }) => auc)),
      };
    }),
  };
}

/** How often the useless model is kept; draws in which no model passes apart. */
export function summarisePlanted(lines) {
  const passing = lines.filter((line) => line.passing > 0);
  return {
    draws: lines.length,
    passing: passing.length,
    kept: passing.filter(({ kept }) => kept).length,
    best: passing.filter(({ best }) => best).length,
    keptWhereNonePasses: lines.filter((line) => line.passing === 0 && line.kept).length,
  };
}
