// One command of the tool in a process of its own, as a user runs it: child.mjs train|attribute|rank, then its settings as
// JSON. Calls what the command line calls, and writes to stdout when each stage began and the peak of memory (Linux).
import { readFileSync } from 'node:fs';
import { attributeModelsParallel } from '../../dist/attribution/parallel.js';
import { scoreMarginsParallel } from '../../dist/ensemble/scoring/parallel.js';
import { fromXgboostJson } from '../../dist/ensemble/xgboost/json.js';
import { CURVE, ENSEMBLE } from '../../dist/pipeline/files/layout.js';
import { loadRun } from '../../dist/pipeline/files/load-run.js';
import { modelFeatures } from '../../dist/pipeline/stacking/features.js';
import { rank, TRAIN_DEFAULTS, train } from '../../dist/pipeline.js';
import { RunFolder } from '../../dist/run/run-folder.js';

const [command, text] = process.argv.slice(2);
const settings = JSON.parse(text);
const { run, threads } = settings;

const marks = [];

/** Resident memory at its highest so far, in GiB; threads are in it. Null where the system does not tell. */
function peakGiB() {
  if (process.platform !== 'linux') return null;
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 2 ** 20;
}

/** Notes that a stage begins now, and with it that the one before has ended. */
function mark(stage) {
  marks.push({ stage, at: performance.now(), peakGiB: peakGiB() });
}

/**
 * Without early stopping, the stage of the ensemble reports every round of choosing the number of rounds on held-out
 * folds, is silent while it attributes the held-out rows, and reports every round of the refit. Its parts are told apart
 * so; the refit's first round is counted with the attribution.
 */
function watchEnsemble() {
  let events = 0;
  return () => {
    events++;
    if (events === settings.rounds) mark('ensemble: attribution of held-out rows');
    if (events === settings.rounds + 1) mark('ensemble: fit on all training rows, scoring, writing');
  };
}

async function runTrain() {
  const watch = watchEnsemble();
  const onEvent = (event) => {
    if (event.kind === 'stage') mark(event.stage === 'ensemble' ? 'ensemble: fit on folds' : event.stage);
    if (event.kind === 'progress' && event.stage === 'ensemble') watch();
  };
  const summary = await train(
    {
      ...TRAIN_DEFAULTS,
      run,
      data: [settings.data],
      models: 'none',
      predictions: [settings.predictions],
      boosting: { rounds: settings.rounds, earlyStoppingRounds: 0 },
      measure: false,
    },
    { threads, onEvent },
  );
  return { rows: summary.rows, models: summary.models.length };
}

/** Both quantities of every row by the deployed ensemble, streamed: beyond what the tool does, which explains held-out rows. */
async function runAttribute() {
  mark('reading the run');
  const folder = await RunFolder.open(run);
  const { matrix } = await loadRun(folder);
  const { features, models, modelOfColumn } = modelFeatures(matrix);
  const path = folder.file(ENSEMBLE.path);
  const ensemble = fromXgboostJson(readFileSync(path), path);
  mark('scoring all rows');
  const margins = await scoreMarginsParallel(ensemble, features, { threads });
  mark('attribution of all rows');
  const all = await attributeModelsParallel({ ensemble, features, models, modelOfColumn, margins, threads });
  const { rounds } = JSON.parse(readFileSync(folder.file(CURVE.path), 'utf8'));
  return { rows: all.shap.rows, trees: ensemble.trees.length, rounds, additivity: all.additivity };
}

async function runRank() {
  let stage = '';
  mark('reading the run, resampling contributions');
  const onEvent = (event) => {
    if (event.kind === 'stage') mark(`rank: ${event.message.replace(/:.*/s, '')}`);
    // selection reports no stage of its own
    else if (event.kind === 'progress' && event.stage !== stage && event.stage === 'select')
      mark('rank: selection');
    if (event.stage !== undefined) stage = event.stage;
  };
  const decision = await rank(
    { run, budgets: [String(settings.budget)], replicates: 1000, force: false },
    { threads, onEvent },
  );
  return { kept: decision.ranking.filter((line) => line.kept).length, rounds: decision.rounds };
}

const started = performance.now();
const facts = await { train: runTrain, attribute: runAttribute, rank: runRank }[command]();
const ended = performance.now();
const stages = marks.map(({ stage, at }, index) => ({
  stage,
  seconds: ((marks[index + 1]?.at ?? ended) - at) / 1000,
  peakGiB: marks[index + 1]?.peakGiB ?? peakGiB(),
}));
const cpu = process.cpuUsage();
process.stdout.write(
  JSON.stringify({
    command,
    seconds: (ended - started) / 1000,
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
    peakGiB: peakGiB(),
    stages,
    facts,
  }),
);
