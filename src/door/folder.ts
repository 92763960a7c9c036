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

/** Works in a temporary folder, which is gone afterwards; `onFolder` is told its path first. */
export async function inFolder<T>(
  onFolder: (folder: string) => Promise<void>,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), PREFIX));
  open.add(folder);
  try {
    await onFolder(folder);
    return await work(folder);
  } finally {
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
