import { EsciSelectError } from '../errors.js';
import { finishCommit } from './commit.js';
import { insidePath } from './inside.js';
import { Lock } from './lock.js';
import { type Manifest, readManifest } from './manifest.js';

/** The file that tells a second process that the folder is in use. */
export const LOCK_NAME = '.lock';

/** A folder's manifest; with `force` null for one that cannot be understood, which is then begun anew. */
export async function readOrForget(folder: string, force: boolean): Promise<Manifest | null> {
  try {
    return await readManifest(folder);
  } catch (error) {
    if (force && error instanceof EsciSelectError && error.code === 'data') return null;
    throw error;
  }
}

/** Finishes a killed process's commit where this process may write and no other is at work. */
export async function tryToFinish(folder: string): Promise<void> {
  try {
    const lock = await Lock.take(insidePath(folder, LOCK_NAME), 'finishing a stage');
    await finishCommit(folder, false).finally(() => lock.release());
  } catch (error) {
    if (!(error instanceof EsciSelectError && error.code === 'io')) throw error;
    // not ours to write: the caller reads through the commit instead
  }
}
