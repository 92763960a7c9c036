// The Python peers: which there are, and one long-lived process for each that answers a line of JSON per command.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { pythonOf } from '../setup.mjs';

const here = dirname(fileURLToPath(import.meta.url));

/**
 * Peers by name. `sections`: where they take part. `oneThread`: knows no threads, and is measured beside our one thread
 * only. `least`: rows that it is given at least, because it pays a price per run that many rows share.
 */
export const PEERS = {
  xgboost: { environment: 'main', sections: ['limits', 'shap', 'recipe', 'scoring', 'training'] },
  lightgbm: { environment: 'main', sections: ['shap', 'scoring', 'training'] },
  catboost: { environment: 'main', sections: ['shap', 'scoring', 'training'], least: 20_000 },
  histgradientboosting: { environment: 'main', sections: ['training'] },
  shap: { environment: 'main', sections: ['shap', 'recipe'], oneThread: true },
  woodelf: { environment: 'main', sections: ['shap'], oneThread: true, least: 20_000 },
  fasttreeshap: { environment: 'fasttreeshap', sections: ['shap'] },
  // the crate, whose library the environment 'main' calls
  treeshap: { environment: 'main', library: 'treeshap', sections: ['shap'] },
  treelite: { environment: 'main', sections: ['scoring'] },
};

/** Threads that are done sleep instead of spinning, so that no peer disturbs the run after its own. */
const QUIET = { OMP_WAIT_POLICY: 'PASSIVE', GOMP_SPINCOUNT: '0', KMP_BLOCKTIME: '0' };

/** A peer's process: { name, facts, ask, stop }. `facts` has `absent` with the reason where the peer cannot be used. */
async function startPeer(name, threads, failures) {
  const { environment, library } = PEERS[name];
  const python = pythonOf(environment);
  const reasons = [environment, library].flatMap((each) => failures[each] ?? []).join('; ');
  if (!existsSync(python))
    return { name, facts: { absent: `no Python environment (${reasons})` }, stop() {} };
  // processes run in the folder of peer.py, and start with the most threads that are asked for later
  const child = spawn(python, [join(here, 'peer.py'), name], {
    stdio: ['pipe', 'pipe', 2],
    env: { ...process.env, ...QUIET, OMP_NUM_THREADS: String(threads), PYTHONDONTWRITEBYTECODE: '1' },
  });
  child.stdin.on('error', () => {}); // a peer that has died is reported by the answer that does not come
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => {
    const { value, done } = await lines.next();
    return done
      ? { error: `its process ended (${child.signalCode ?? `status ${child.exitCode}`})` }
      : JSON.parse(value);
  };
  const facts = await answer();
  if (facts.error !== undefined) facts.absent = facts.error;
  if (facts.absent !== undefined && reasons !== '') facts.absent = `${facts.absent} (${reasons})`;
  if (facts.absent !== undefined) child.stdin.end();
  return {
    name,
    facts,
    ask(command) {
      child.stdin.write(`${JSON.stringify(command)}\n`);
      return answer();
    },
    stop: () => child.stdin.end(),
  };
}

/** The peers of the sections, those that cannot be used among them, with `facts.absent`. */
export async function startPeers(sections, threads, failures) {
  const names = Object.keys(PEERS).filter((name) =>
    PEERS[name].sections.some((each) => sections.includes(each)),
  );
  const peers = [];
  for (const name of names) peers.push(await startPeer(name, threads, failures));
  return peers;
}
