// bench-engine.md: plain tables of what bench-engine.json holds. Nothing is said here that is not computed from it, but for reasons.mjs.
import { judgeGoals } from './goals.mjs';
import { reasonFor } from './reasons.mjs';
import { renderLimits } from './render-limits.mjs';
import { compareCell, excessOf } from './statistics.mjs';
import { count, rate, table } from './text.mjs';

const TITLES = {
  shap: 'TreeSHAP: rows per second',
  recipe: 'TreeSHAP of the reference recipe: 25 leaves, up to 24 deep',
  training: 'Training: the same number of rounds on the same rows',
  scoring: 'Scoring: rows per second',
};

const NOTES = {
  shap: `XGBoost's model (depth 6, learning rate 0.1, 4 classes) is explained, path-dependent, for every row, column and class.
We read it from its JSON. "models" are Shapley values with models as players, which no peer computes; they are compared
with the peers' values per feature. We attribute all rows with attributeRowsParallel, 100,000 at a time, whose values overwrite those
before; in steady state ours is the second call with an ensemble, whose first one's extra time (look-ups' memory, starting threads, which
stay for a minute) counts in end to end. Peers attribute so many of the same rows as take them about the seconds given to each, and return them as arrays. The
result is compared as a rate. shap is its own kernel: left to itself, shap hands an XGBoost model to XGBoost. shap and
woodelf know one thread only and are measured beside our one thread. treeshap, a crate of Rust, reads models of one output only: it explains four, taken apart
before the clock starts, with its quadrature backend, which is its fastest. LightGBM and CatBoost cannot read XGBoost's model and explain
their own, of the same rounds, depth 6 and 64 leaves. CatBoost's trees are symmetric (one split a level) and serve all
classes at once: it has one tree a round where the others have one a class.`,
  recipe: `As above, on trees that we grow leaf by leaf as the reference recipe does (PP-GLAM's settings: 25 leaves, no limit on
depth below that, balanced classes), at a learning rate at which so few rounds go as far as its 1,500 at 0.005. XGBoost and shap
read the same trees from the JSON that we write.`,
  training: `Three quarters of the rows are learned from; the log-loss is on the rest. Depth 6, up to 64 leaves, learning rate 0.3, 255
bins, L2 penalty 1, least sum of hessians 1 in a leaf, no sampling, no early stopping. Steady is boosting on a table that is
binned already; end to end starts with the raw floats. HistGradientBoosting bins inside of its fit, which both columns
hold, and it has no least sum of hessians (a fixed 0.001 instead). Trees are grown whole,
as many by each of our threads; threads share the steps of what is left over on tables of 2,097,152 values and more.
XGBoost and we take 2p(1-p) for a hessian; LightGBM and HistGradientBoosting take about half of that, so that their steps are
about twice as long at the same learning rate, and they start from the class frequencies; CatBoost grows symmetric trees that
serve all classes at once: of log-losses after so few rounds, only XGBoost's and ours are comparable. Large tables are trained on for fewer rounds.`,
  scoring: `Margins of XGBoost's model, of the same trees as above. In steady state ours is the second call with an
ensemble: its plan is made, and its threads started, in the first, which end to end holds. XGBoost is timed on a DMatrix that it has not seen: on one that it has, it answers
from a cache. LightGBM and CatBoost score their own models.`,
};

const OURS = { features: 'per feature', models: 'models as players', margins: 'margins' };

const ratio = (value) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));
const exponent = (value) => (value === 0 ? '0' : value.toExponential(1));

const spreadText = ({ median, min, max, runs }) =>
  runs === 1 ? `${ratio(median)} (1 run)` : `${ratio(median)} (${ratio(min)} to ${ratio(max)})`;

const tableName = ({ data, columns }) => `${data} ${columns}`;

function shapAndScoring(cells) {
  const head = [
    'table',
    'rows',
    'threads',
    'ours',
    'our rows/s, steady',
    'end to end',
    'peer',
    'its rows/s (rows timed)',
    'times as fast, steady',
    'end to end',
  ];
  const rows = cells.flatMap((cell) =>
    compareCell(cell).flatMap((line) =>
      line.peers.map((peer, at) => [
        ...(at === 0
          ? [
              tableName(cell),
              count(line.rows),
              cell.threads,
              OURS[line.quantity],
              rate(line.steady.median),
              rate(line.endToEnd.median),
            ]
          : ['', '', '', '', '', '']),
        peer.who,
        `${rate(peer.rate.median)} (${count(peer.rows)})`,
        spreadText(peer.steady),
        spreadText(peer.endToEnd),
      ]),
    ),
  );
  return table(head, rows);
}

