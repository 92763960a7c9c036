import { randomInt } from 'node:crypto';
import { readFileSync, unlinkSync } from 'node:fs';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { EsciSelectError } from '../errors.js';
import { cannotWrite, systemCode } from '../io/errors.js';
import { heldBy, newHolder, parseHolder } from './lock-holder.js';
import { isAlive } from './process.js';

/** Turns of taking a lock: each is lost only to another process that releases or recovers it at the same moment. */
const MOST_TURNS = 100;

/** An exclusive lock that this process holds, as a file that names it. */
export class Lock {
  readonly path: string;
  readonly #text: string;
  readonly #onExit = () => this.#releaseNow();

  private constructor(path: string, text: string) {
    this.path = path;
    this.#text = text;
    process.once('exit', this.#onExit);
  }

  /**
   * Takes the lock at `path` (its folder exists), recovering one that a dead process left. Throws 'io' naming the holder
   * if a living process has it, this one included.
   */
  static async take(path: string, command: string): Promise<Lock> {
    const holder = newHolder(command);
    const text = `${JSON.stringify(holder, null, 2)}\n`;
    const mine = `${path}.tmp-${process.pid}-${randomInt(2 ** 47)}`; // a name that sweep.ts knows
    try {
      await writeFile(mine, text, { flag: 'wx' });
      await takeFile(path, mine);
    } catch (error) {
      throw cannotWrite(path, error);
    } finally {
      await rm(mine, { force: true });
    }
    return new Lock(path, text);
  }

  /** Gives the lock back. A lock file that is no longer ours stays. Does nothing the second time. */
  async release(): Promise<void> {
    process.removeListener('exit', this.#onExit);
    if ((await readText(this.path)) === this.#text) await rm(this.path, { force: true });
  }

  /** As `release`, for the process's last moment, when nothing can be awaited or reported. */
  #releaseNow(): void {
    try {
      if (readFileSync(this.path, 'utf8') === this.#text) unlinkSync(this.path);
    } catch {
      // the next run recovers the lock, since this process will be dead
    }
  }
}

/**
 * Puts the complete file `mine` at `path` by a hard link, which succeeds for one process only, so that nobody ever sees
 * half a lock. A dead holder's lock is replaced.
 */
async function takeFile(path: string, mine: string): Promise<void> {
  for (let turn = 0; turn < MOST_TURNS; turn++) {
    if (await linked(mine, path)) return;
    const text = await readText(path);
    if (text === null) continue; // released in between
    const holder = parseHolder(path, text);
    if (isAlive(holder)) throw heldBy(path, holder);
    if (await replaceDead(path, mine, { text, nonce: holder.nonce })) return;
  }
  throw new EsciSelectError('io', 'lock could not be taken: others keep taking and releasing it', { path });
}

/**
 * Puts `mine` in the place of a dead process's lock; false if another lock is there by now. The right to replace is
 * itself a lock, named after the dead one: only its holder may touch the dead lock, so that what it finds when it looks
 * again stays, and a lock taken in the meantime is never replaced. Throws 'io' if a living process has the right.
 */
export async function replaceDead(
  path: string,
  mine: string,
  dead: { text: string; nonce: string },
): Promise<boolean> {
  const right = `${path}.${dead.nonce}`;
  await takeFile(right, mine);
  if ((await readText(path)) === dead.text) {
    await rename(right, path);
    return true;
  }
  await rm(right, { force: true });
  return false;
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(systemCode(error))) throw error;
    return copied(from, to);
  }
}

/** For file systems without hard links. */
async function copied(from: string, to: string): Promise<boolean> {
  try {
    await writeFile(to, await readFile(from), { flag: 'wx' });
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
}

async function readText(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
}
