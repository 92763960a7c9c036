// What is asserted before anything is timed: that we and the peers compute the same values of the same trees.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLASSES } from './data.mjs';
import { exactMargins, explainForCheck, scoreForCheck, scoresOn } from './ours.mjs';

/** Our SHAP values further than this from XGBoost's (float32 sums themselves), or from its margins, end the run. */
const MOST_DIFFERENCE = 1e-5;
/** A peer whose values are further than this from XGBoost's is not timed, and is listed with the difference. */
const MOST_PEER_DIFFERENCE = 1e-3;

/** Rows on which the other peers' margins are compared with XGBoost's. */
const PEER_ROWS = 20_000;

/** Values that a peer saved. */
function saved(folder, name) {
  const bytes = readFileSync(join(folder, name));
  return new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

/** Runs a peer once and returns its values, what it says of them, or its error. */
async function valuesOf(peer, folder, section, rows, threads) {
  const save = `${section}-${peer.name}.f64`;
  const facts = await peer.ask({ op: 'run', section, rows, threads, save });
  return facts.error === undefined ? { facts, values: saved(folder, save) } : { facts };
}

function largestDifference(a, b) {
  if (a.length !== b.length) throw new Error(`${a.length} values against ${b.length}`);
  let largest = 0;
  for (let at = 0; at < a.length; at++) {
    const difference = Math.abs(a[at] - b[at]);
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}

/** Runs every peer's check: a peer that fails, or disagrees with XGBoost on its trees, is excluded with the reason. */
async function checkPeers(peers, reference, run) {
  const excluded = {};
  const differences = {};
  for (const peer of peers) {
    if (peer.name === 'xgboost') continue;
    const { facts, values } = await run(peer);
    if (facts.error !== undefined) excluded[peer.name] = facts.error;
    else if (facts.ownModel)
      differences[peer.name] = { ownModel: true, additivity: facts.additivity ?? null };
    else {
      const difference = largestDifference(values, reference);
      differences[peer.name] = { difference };
      if (!(difference <= MOST_PEER_DIFFERENCE))
        excluded[peer.name] = `its values differ from XGBoost's by ${difference}`;
    }
  }
  return { excluded, differences };
}

/** Agreement of TreeSHAP per feature; throws where ours differs. Returns { ours, peers, excluded }. */
export async function checkShap({ peers, xgboost, folder, model, features, threads }, rows) {
  const reference = await valuesOf(xgboost, folder, 'shap', rows, threads);
  const margins = await valuesOf(xgboost, folder, 'scoring', rows, threads);
  for (const { facts } of [reference, margins]) if (facts.error !== undefined) throw new Error(facts.error);
  const path = join(folder, model);
  const ours = explainForCheck(path, features, rows);
  const exact = exactMargins(path, features, rows);
  const { columns } = features;
  const found = { difference: 0, additivity: 0, exactly: 0, xgboostExactly: 0 };
  const note = (name, error) => {
    if (!(error <= found[name])) found[name] = error;
  };
  for (let cell = 0; cell < rows * CLASSES; cell++) {
    const [row, k] = [Math.floor(cell / CLASSES), cell % CLASSES];
    let [sum, theirSum] = [ours.bias[k], reference.facts.bias[k]];
    for (let column = 0; column < columns; column++) {
      const own = ours.values[(row * columns + column) * CLASSES + k];
      const their = reference.values[cell * columns + column];
      note('difference', Math.abs(own - their));
      sum += own;
      theirSum += their;
    }
    note('additivity', Math.abs(sum - margins.values[cell]));
    note('exactly', Math.abs(sum - exact[cell]));
    note('xgboostExactly', Math.abs(theirSum - exact[cell]));
  }
  const { difference, additivity } = found;
  if (!(difference <= MOST_DIFFERENCE))
    throw new Error(`our SHAP values differ from XGBoost's by ${difference}`);
  if (!(additivity <= MOST_DIFFERENCE))
    throw new Error(`our bias + sum is off XGBoost's margins by ${additivity}`);
  const others = await checkPeers(peers, reference.values, (peer) =>
    valuesOf(peer, folder, 'shap', rows, threads),
  );
  const agreement = { rows, ...found, xgboostAdditivity: reference.facts.additivity };
  return { ours: agreement, peers: others.differences, excluded: others.excluded };
}

/** Margins of all rows, to the bit, at every number of threads; throws where one differs. */
export async function checkScoring({ peers, xgboost, folder, model, features, threads }, threadCounts) {
  const { rows } = features;
  const reference = await valuesOf(xgboost, folder, 'scoring', rows, threads);
  if (reference.facts.error !== undefined) throw new Error(reference.facts.error);
  let compared = 0;
  for (const count of threadCounts.filter(scoresOn)) {
    const ours = await scoreForCheck(join(folder, model), features, rows, count);
    const different = ours.reduce((sum, value, at) => sum + (value === reference.values[at] ? 0 : 1), 0);
    if (ours.length !== reference.values.length || different > 0) {
      throw new Error(`${different} of ${ours.length} margins on ${count} threads are not XGBoost's`);
    }
    compared += ours.length;
  }
  const some = Math.min(rows, PEER_ROWS);
  const theirs = reference.values.subarray(0, some * CLASSES);
  const found = await checkPeers(peers, theirs, (peer) => valuesOf(peer, folder, 'scoring', some, threads));
  return {
    ours: { rows, margins: compared, different: 0 },
    peers: found.differences,
    excluded: found.excluded,
  };
}
