import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { cannotWrite, systemCode } from '../io/errors.js';
import { MANIFEST_NAME } from './manifest.js';
import { pidExists } from './process.js';

/** A file being written: `.NAME.tmp-PID-NUMBER` (io/atomic.ts, and lock.ts for its own). */
const TEMPORARY = /^\.(.+)\.tmp-(\d+)-\d+$/;
/** The right to replace a dead process's lock (lock.ts): without effect once there is another lock. */
const OLD_RIGHT = /^\.lock(\.[0-9a-f]{16})+$/;
/** What a process writes before it has the lock, and so may be in use though the lock is ours. */
const WITHOUT_LOCK = ['writable', 'lock'];

/**
 * Deletes what killed processes left half-written in a run folder whose lock the caller holds. Below the top level it
 * looks only if the folder holds a run, so that a folder given by mistake is not searched. Throws 'io'.
 */
export async function sweepTemporaries(folder: string): Promise<void> {
  try {
    const recursive = (await stat(join(folder, MANIFEST_NAME)).catch(() => null)) !== null;
    for (const entry of await readdir(folder, { recursive, withFileTypes: true })) {
      if (entry.isFile() && isLeftover(entry.name))
        await rm(join(entry.parentPath, entry.name), { force: true });
    }
  } catch (error) {
    throw cannotWrite(folder, error);
  }
}

/**
 * Deletes what killed processes left half-written in a folder that has no lock, such as that of a report; what a living
 * process is writing stays. Not below it. Throws 'io'.
 */
export async function sweepDead(folder: string): Promise<void> {
  try {
    for (const name of await readdir(folder)) {
      const found = TEMPORARY.exec(name);
      if (found !== null && !pidExists(Number(found[2]))) await rm(join(folder, name), { force: true });
    }
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw cannotWrite(folder, error);
  }
}

function isLeftover(name: string): boolean {
  if (OLD_RIGHT.test(name)) return true;
  const found = TEMPORARY.exec(name);
  if (found === null) return false;
  const pid = Number(found[2]);
  return !WITHOUT_LOCK.includes(found[1]) || pid === process.pid || !pidExists(pid);
}
