import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { exportBundle, rank } from '../../src/pipeline.js';
import { openBundle } from '../../src/serving/bundle/open.js';
import { built, type Deployed, deploy } from './deployed.js';

const root = join(import.meta.dirname, '../..');
let deployed: Deployed;
let child: ChildProcess | null = null;
beforeAll(async () => {
  if (built) deployed = await deploy();
});
afterAll(() => {
  if (built) rmSync(deployed.folder, { recursive: true });
});
afterEach(() => {
  child?.kill('SIGKILL');
});

/** A server of its own process; what it says on stderr is kept, line by line. */
async function start(
  bundle: string,
): Promise<{ url: string; said: string[]; ended: Promise<number | null> }> {
  const args = ['serve', '--bundle', bundle, '--port', '0', '--workers', '2', '--timeout', '60s', '--json'];
  child = spawn(process.execPath, [join(root, 'bin/esci-select.js'), ...args]);
  const said: string[] = [];
  createInterface({ input: child.stderr! }).on('line', (line) => said.push(line));
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  const [line] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string];
  return { url: JSON.parse(line).url, said, ended };
}

interface Load {
  /** how many requests were answered, by status */
  readonly statuses: Map<number, number>;
  /** hashes of the bundles that answered */
  readonly bundles: Set<string>;
  /** requests that got no answer */
  readonly lost: string[];
  end(): Promise<void>;
}

/** Asks on four connections, each request new to every cache, until it is ended or the server takes no more. */
function load(url: string): Load {
  const lines = readFileSync(deployed.data, 'utf8').split('\n').slice(1, 9);
  const products = lines.map((line) => {
    const [, , , id, , title] = line.split(',');
    return { id, title };
  });
  const pool = new Pool(url, { connections: 4, pipelining: 1 });
  const [statuses, bundles, lost] = [new Map<number, number>(), new Set<string>(), [] as string[]];
  let going = true;
  let next = 0;
  const client = async () => {
    while (going) {
      const body = JSON.stringify({ query: `lamp ${next++}`, locale: 'us', products });
      try {
        const headers = { 'content-type': 'application/json' };
        const answer = await pool.request({ path: '/v1/predict', method: 'POST', headers, body });
        const { bundle } = (await answer.body.json()) as { bundle: string };
        statuses.set(answer.statusCode, (statuses.get(answer.statusCode) ?? 0) + 1);
        bundles.add(bundle);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === 'ECONNREFUSED') return; // it listens no more: not accepted, so not lost
        lost.push(String(code ?? error));
        return;
      }
    }
  };
  const clients = Promise.all(Array.from({ length: 4 }, client));
  return {
    ...{ statuses, bundles, lost },
    async end() {
      going = false;
      await clients;
      await pool.close();
    },
  };
}

/** Waits until something is so; the test's own time limit ends it otherwise. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(10);
}

describe.skipIf(!built || process.platform === 'win32')(
  'serve under load (needs npm run build, signals)',
  () => {
    it('SIGTERM: what it accepted is answered, and it ends with 0', async () => {
      const { url, said, ended } = await start(deployed.bundle);
      const asking = load(url);
      await until(() => (asking.statuses.get(200) ?? 0) >= 20);
      child!.kill('SIGTERM');
      expect(await ended).toBe(0);
      await asking.end();
      // what still waited for a connection when the server closed is none of its requests: the counts tell
      expect([...asking.statuses.keys()]).toEqual([200]);
      const answered = asking.statuses.get(200);
      expect(said).toContain(`${answered} of ${answered} accepted requests were answered`);
    }, 60_000);

    it('SIGHUP: another pruning is served from then on, without losing a request', async () => {
      const { run, module, folder } = deployed;
      const served = join(folder, 'served');
      cpSync(deployed.bundle, served, { recursive: true });
      const { url, said, ended } = await start(served);
      const asking = load(url);
      await until(() => (asking.statuses.get(200) ?? 0) >= 20);
      const own = join(folder, 'run-2');
      cpSync(run, own, { recursive: true });
      await rank({ run: own, budgets: ['1'], replicates: 20, force: false }, { threads: 0 });
      await exportBundle({ run: own, out: served, modules: [module] }, { threads: 1 });
      const next = (await openBundle(served)).manifest.id;
      child!.kill('SIGHUP');
      await until(() => said.some((line) => line.startsWith('now serving bundle')));
      await until(() => asking.bundles.has(next));
      await asking.end();
      expect([...asking.statuses.keys()]).toEqual([200]);
      expect([asking.lost, asking.bundles.size]).toEqual([[], 2]);
      child!.kill('SIGTERM');
      expect(await ended).toBe(0);
    }, 60_000);
  },
);
