// From raw runs to rates and paired ratios.

const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

/** Median, least and most of at least one value. */
export const spread = (values) => ({
  median: median(values),
  min: Math.min(...values),
  max: Math.max(...values),
  runs: values.length,
});

/** Seconds per row with model and matrix ready. */
export const steady = ({ work, rows }) => work / rows;

/**
 * Seconds per row from the model's text and the raw floats on, in a table of `rows` rows: reading and planning the model
 * is paid once for all of them, however many the run was timed on.
 */
export const endToEnd = (run, rows) => run.model / rows + (run.matrix + run.work) / run.rows;

/** A cell's comparisons: for each of our lines, our rates, and how many times as fast we are as each peer. */
export function compareCell({ runs }) {
  const ours = runs.filter(({ who }) => who === 'ours');
  const peers = [...new Set(runs.map(({ who }) => who))].filter((who) => who !== 'ours');
  const lines = [...new Set(ours.map(({ quantity, rows }) => `${quantity ?? ''} ${rows}`))];
  return lines.map((line) => {
    const own = ours.filter(({ quantity, rows }) => `${quantity ?? ''} ${rows}` === line);
    const [{ quantity, rows }] = own;
    return {
      quantity,
      rows,
      steady: spread(own.map((run) => 1 / steady(run))),
      endToEnd: spread(own.map((run) => 1 / endToEnd(run, rows))),
      peers: peers.map((who) =>
        against(
          own,
          runs.filter((run) => run.who === who),
          rows,
        ),
      ),
    };
  });
}

/** Ratios of runs of the same repeat. */
function against(own, theirs, rows) {
  const pairs = theirs.map((their) => [own.find(({ repeat }) => repeat === their.repeat), their]);
  return {
    who: theirs[0].who,
    rows: theirs[0].rows,
    rate: spread(theirs.map((run) => 1 / steady(run))),
    steady: spread(pairs.map(([our, their]) => steady(their) / steady(our))),
    endToEnd: spread(pairs.map(([our, their]) => endToEnd(their, rows) / endToEnd(our, rows))),
  };
}

/** How far our log-loss is over XGBoost's, as a part of it: the mean over draws of rows, least and most; null of none. */
export function excessOf(draws = []) {
  if (draws.length === 0) return null;
  const excess = draws.map(({ ours, xgboost }) => ours / xgboost - 1);
  const mean = excess.reduce((a, b) => a + b, 0) / excess.length;
  return { mean, min: Math.min(...excess), max: Math.max(...excess), draws: excess.length };
}
