import { EsciSelectError } from '../../errors.js';
import type { AnswerStore, StoreStats } from './store.js';

const PREFIX = 'esci-select:';
/** A cache that takes longer than computing is none. */
const TIMEOUT_MS = 50;
const CONNECT_MS = 1000;

/**
 * A store that several machines share: Redis or Valkey, by its URL. It fails open: whoever asks must take a rejection for
 * 'nothing there'. What it forgets is the server's business (`maxmemory-policy allkeys-lru`).
 *
 * @throws EsciSelectError('usage') where the optional package ioredis is not installed
 */
export async function openRedisStore(url: string): Promise<AnswerStore> {
  const Redis = await importRedis();
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    commandTimeout: TIMEOUT_MS,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (turn: number) => Math.min(5000, 100 * turn),
  });
  client.on('error', () => {}); // commands reject; the connection is tried again
  await client.connect().catch(() => {}); // it may come later
  return {
    get: (keys) => client.mgetBuffer(keys.map((key) => PREFIX + key)),
    async put(entries) {
      await client.mset(new Map(entries.map(([key, value]) => [PREFIX + key, Buffer.from(value)])));
    },
    async stats(): Promise<StoreStats> {
      const memory = /used_memory:(\d+)/.exec(await client.info('memory'));
      return {
        kind: 'redis',
        entries: await client.dbsize(),
        bytes: Number(memory?.[1] ?? 0),
        mostBytes: null,
      };
    },
    close: async () => client.disconnect(),
  };
}

async function importRedis() {
  try {
    return (await import('ioredis')).Redis;
  } catch (cause) {
    throw new EsciSelectError('usage', 'a Redis or Valkey cache needs the package ioredis', {
      hint: 'npm install ioredis@6.0.0, or give --cache a folder',
      cause,
    });
  }
}
