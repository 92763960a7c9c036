import { closeSync, openSync, readSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { EsciSelectError } from '../../errors.js';
import { writeFileAtomic } from '../../io/atomic.js';
import { cannotRead, systemCode } from '../../io/errors.js';
import { sha256 } from '../../io/hash.js';

const ENDING = '.embeddings';
const DIGEST = 64;

/** Where an entry is. */
interface Place {
  readonly path: string;
  readonly from: number;
  readonly bytes: number;
}

interface Header {
  readonly version: 1;
  readonly entries: readonly (readonly [key: string, bytes: number])[];
}

/**
 * What a language model has read, kept on disk by key: files of many entries, each the sha256 of the rest in
 * hexadecimal, a line of JSON that lists keys and sizes, and the bytes. Only the list is in memory.
 */
export class EmbeddingStore {
  readonly #folder: string;
  readonly #places = new Map<string, Place>();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Opens a folder, which need not exist. Every file is read through once: one that is not as it was written is deleted
   * and told of, and what was in it is to be read again.
   *
   * @throws EsciSelectError('io') where a file cannot be read
   */
  static async open(folder: string, onDamaged: (path: string) => void): Promise<EmbeddingStore> {
    const store = new EmbeddingStore(folder);
    for (const name of await namesIn(folder)) {
      const path = join(folder, name);
      if (await store.#index(path)) continue;
      onDamaged(path);
      await rm(path, { force: true });
    }
    return store;
  }

  has(key: string): boolean {
    return this.#places.has(key);
  }

  /** An entry's bytes. Throws EsciSelectError('io') where the file has gone since. */
  read(key: string): Uint8Array {
    const place = this.#places.get(key);
    if (place === undefined) throw new EsciSelectError('internal', `no embedding is kept under ${key}`);
    const bytes = new Uint8Array(place.bytes);
    try {
      const file = openSync(place.path, 'r');
      try {
        if (readSync(file, bytes, 0, bytes.length, place.from) === bytes.length) return bytes;
      } finally {
        closeSync(file);
      }
    } catch (error) {
      throw cannotRead(place.path, error);
    }
    throw new EsciSelectError('io', 'file of embeddings was cut while it was in use', {
      path: place.path,
      hint: 'run the same command again: what it lacks is read anew',
    });
  }

  /** Adds entries as one file, named by their keys. Throws 'io'. */
  async add(entries: readonly (readonly [key: string, bytes: Uint8Array])[]): Promise<void> {
    const header: Header = { version: 1, entries: entries.map(([key, bytes]) => [key, bytes.length]) };
    const line = Buffer.from(`${JSON.stringify(header)}\n`);
    const body = Buffer.concat([line, ...entries.map(([, bytes]) => bytes)]);
    const name = `${sha256(entries.map(([key]) => key).join('\n')).slice(0, 32)}${ENDING}`;
    const path = join(this.#folder, name);
    await writeFileAtomic(path, Buffer.concat([Buffer.from(sha256(body)), body]));
    this.#place(path, header, DIGEST + line.length);
  }

  /** Whether a file is as it was written; its entries are then known. */
  async #index(path: string): Promise<boolean> {
    const file = await readFile(path).catch((error) => {
      throw cannotRead(path, error);
    });
    const body = file.subarray(DIGEST);
    const end = body.indexOf(10);
    if (end < 0 || file.toString('latin1', 0, DIGEST) !== sha256(body)) return false;
    this.#place(path, JSON.parse(body.toString('utf8', 0, end)) as Header, DIGEST + end + 1);
    return true;
  }

  #place(path: string, { entries }: Header, start: number): void {
    let from = start;
    for (const [key, bytes] of entries) {
      this.#places.set(key, { path, from, bytes });
      from += bytes;
    }
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith(ENDING)).sort();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw cannotRead(folder, error);
  }
}
