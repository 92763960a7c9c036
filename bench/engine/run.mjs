// Our engine beside its peers: TreeSHAP, training and scoring of the same tables. Run after `npm run build`:
//   npm run bench:engine [-- --only limits,shap,recipe,training,scoring --data simulated,real --rows 50000,500000 --features 24,96
//     --threads 1,2 --repeats 3 --rounds 30 --training-size 100 --model-rounds 100 --peer-seconds 1 --out reports]
// A training has at most --rounds rounds, and at most so many that rows x columns x rounds are --training-size millions.
// Every cell is added to bench-engine.json as soon as it is measured, so that parts may be run one by one, and
// bench-engine.md is written from all of it; --render only does the latter.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { setUp } from '../setup.mjs';
import { checkScoring, checkShap } from './check.mjs';
import { CLASSES, firstRows, replicateReal, simulate } from './data.mjs';
import { compareWithLimits } from './limits.mjs';
import { PEERS, startPeers } from './peers.mjs';
import { measureRates } from './rates.mjs';
import { describeRecipe, growRecipe } from './recipe.mjs';
import { addCell, addLimits, notePeers, onStop, openResults, writeResults } from './results.mjs';
import { measureTraining } from './training.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
/** Rows that the model which is explained and scored was trained on. */
const MODEL_ROWS = 50_000;
/** Rows on which all values of TreeSHAP are compared. */
const CHECKED_ROWS = 500;
/** Rounds of training are fewer on large tables (rates per round are what is compared), but so many at least. */
const LEAST_ROUNDS = 3;

const { values: flags } = parseArgs({
  options: {
    only: { type: 'string', default: 'limits,shap,recipe,training,scoring' },
    data: { type: 'string', default: 'simulated,real' },
    rows: { type: 'string', default: '50000,500000' },
    features: { type: 'string', default: '24,96' },
    threads: { type: 'string', default: '1,2' },
    repeats: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '30' },
    'training-size': { type: 'string', default: '100' },
    'model-rounds': { type: 'string', default: '100' },
    'peer-seconds': { type: 'string', default: '1' },
    out: { type: 'string', default: join(root, 'reports') },
    render: { type: 'boolean', default: false },
  },
});
const numbers = (text) => text.split(',').map(Number);
const settings = {
  sections: flags.only.split(','),
  rowCounts: numbers(flags.rows).sort((a, b) => a - b),
  threadCounts: numbers(flags.threads),
  repeats: Number(flags.repeats),
  rounds: Number(flags.rounds),
  trainingSize: Number(flags['training-size']),
  modelRounds: Number(flags['model-rounds']),
  seconds: Number(flags['peer-seconds']),
};

/** The tables to measure on, made one at a time, because they are large. */
function tables() {
  const most = settings.rowCounts.at(-1);
  const sources = flags.data.split(',');
  const simulated = numbers(flags.features).map((columns) => ({
    data: 'simulated',
    make: () => simulate(most, columns),
  }));
  const shared = process.env.ESCI_SHARED ?? join(root, '../shared');
  const real = { data: 'real', make: () => replicateReal(most, shared) };
  return [...(sources.includes('simulated') ? simulated : []), ...(sources.includes('real') ? [real] : [])];
}

/** Gives the table to every peer, and lets those that make models make them; returns the reasons of those that cannot. */
async function share({ features, labels }, folder, peers) {
  writeFileSync(join(folder, 'x.f32'), new Uint8Array(features.values.buffer));
  writeFileSync(join(folder, 'y.i32'), new Uint8Array(Int32Array.from(labels).buffer));
  const { rows, columns } = features;
  const unusable = {};
  for (const peer of peers) {
    const loaded = await peer.ask({ op: 'load', folder, rows, columns, classes: CLASSES });
    const made = await peer.ask({
      op: 'model',
      rows: Math.min(rows, MODEL_ROWS),
      rounds: settings.modelRounds,
    });
    const error = loaded.error ?? made.error;
    if (error !== undefined) unusable[peer.name] = error;
  }
  return unusable;
}