function training(cells) {
  const head = [
    'table',
    'rows',
    'rounds',
    'threads',
    'who',
    'seconds per round, steady',
    'our time as a part of its, steady',
    'end to end',
    'held-out log-loss',
  ];
  const inverse = ({ median, min, max, runs }) => ({ median: 1 / median, min: 1 / max, max: 1 / min, runs });
  const rows = cells.flatMap((cell) => {
    const [line] = compareCell(cell);
    const perRound = (rowsPerSecond) => (line.rows / rowsPerSecond / cell.rounds).toPrecision(3);
    const loss = (who) => cell.checks.losses[who].toFixed(5);
    return [
      [
        tableName(cell),
        count(line.rows),
        cell.rounds,
        cell.threads,
        '**ours**',
        perRound(line.steady.median),
        '',
        '',
        loss('ours'),
      ],
      ...line.peers.map((peer) => [
        '',
        '',
        '',
        '',
        peer.who,
        perRound(peer.rate.median),
        spreadText(inverse(peer.steady)),
        spreadText(inverse(peer.endToEnd)),
        loss(peer.who),
      ]),
    ];
  });
  return table(head, rows);
}

const percent = (part) => `${(100 * part).toFixed(2)}%`.replace('-', '−');

/** What is asserted of the log-losses, and how they compare on other draws of small tables. */
function lossChecks(cells) {
  const lines = new Map();
  for (const cell of cells) {
    const excess = excessOf(cell.checks.draws);
    if (excess === null) continue;
    const { mean, min, max, draws } = excess;
    const told =
      draws === 1
        ? percent(mean)
        : `${percent(mean)} on average of ${draws} draws of rows (${percent(min)} to ${percent(max)})`;
    lines.set(`${tableName(cell)}, ${count(cell.rowCounts[0])} rows`, `${told}.`);
  }
  return [
    "Asserted: our log-loss is the same in every run, and on average over the draws of a table's rows no more than 0.5% over",
    "XGBoost's. Small tables are drawn several times, because on one of them log-losses differ by half a percent by chance. Over",
    "XGBoost's log-loss ours is, below 0 for better:",
    '',
    ...[...lines].map(([name, told]) => `- ${name}: ${told}`),
  ].join('\n');
}

/** What was compared before the clock started, one line per table. */
function checks(section, cells) {
  if (section === 'training') return lossChecks(cells);
  const byTable = new Map(cells.map((cell) => [tableName(cell), cell.checks]));
  const lines = [...byTable].map(([name, { ours, peers }]) => {
    const own =
      section !== 'scoring'
        ? `over ${count(ours.rows)} rows, ours differ from XGBoost's by at most ${exponent(ours.difference)}; ` +
          `bias + sum differs from the sum of the leaves in float64 by at most ${exponent(ours.exactly)}, XGBoost's own by ${exponent(ours.xgboostExactly)}; ` +
          `from the float32 margin, whose own rounding is in it, by ${exponent(ours.additivity)} and ${exponent(ours.xgboostAdditivity)}`
        : `${count(ours.margins)} margins of ours compared (all rows, at each number of threads), ${ours.different} differ from XGBoost's`;
    const others = Object.entries(peers)
      .filter(([, { difference }]) => difference !== undefined)
      .map(([who, { difference }]) => `${who} ${exponent(difference)}`);
    return `- ${name}: ${own}. Other peers' largest difference from XGBoost: ${others.join(', ') || 'none measured'}.`;
  });
  return ['Asserted before timing:', '', ...lines].join('\n');
}

/** How the trees of each table are explained per feature, where that is noted. */
function plans(cells) {
  const noted = cells.flatMap((cell) =>
    cell.checks.ours?.plan ? [[tableName(cell), cell.checks.ours.plan]] : [],
  );
  const lines = [...new Map(noted)].map(([name, plan]) => {
    const { trees, leaves, deepest, units, factored, factoredLeaves, points, operations, bytes } = plan;
    const used = points.flatMap((some, n) => (some > 0 ? [n] : []));
    return (
      `- ${name}: ${count(trees)} trees of ${count(leaves)} leaves, the deepest ${deepest} splits deep. Per row, ${count(units)} look-ups in one ` +
      `table each; ${count(factoredLeaves)} leaves with too many players for that are ${count(factored)} units of several tables, joined at ` +
      `${used[0] ?? 0} to ${used.at(-1) ?? 0} quadrature points (about ${count(operations)} vector operations). ${(bytes / 2 ** 20).toFixed(0)} MiB of tables.`
    );
  });
  return lines.length === 0 ? [] : ['Our plan per feature:', '', ...lines, ''];
}

