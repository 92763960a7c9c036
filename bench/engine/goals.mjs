// The goals, each judged by the measured numbers, at the largest table that has them.
import { compareCell, excessOf } from './statistics.mjs';

const GOAL_ROWS = 500_000;
/** Where what is paid once counts. */
const FEW_ROWS = 50_000;
const COLUMNS = 24;
const THREADS = 2;

/** Our lines of so many columns and rows at least of the section's cell that a goal speaks of, with the cell. */
function linesOf(cells, section, quantity, { columns: wanted = COLUMNS, least = GOAL_ROWS } = {}) {
  return cells
    .filter((cell) => cell.section === section && cell.data === 'simulated')
    .filter(({ columns, threads }) => columns === wanted && threads === THREADS)
    .flatMap((cell) => compareCell(cell).map((line) => ({ cell, ...line })))
    .filter((line) => line.rows >= least && line.quantity === quantity)
    .sort((a, b) => a.rows - b.rows);
}

const peerOf = (line, who) => line?.peers.find((peer) => peer.who === who);

/** { goal, target, measured, met }; `met` is null where nothing was measured. */
function ratioGoal(goal, ratio, { target, stretch, invert = false }) {
  const value = ratio === undefined ? undefined : invert ? 1 / ratio.median : ratio.median;
  const reaches = (limit) => (invert ? value <= limit : value >= limit);
  const sign = invert ? 'at most' : 'at least';
  const text = stretch === undefined ? `${sign} ${target}` : `${sign} ${target}, better still ${stretch}`;
  if (value === undefined) return { goal, target: text, measured: 'not measured', met: null };
  const met =
    stretch !== undefined && reaches(stretch) ? 'yes, and the harder one' : reaches(target) ? 'yes' : 'no';
  return { goal, target: text, measured: invert ? value.toFixed(2) : value.toPrecision(3), met };
}

function limitGoal(goal, value, limit, text) {
  if (value === undefined) return { goal, target: text, measured: 'not measured', met: null };
  return {
    goal,
    target: text,
    measured: value === 0 ? 'none' : value.toPrecision(value > 0.1 ? 4 : 2),
    met: value <= limit ? 'yes' : 'no',
  };
}

/** The slowest of our leads over all peers: the lead over the fastest peer, at either number of threads. */
function fastestPeer(cells) {
  const lines = cells
    .filter(({ section, data, columns }) => section === 'shap' && data === 'simulated' && columns === COLUMNS)
    .flatMap(compareCell)
    .filter(({ rows, quantity }) => rows >= GOAL_ROWS && quantity === 'features');
  const leads = lines.flatMap(({ peers }) => peers).sort((a, b) => a.steady.median - b.steady.median);
  return leads[0];
}

/** Every goal with what was measured. */
export function judgeGoals({ cells }) {
  const [features] = linesOf(cells, 'shap', 'features');
  const [models] = linesOf(cells, 'shap', 'models');
  const [training] = linesOf(cells, 'training', undefined);
  const [scoring] = linesOf(cells, 'scoring', 'margins');
  const [wide] = linesOf(cells, 'shap', 'features', { columns: 96 });
  const [fewExplained] = linesOf(cells, 'shap', 'features', { least: FEW_ROWS });
  const [fewScored] = linesOf(cells, 'scoring', 'margins', { least: FEW_ROWS });
  const fastest = fastestPeer(cells);
  const checks = cells.filter(({ section }) => section === 'shap').map((cell) => cell.checks.ours);
  const excesses = cells
    .filter(({ section }) => section === 'training')
    .map((cell) => excessOf(cell.checks.draws))
    .filter((excess) => excess !== null);
  const scored = cells.filter(({ section }) => section === 'scoring').map((cell) => cell.checks.ours);
  const most = (values) => (values.length === 0 ? undefined : Math.max(...values));
  return [
    ratioGoal('TreeSHAP per feature, times XGBoost', peerOf(features, 'xgboost')?.steady, {
      target: 200,
      stretch: 300,
    }),
    ratioGoal('the same at 96 columns', peerOf(wide, 'xgboost')?.steady, { target: 100 }),
    ratioGoal('the same at 50,000 rows, end to end', peerOf(fewExplained, 'xgboost')?.endToEnd, {
      target: 80,
    }),
    ratioGoal(
      'Shapley values with models as players, times XGBoost per feature',
      peerOf(models, 'xgboost')?.steady,
      {
        target: 400,
        stretch: 700,
      },
    ),
    ratioGoal(
      `TreeSHAP per feature, times the fastest peer${fastest ? ` (${fastest.who})` : ''}`,
      fastest?.steady,
      {
        target: 20,
      },
    ),
    ratioGoal("training time, as a part of XGBoost's", peerOf(training, 'xgboost')?.steady, {
      target: 0.45,
      stretch: 0.35,
      invert: true,
    }),
    ratioGoal('scoring, times XGBoost', peerOf(scoring, 'xgboost')?.steady, { target: 12, stretch: 15 }),
    ratioGoal('the same at 50,000 rows', peerOf(fewScored, 'xgboost')?.steady, { target: 6 }),
    limitGoal(
      "largest difference of a SHAP value from XGBoost's pred_contribs",
      most(checks.map(({ difference }) => difference)),
      2e-6,
      'at most 2e-6',
    ),
    limitGoal(
      "our additivity error (bias + sum against the leaves' sum in float64), as a part of XGBoost's own, worst table",
      most(checks.map(({ exactly, xgboostExactly }) => exactly / xgboostExactly)),
      1,
      'at most 1',
    ),
    limitGoal(
      'the same against the float32 margin, whose own rounding is in both',
      most(checks.map(({ additivity, xgboostAdditivity }) => additivity / xgboostAdditivity)),
      1,
      'at most 1',
    ),
    limitGoal(
      "held-out log-loss, as a part of XGBoost's, mean over draws, worst table",
      most(excesses.map(({ mean }) => 1 + mean)),
      1.005,
      'at most 1.005',
    ),
    limitGoal(
      "margins that are not XGBoost's to the bit",
      most(scored.map(({ different }) => different)),
      0,
      'none',
    ),
  ];
}
