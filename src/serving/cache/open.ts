import { LRUCache } from 'lru-cache';
import { openLmdbStore } from './lmdb-store.js';
import { openRedisStore } from './redis-store.js';
import type { AnswerStore, StoreStats } from './store.js';

/** Where answers are kept. */
export interface CacheOptions {
  /** a folder, or the URL of a Redis or Valkey server; only memory where not given; `none`: not even that */
  readonly folder?: string;
  /** the most bytes on disk; 1 GiB unless given */
  readonly mostBytes?: number;
  /** the most answers in memory; 100,000 unless given */
  readonly mostInMemory?: number;
  /** told where a store fails; the answer is then computed */
  readonly onProblem?: (problem: Error) => void;
}

/** Tiers of answers: memory, then a store that outlives the process. */
export interface AnswerCache {
  /** from memory alone; undefined where there is none */
  recall(key: string): Float32Array | undefined;
  remember(key: string, values: Float32Array): void;
  /** [key] bytes from the store; null where there is none, or the store fails */
  read(keys: readonly string[]): Promise<(Uint8Array | null)[]>;
  /** writes to the store; a failure is told and not thrown */
  write(entries: readonly (readonly [string, Uint8Array])[]): Promise<void>;
  stats(): Promise<readonly StoreStats[]>;
  close(): Promise<void>;
}

const GIB = 2 ** 30;
const IN_MEMORY = 100_000;

/** What `--cache` says for no cache at all. */
const NO_CACHE = 'none';

/** Keeps nothing. */
const NOTHING: AnswerCache = {
  recall: () => undefined,
  remember: () => {},
  read: async (keys) => keys.map(() => null),
  write: async () => {},
  stats: async () => [],
  close: async () => {},
};

/** Opens a cache. Throws 'io' where its folder cannot be written, 'usage' where Redis is asked for and not installed. */
export async function openCache(options: CacheOptions): Promise<AnswerCache> {
  const { folder, mostBytes = GIB, mostInMemory = IN_MEMORY, onProblem } = options;
  if (folder === NO_CACHE) return NOTHING;
  const memory = new LRUCache<string, Float32Array>({ max: mostInMemory });
  const store = folder === undefined ? null : await openStore(folder, mostBytes);
  const open = async <Value>(work: () => Promise<Value>, otherwise: Value): Promise<Value> => {
    try {
      return await work();
    } catch (problem) {
      onProblem?.(problem as Error);
      return otherwise;
    }
  };
  return {
    recall: (key) => memory.get(key),
    remember: (key, values) => {
      memory.set(key, values);
    },
    read: async (keys) => {
      const nothing = keys.map(() => null);
      return store === null || keys.length === 0 ? nothing : open(() => store.get(keys), nothing);
    },
    write: async (entries) => {
      if (store !== null && entries.length > 0) await open(() => store.put(entries), undefined);
    },
    async stats() {
      const inMemory = { kind: 'memory', entries: memory.size, bytes: 0, mostBytes: null };
      return store === null ? [inMemory] : [inMemory, await store.stats()];
    },
    close: async () => store?.close(),
  };
}

/** Whether a --cache means a server rather than a folder. */
export function isRedisUrl(text: string): boolean {
  return /^(rediss?|valkeys?):\/\//.test(text);
}

async function openStore(folder: string, mostBytes: number): Promise<AnswerStore> {
  if (!isRedisUrl(folder)) return openLmdbStore(folder, mostBytes);
  return openRedisStore(folder.replace(/^valkey/, 'redis'));
}
