import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';

/** How temporary run folders of the door are called; the caller removes those that a killed door left. */
const PREFIX = 'esci-select-door-';

/** Folders that are to be gone when the process ends. */
const open = new Set<string>();
process.on('exit', removeAll);

/** Removes every folder of this process, at once: for its end, whatever ended it. */
export function removeAll(): void {
  for (const folder of open) rmSync(folder, { recursive: true, force: true });
  open.clear();
}

let last: Promise<unknown> = Promise.resolve();

/**
 * Works with a temporary folder as the working directory, which is gone afterwards; `onFolder` is told its path first. Paths
 * in it are then relative, so that no result and no message has the name of a folder that chance gave. A process has one
 * working directory: one after the other.
 */
export function inFolder<T>(onFolder: (folder: string) => Promise<void>, work: () => Promise<T>): Promise<T> {
  const turn = last.then(() => alone(onFolder, work));
  last = turn.catch(() => {});
  return turn;
}

async function alone<T>(onFolder: (folder: string) => Promise<void>, work: () => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), PREFIX));
  open.add(folder);
  const before = process.cwd();
  try {
    await onFolder(folder);
    process.chdir(folder);
    return await work();
  } finally {
    process.chdir(before);
    await rm(folder, { recursive: true, force: true });
    open.delete(folder);
  }
}

/** The files below a folder by their path in it, in order of their paths. */
export async function filesBelow(folder: string): Promise<{ name: string; bytes: Uint8Array }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  return Promise.all(
    paths.sort().map(async (path) => ({
      name: relative(folder, path).split(sep).join('/'),
      bytes: await readFile(path),
    })),
  );
}

/** Writes files into a folder. */
export async function putFiles(
  folder: string,
  names: readonly string[],
  blocks: readonly Uint8Array[],
): Promise<void> {
  for (const [at, name] of names.entries()) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, blocks[at]);
  }
}
