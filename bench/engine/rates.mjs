// Sections shap and scoring: rows per second. We do all rows; a peer as many of them as take about `seconds`, which it
// is timed on in turn with us, so that what disturbs the machine disturbs both.

import { loadavg } from 'node:os';
import { join } from 'node:path';
import { firstRows } from './data.mjs';
import { explain, score, scoresOn } from './ours.mjs';
import { PEERS } from './peers.mjs';

/** A peer that needs longer than this for the least it can be given is timed once, not as often as the others. */
const SLOW_SECONDS = 15;

/** Finds how many rows keep a peer busy for about so many seconds. These runs also warm it up; they are not kept. */
async function calibrate(peer, section, threads, { most, seconds }) {
  let rows = Math.min(most, PEERS[peer.name].least ?? 200);
  for (let attempt = 0; attempt < 4; attempt++) {
    const run = await peer.ask({ op: 'run', section, rows, threads });
    if (run.error !== undefined) return run;
    if (rows === most || run.work > 0.6 * seconds) return { rows, slow: run.work > SLOW_SECONDS };
    rows = Math.min(most, Math.ceil(rows * Math.min(30, (0.9 * seconds) / run.work)));
  }
  return { rows, slow: false };
}

/** What we are timed on: our runs of one repeat, as functions. */
function ourRuns(section, { folder, model, features }, rowCounts, threads) {
  const path = join(folder, model);
  const runs = rowCounts.flatMap((rows) => {
    const raw = firstRows(features, rows);
    if (section === 'scoring') {
      return scoresOn(threads) ? [{ quantity: 'margins', rows, run: () => score(path, raw, threads) }] : [];
    }
    return ['features', 'models'].map((quantity) => ({
      quantity,
      rows,
      run: () => explain(quantity, path, raw, threads),
    }));
  });
  return runs.map((each) => ({ who: 'ours', ...each }));
}

/** One cell of the report: the runs of a section on one table at one number of threads. */
export async function measureRates(section, context, { rowCounts, threads, repeats, seconds, checks }) {
  const { features, peers } = context;
  const load = loadavg()[0];
  const excluded = { ...checks.excluded };
  const theirs = [];
  for (const peer of peers) {
    const { sections, oneThread = false } = PEERS[peer.name];
    if (!sections.includes(section) || peer.name in excluded || (oneThread && threads > 1)) continue;
    const { rows, slow, error } = await calibrate(peer, section, threads, { most: features.rows, seconds });
    if (error !== undefined) excluded[peer.name] = error;
    else {
      const run = () => peer.ask({ op: 'run', section, rows, threads });
      theirs.push({ who: peer.name, rows, repeats: slow ? 1 : repeats, run });
    }
  }
  const ours = ourRuns(section, context, rowCounts, threads);
  const runs = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    const turn = repeat % 2 === 0 ? [...ours, ...theirs] : [...theirs, ...ours];
    for (const { who, quantity, rows, repeats: most = repeats, run } of turn) {
      if (repeat >= most || who in excluded) continue;
      const seconds = await run();
      if (seconds.error !== undefined) excluded[who] = seconds.error;
      else runs.push({ repeat, who, quantity, rows, ...partsOf(seconds) });
    }
  }
  return { checks: { ours: checks.ours, peers: checks.peers }, excluded, load, runs };
}

const partsOf = ({ model, matrix, work }) => ({ model, matrix, work });
