import { rm, stat } from 'node:fs/promises';
import { EsciSelectError } from '../errors.js';
import { cannotWrite, systemCode } from '../io/errors.js';
import { sha256File } from '../io/hash.js';
import { insidePath } from './inside.js';
import { MANIFEST_NAME, type Manifest, type StageOutput } from './manifest.js';

/** Whether every output exists with the size and the hash it was written with. Reads them all. */
export async function areIntact(folder: string, outputs: readonly StageOutput[]): Promise<boolean> {
  for (const output of outputs) {
    if (!(await isIntact(folder, output))) return false;
  }
  return true;
}

/** Whether a file is as one of several records of it says. */
export async function isOneOf(folder: string, records: readonly StageOutput[]): Promise<boolean> {
  for (const record of records) {
    if (await isIntact(folder, record)) return true;
  }
  return false;
}

async function isIntact(folder: string, output: StageOutput): Promise<boolean> {
  const path = insidePath(folder, output.path);
  try {
    const found = await stat(path);
    if (!found.isFile() || found.size !== output.bytes) return false;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error))) return false;
    throw error;
  }
  return (await sha256File(path)).sha256 === output.sha256;
}

/**
 * Sizes and hashes of the files that a stage has written below its own folder, sorted by path. Throws 'internal' if one is
 * not there.
 */
export async function describeOutputs(staging: string, paths: readonly string[]): Promise<StageOutput[]> {
  const outputs: StageOutput[] = [];
  for (const path of [...paths].sort()) outputs.push({ path, ...(await describe(staging, path)) });
  return outputs;
}

async function describe(staging: string, path: string): Promise<{ bytes: number; sha256: string }> {
  const file = insidePath(staging, path);
  const found = await stat(file).catch(() => null);
  if (found?.isFile() && path !== MANIFEST_NAME) return sha256File(file);
  throw new EsciSelectError('internal', 'stage names an output that it did not write as a file', {
    path: file,
  });
}

/** Deletes files that only a replaced stage record names. Throws 'io'. */
export async function removeStale(
  folder: string,
  replaced: readonly StageOutput[],
  next: Manifest,
): Promise<void> {
  const named = new Set(Object.values(next.stages).flatMap((stage) => stage.outputs.map(({ path }) => path)));
  for (const { path } of replaced) {
    if (named.has(path) || path === MANIFEST_NAME) continue;
    const file = insidePath(folder, path);
    await rm(file, { force: true }).catch((error) => {
      throw cannotWrite(file, error);
    });
  }
}
