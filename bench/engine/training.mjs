// Section training: seconds for the same rounds on the same rows, by turns, and the log-loss on the held-out quarter.
import { loadavg } from 'node:os';
import { firstRows, someRows } from './data.mjs';
import { train } from './ours.mjs';
import { PEERS } from './peers.mjs';
import { excessOf } from './statistics.mjs';

/** How much worse than XGBoost's our log-loss may be on average over the draws, as a part of it; more ends the run. */
const MOST_EXCESS = 0.005;
/**
 * Held-out rows that log-losses are compared on, at least: on a small table alone they differ by half a percent by chance,
 * so further draws of as many rows are learned from, once and untimed, by XGBoost and by us.
 */
const HELD_OUT = 100_000;

/** One cell of the report: trainings of everybody on one table at one number of threads. */
export async function measureTraining({ features, labels, peers }, { rows, rounds, threads, repeats }) {
  const load = loadavg()[0];
  const raw = firstRows(features, rows);
  // compiles the kernels and lets the peers load what they load at first use; too short to be kept
  const warm = Math.min(rows, 4000);
  await train(firstRows(features, warm), labels, 2, threads);
  const excluded = {};
  const taking = [{ who: 'ours', run: () => train(raw, labels, rounds, threads) }];
  for (const peer of peers.filter(({ name }) => PEERS[name].sections.includes('training'))) {
    const command = { op: 'run', section: 'training', threads };
    const { error } = await peer.ask({ ...command, rows: warm, rounds: 2 });
    if (error !== undefined) excluded[peer.name] = error;
    else taking.push({ who: peer.name, run: () => peer.ask({ ...command, rows, rounds }) });
  }
  const runs = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    for (const { who, run } of repeat % 2 === 0 ? taking : [...taking].reverse()) {
      if (who in excluded) continue;
      const { model, matrix, work, loss, error } = await run();
      if (error !== undefined) excluded[who] = error;
      else runs.push({ repeat, who, rows, model, matrix, work, loss });
    }
  }
  const losses = lossesOf(runs);
  const xgboost = 'xgboost' in losses ? peers.find(({ name }) => name === 'xgboost') : undefined;
  const further = xgboost && (await furtherDraws({ features, labels, xgboost }, { rows, rounds, threads }));
  const draws = xgboost ? [{ ours: losses.ours, xgboost: losses.xgboost }, ...further] : [];
  assertLosses(runs, draws);
  return { checks: { losses, draws }, excluded, load, runs };
}

const lossesOf = (runs) => Object.fromEntries(runs.map(({ who, loss }) => [who, loss]));

/** Both log-losses on other rows of the table, until the held-out rows of all draws are enough or the table ends. */
async function furtherDraws({ features, labels, xgboost }, { rows, rounds, threads }) {
  const wanted = Math.min(Math.ceil((4 * HELD_OUT) / rows), Math.floor(features.rows / rows));
  const draws = [];
  for (let first = rows; first < wanted * rows; first += rows) {
    const own = labels.subarray(first, first + rows);
    const ours = await train(someRows(features, first, rows), own, rounds, threads);
    const theirs = await xgboost.ask({ op: 'run', section: 'training', threads, rows, rounds, first });
    if (theirs.error !== undefined) throw new Error(theirs.error);
    draws.push({ ours: ours.loss, xgboost: theirs.loss });
  }
  return draws;
}

/** Throws if our log-loss is not the same in every run, or is worse than XGBoost's by more than is accepted. */
function assertLosses(runs, draws) {
  const own = new Set(runs.filter(({ who }) => who === 'ours').map(({ loss }) => loss));
  if (own.size !== 1) throw new Error(`equal trainings gave log-losses ${[...own].join(', ')}`);
  const excess = excessOf(draws);
  if (excess !== null && !(excess.mean <= MOST_EXCESS)) {
    throw new Error(`our log-loss is ${100 * excess.mean}% over XGBoost's, more than ${100 * MOST_EXCESS}%`);
  }
}