/** The part of the work that is the same for every number of threads: what must agree before anything is timed. */
async function check(section, context) {
  const threads = Math.max(...settings.threadCounts);
  const peers = context.peers.filter(({ name }) => PEERS[name].sections.includes(section));
  const xgboost = peers.find(({ name }) => name === 'xgboost');
  if (xgboost === undefined)
    throw new Error('xgboost is absent, and its model is what is explained and scored');
  const input = { ...context, peers, xgboost, threads };
  if (section === 'scoring') return checkScoring(input, settings.threadCounts);
  const checks = await checkShap(input, Math.min(CHECKED_ROWS, context.features.rows));
  const plan = section === 'recipe' ? describeRecipe(join(context.folder, context.model)) : undefined;
  return { ...checks, ours: { ...checks.ours, plan } };
}

/** The file of the model that is explained or scored; the recipe's is grown here. */
async function modelOf(section, { features, labels }, folder) {
  if (section !== 'recipe') return 'model.json';
  await growRecipe(
    join(folder, 'recipe.json'),
    firstRows(features, Math.min(features.rows, MODEL_ROWS)),
    labels,
    settings.modelRounds,
  );
  return 'recipe.json';
}

/** All cells of one section and table. */
async function* cells(section, data, context) {
  const { threadCounts, repeats, seconds, rowCounts, rounds, modelRounds, trainingSize } = settings;
  if (section !== 'training') {
    for (const peer of context.peers) await peer.ask({ op: 'use', model: context.model });
    const checks = await check(section, context);
    for (const threads of threadCounts) {
      const cell = await measureRates(section, context, { rowCounts, threads, repeats, seconds, checks });
      yield { rowCounts, threads, rounds: modelRounds, ...cell };
    }
    return;
  }
  for (const rows of data === 'real' ? rowCounts.slice(0, 1) : rowCounts) {
    const fitting = Math.round((1e6 * trainingSize) / (rows * context.features.columns));
    const fewer = Math.min(rounds, Math.max(LEAST_ROUNDS, fitting));
    for (const threads of threadCounts) {
      const cell = await measureTraining(context, { rows, rounds: fewer, threads, repeats });
      yield { rowCounts: [rows], threads, rounds: fewer, ...cell };
    }
  }
}

async function main(folder, results, peers) {
  for (const { data, make } of tables()) {
    const table = make();
    if (table === null) {
      process.stderr.write('real: skipped, ../shared/predictions/esci-12-models is not there\n');
      continue;
    }
    const unusable = await share(table, folder, peers);
    const usable = peers.filter(({ name }) => !(name in unusable));
    for (const section of settings.sections) {
      if (section === 'limits') {
        if (data === 'simulated')
          addLimits(results, await compareWithLimits({ ...table, folder, model: 'model.json' }));
        continue;
      }
      let start = performance.now();
      const model = await modelOf(section, table, folder);
      for await (const cell of cells(section, data, { ...table, folder, model, peers: usable })) {
        const seconds = (performance.now() - start) / 1000;
        const excluded = { ...unusable, ...cell.excluded };
        addCell(results, { section, data, columns: table.features.columns, ...cell, excluded, seconds });
        process.stderr.write(
          `${section} ${data} ${cell.rowCounts} x ${table.features.columns}, ${cell.threads} threads: ${seconds.toFixed(0)} s\n`,
        );
        start = performance.now();
      }
    }
  }
}

const results = openResults(flags.out);
if (flags.render) writeResults(results);
else {
  const folder = mkdtempSync(join(tmpdir(), 'esci-select-engine-'));
  onStop(() => rmSync(folder, { recursive: true, force: true }));
  const started = await startPeers(settings.sections, Math.max(...settings.threadCounts), setUp());
  try {
    notePeers(results, started);
    const present = started.filter(({ facts }) => facts.absent === undefined);
    for (const { name, facts } of started)
      process.stderr.write(`${name}: ${facts.version ?? `absent, ${facts.absent}`}\n`);
    await main(folder, results, present);
  } finally {
    for (const peer of started) peer.stop();
    rmSync(folder, { recursive: true });
  }
}