function excluded(cells) {
  const lines = cells.flatMap((cell) =>
    Object.entries(cell.excluded).map(
      ([who, reason]) =>
        `- ${who}, ${tableName(cell)}, ${cell.threads} threads: ${reason.replaceAll('\n', ' ')}`,
    ),
  );
  return lines.length === 0 ? [] : ['Left out:', '', ...lines, ''];
}

function renderSection(section, cells) {
  if (cells.length === 0) return [`## ${TITLES[section]}`, '', 'Not measured.', ''];
  const rounds = [...new Set(cells.map((cell) => cell.rounds))].join(' and ');
  const tables = section === 'training' ? training(cells) : shapAndScoring(cells);
  const trees = section === 'training' ? [] : [`The model has ${rounds} rounds of one tree per class.`];
  return [
    `## ${TITLES[section]}`,
    '',
    NOTES[section],
    ...trees,
    '',
    checks(section, cells),
    '',
    ...plans(cells),
    tables,
    '',
    ...excluded(cells),
  ];
}

function renderPeers(peers) {
  const rows = Object.entries(peers).map(([name, facts]) => [
    name,
    facts.absent === undefined
      ? `${facts.package} ${facts.version}, Python ${facts.python}`
      : `absent: ${facts.absent}`,
    facts.beside ?? '',
  ]);
  return table(['peer', 'version', 'with'], rows);
}

/** Why the goals are not met, and what was tried. */
function renderReasons(missed) {
  const lines = missed.flatMap(({ goal }) => {
    const reason = reasonFor(goal);
    return reason === undefined ? [] : [`- **${goal}.** ${reason}`];
  });
  if (lines.length === 0) return [];
  return [
    'Why goals are not met, and what was tried (rates of one thread on the machine of 2026-12-01, two builds or',
    'settings in turns):',
    '',
    ...lines,
    '',
  ];
}

/** The whole report. */
export function render(results) {
  const { machine, peers, cells } = results;
  const judged = judgeGoals(results);
  const goals = judged.map(({ goal, target, measured, met }) => [goal, target, measured, met ?? '-']);
  const busiest = Math.max(0, ...cells.map(({ load }) => load));
  return [
    '# The engine beside its peers',
    '',
    `Made by \`npm run bench:engine\`. Machine: ${machine.cpu}, ${machine.logicalCpus} logical CPUs, ${machine.memoryGiB} GiB of memory, ${machine.system}, Node ${machine.node}.`,
    `Largest load average when a cell began: ${busiest.toFixed(1)} (its own earlier runs count in it).`,
    '',
    renderPeers(peers),
    '',
    `Everybody has the same rows, the same trees and the same number of threads (1 or 2). Each peer is one long-lived process;
its idle threads sleep (OMP_WAIT_POLICY=PASSIVE). Runs alternate, and the order turns round with every repeat. A figure is
the median over the repeats; in brackets the least and the most of the ratios of runs of the same repeat. Steady: model,
plan and matrix are ready. End to end: from the model's JSON text and the raw float matrix, with parsing, planning, copying
into shared memory, binning or building a DMatrix; what is paid once per model is spread over the table's rows for us and
for a peer alike, however many rows the peer was timed on. Time to write or read files is in neither, but for the model's.`,
    '',
    `Tables: "simulated" are seeded class probabilities of models of unequal quality; "real" are the 1,598 rows of real
judgements with twelve real models' probabilities, drawn again and again, each logarithm jittered by 0.3. The number is
the number of columns: models times 4 classes.`,
    '',
    '## Goals',
    '',
    'Judged at 500,000 rows or more, simulated, 24 columns, 2 threads, steady state, if not said otherwise; the fastest peer is',
    'the one that we lead least over, at 1 or 2 threads.',
    '',
    table(['goal', 'target', 'measured', 'met'], goals),
    '',
    ...renderReasons(judged.filter(({ met }) => met === 'no')),
    ...renderLimits(results.limits ?? []),
    ...['shap', 'recipe', 'training', 'scoring'].flatMap((section) =>
      renderSection(
        section,
        cells.filter((cell) => cell.section === section),
      ),
    ),
  ].join('\n');
}
