import { readdir, readFile, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { safeFileName, writeFileAtomic } from '../io/atomic.js';
import { cannotWrite, systemCode } from '../io/errors.js';
import { canonicalJson, sha256 } from '../io/hash.js';

const ENDING = '.checkpoint';

/**
 * Results of parts of a stage, kept so that an interrupted stage resumes where it was. A file is one line of JSON that
 * binds the stage's key, the part's name and the bytes' hash, then the bytes.
 */
export class Checkpoints {
  readonly #folder: string;
  readonly #key: string;

  /** `folder` holds this stage's checkpoints and nothing else; `key` is of all that decides the results (stageKey). */
  constructor(folder: string, key: string) {
    this.#folder = folder;
    this.#key = key;
  }

  /**
   * The bytes saved under a name, or null if there are none to be trusted: never saved, saved under another key, cut,
   * altered or unreadable. The part is then computed again, so this is never an error.
   */
  async load(name: string): Promise<Uint8Array | null> {
    let file: Uint8Array;
    try {
      file = await readFile(this.#path(name));
    } catch {
      return null;
    }
    const end = file.indexOf(10);
    if (end < 0) return null;
    const bytes = file.subarray(end + 1);
    const header = new TextDecoder().decode(file.subarray(0, end));
    return header === this.#header(name, bytes) ? new Uint8Array(bytes) : null;
  }

  /** Saves bytes under a name, atomically: a kill leaves the old ones or the new ones. Throws 'io'. */
  async save(name: string, bytes: Uint8Array): Promise<void> {
    const header = new TextEncoder().encode(`${this.#header(name, bytes)}\n`);
    const file = new Uint8Array(header.length + bytes.length);
    file.set(header);
    file.set(bytes, header.length);
    await writeFileAtomic(this.#path(name), file);
  }

  /** Deletes every checkpoint of the folder, whatever its key, and the folder if nothing else is in it. Throws 'io'. */
  async clear(): Promise<void> {
    try {
      const names = await readdir(this.#folder);
      for (const name of names.filter((entry) => entry.endsWith(ENDING))) {
        await rm(join(this.#folder, name), { force: true });
      }
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw cannotWrite(this.#folder, error);
    }
    await removeIfEmpty(this.#folder);
  }

  #path(name: string): string {
    return join(this.#folder, `${safeFileName(name)}${ENDING}`);
  }

  #header(name: string, bytes: Uint8Array): string {
    return canonicalJson({ key: this.#key, name, sha256: sha256(bytes) });
  }
}

/** Removes a folder if it exists and is empty. Throws 'io'. */
export async function removeIfEmpty(folder: string): Promise<void> {
  try {
    await rmdir(folder);
  } catch (error) {
    if (!['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(systemCode(error))) throw cannotWrite(folder, error);
  }
}
