import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { EsciSelectError } from '../errors.js';
import { renameDurably, writeFileAtomic } from '../io/atomic.js';
import { cannotRead, cannotWrite, systemCode } from '../io/errors.js';
import { insidePath } from './inside.js';
import { formatManifest, isInside, type Manifest, parseManifest, writeManifest } from './manifest.js';

/** Where stages write before they are done, in a run folder. */
export const STAGING_NAME = '.staging';
const COMMIT_NAME = '.commit.json';

/** A stage that is done, whose files are about to get their names: all of them and the manifest, or none. */
export interface Commit {
  /** the stage's folder, relative to the run folder */
  readonly staging: string;
  /** files to move out of it, relative to both folders */
  readonly files: readonly string[];
  /** the manifest that names them */
  readonly manifest: Manifest;
}

const relativePath = z.string().refine(isInside, 'expected a relative path inside the run folder');
const COMMIT = z.strictObject({
  staging: relativePath,
  files: z.array(relativePath),
  manifest: z.string(),
});

/**
 * Moves a finished stage's files into place and then writes the manifest, so that a kill at any moment leaves the old set
 * or the new one: the intent is made durable first, and whoever opens the folder next carries it out or reads through it
 * (write-ahead logging; Gray and Reuter 1992, section 9.3). Throws 'io'; a failure before the intent changes nothing.
 */
export async function commit(folder: string, pending: Commit): Promise<void> {
  const { staging, files, manifest } = pending;
  const text = JSON.stringify({ staging, files, manifest: formatManifest(manifest) });
  await writeFileAtomic(join(folder, COMMIT_NAME), text);
  await carryOut(folder, pending);
}

/** The commit that a killed process left to be carried out, or null. Throws 'data' if it is malformed. */
export async function pendingCommit(folder: string): Promise<Commit | null> {
  const path = join(folder, COMMIT_NAME);
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return null;
    throw cannotRead(path, error);
  });
  if (text === null) return null;
  const found = COMMIT.safeParse(jsonOrNull(text));
  if (!found.success) {
    throw new EsciSelectError('data', 'record of a stage being finished is malformed', {
      path,
      hint: 'give --force to start this run anew, or another --run',
    });
  }
  const { staging, files, manifest } = found.data;
  return { staging, files, manifest: parseManifest(manifest, path) };
}

/**
 * Finishes what a killed process had begun to commit. The caller has the folder's lock. Throws 'io', and 'data' where the
 * record of it is malformed, unless `force`: then it is deleted, and the folder stays as it is.
 */
export async function finishCommit(folder: string, force: boolean): Promise<void> {
  try {
    const pending = await pendingCommit(folder);
    if (pending !== null) await carryOut(folder, pending);
  } catch (error) {
    if (!(force && error instanceof EsciSelectError && error.code === 'data')) throw error;
    await remove(join(folder, COMMIT_NAME));
  }
}

async function carryOut(folder: string, { staging, files, manifest }: Commit): Promise<void> {
  for (const file of files) {
    const from = insidePath(folder, staging, file);
    await renameDurably(from, insidePath(folder, file)).catch((error: unknown) => {
      // a file that is no longer staged has been moved already, by the process that was killed
      if (!(error instanceof EsciSelectError && systemCode(error.cause) === 'ENOENT')) throw error;
    });
  }
  await writeManifest(folder, manifest);
  await remove(join(folder, COMMIT_NAME));
  await removeStaging(folder, staging);
}

/** Deletes a stage's folder, or that of all stages, with what is in it. Throws 'io'. */
export async function removeStaging(folder: string, staging: string = STAGING_NAME): Promise<void> {
  await remove(insidePath(folder, staging));
}

async function remove(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true }).catch((error) => {
    throw cannotWrite(path, error);
  });
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // no commit either: the caller says so
  }
}
