import { EsciSelectError } from '../../errors.js';
import { ensureWritableFolder } from '../../io/atomic.js';
import type { AnswerStore, StoreStats } from './store.js';

/** What an entry takes on disk beside its bytes: its node, and that pages are two thirds full. */
const OVERHEAD = 24;
const PAGE_FILL = 1.5;

type Generation = 'a' | 'b';

/**
 * A store in a folder, by LMDB: several processes may share it. Entries lie in two generations; when the newer one has
 * half of `mostBytes` the older one is emptied and takes its place, and what is asked for in the older one moves over: what
 * is used stays. Throws 'io' where the folder cannot be written or holds something else.
 */
export async function openLmdbStore(folder: string, mostBytes: number): Promise<AnswerStore> {
  await ensureWritableFolder(folder);
  const { open } = await import('lmdb');
  const root = attempt(folder, () => open({ path: folder, maxDbs: 4, encoding: 'json', noSubdir: false }));
  const generation = (name: Generation) =>
    root.openDB<Buffer, string>({ name, encoding: 'binary', keyEncoding: 'ordered-binary' });
  const dbs = { a: generation('a'), b: generation('b') };
  const newest = (): Generation => (root.get('newest') as Generation | undefined) ?? 'a';
  const bytes = { a: sizeOf(dbs.a), b: sizeOf(dbs.b) };
  const older = (name: Generation): Generation => (name === 'a' ? 'b' : 'a');
  const put = async (entries: readonly (readonly [string, Uint8Array])[]) => {
    await root.transaction(() => {
      const current = newest();
      for (const [key, value] of entries) {
        dbs[current].put(key, Buffer.from(value));
        bytes[current] += diskBytes(key, value);
      }
      if (bytes[current] <= mostBytes / 2) return;
      dbs[older(current)].clearAsync();
      bytes[older(current)] = 0;
      root.put('newest', older(current));
    });
  };
  return {
    put,
    async get(keys) {
      const current = newest();
      const moving: [string, Uint8Array][] = [];
      const found = keys.map((key) => {
        const value = dbs[current].get(key);
        if (value !== undefined) return value;
        const old = dbs[older(current)].get(key);
        if (old !== undefined) moving.push([key, new Uint8Array(old)]);
        return old ?? null;
      });
      if (moving.length > 0) await put(moving);
      return found;
    },
    async stats(): Promise<StoreStats> {
      const entries = dbs.a.getCount() + dbs.b.getCount();
      return { kind: 'lmdb', entries, bytes: sizeOf(dbs.a) + sizeOf(dbs.b), mostBytes };
    },
    async close() {
      await root.flushed;
      await root.close();
    },
  };
}

interface Counted {
  getStats(): unknown;
}

/** Bytes of a database's pages. */
function sizeOf(db: Counted): number {
  const { pageSize, treeBranchPageCount, treeLeafPageCount, overflowPages } = db.getStats() as Record<
    string,
    number
  >;
  return (pageSize ?? 4096) * ((treeBranchPageCount ?? 0) + (treeLeafPageCount ?? 0) + (overflowPages ?? 0));
}

function diskBytes(key: string, value: Uint8Array): number {
  return PAGE_FILL * (key.length + value.length + OVERHEAD);
}

function attempt<Value>(path: string, work: () => Value): Value {
  try {
    return work();
  } catch (cause) {
    throw new EsciSelectError('io', `cache cannot be opened: ${(cause as Error).message}`, {
      path,
      hint: 'give --cache a folder of its own',
      cause,
    });
  }
}
