import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCache } from '../../src/serving/cache/open.js';
import { openRedisStore } from '../../src/serving/cache/redis-store.js';
import { scratchFolder } from './shell.js';

const program = ['redis-server', 'valkey-server'].find((name) => spawnSync(name, ['--version']).status === 0);
const scratch = scratchFolder();

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

describe.skipIf(program === undefined)(
  'a cache that machines share (needs redis-server or valkey-server)',
  () => {
    let port: number;
    let child: ChildProcess;
    const url = () => `redis://127.0.0.1:${port}`;

    async function startServer(): Promise<void> {
      child = spawn(program!, [
        '--port',
        String(port),
        '--save',
        '',
        '--bind',
        '127.0.0.1',
        '--dir',
        scratch,
      ]);
      for await (const chunk of child.stdout!)
        if (String(chunk).includes('Ready to accept connections')) break;
    }
    async function stopServer(): Promise<void> {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
    }
    beforeAll(async () => {
      port = await freePort();
      await startServer();
    });
    afterAll(stopServer);

    it('gives what was put, byte for byte, to another client', async () => {
      const first = await openRedisStore(url());
      const bytes = Uint8Array.from({ length: 256 }, (_, at) => at);
      await first.put([
        ['a', bytes],
        ['b', Uint8Array.of(0, 255)],
      ]);
      const second = await openRedisStore(url());
      const found = await second.get(['b', 'none', 'a']);
      expect(found.map((each) => each && [...each])).toEqual([[0, 255], null, [...bytes]]);
      expect(await second.stats()).toMatchObject({ kind: 'redis', entries: 2 });
      await first.close();
      await second.close();
    });

    it('fails open while the server is away, and is used again once it is back', async () => {
      let problems = 0;
      const cache = await openCache({ folder: url(), onProblem: () => problems++ });
      await cache.write([['kept', Uint8Array.of(1)]]);
      expect((await cache.read(['kept']))[0]).not.toBeNull();
      await stopServer();
      expect([await cache.read(['kept']), problems > 0]).toEqual([[null], true]);
      await startServer();
      for (let turn = 0; turn < 100; turn++) {
        await cache.write([['again', Uint8Array.of(2)]]);
        if ((await cache.read(['again']))[0] !== null) break;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      expect([...(await cache.read(['again']))[0]!]).toEqual([2]);
      await cache.close();
    });
  },
);
