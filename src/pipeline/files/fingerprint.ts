import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { InputFile } from '../../data/examples/examples.js';
import { cannotRead } from '../../io/errors.js';
import { sha256File } from '../../io/hash.js';

/**
 * Name, size and sha256 of every file given, folders expanded in order of name, with `nested` also those inside them. Folder names and absolute paths stay
 * out, so that the same bytes give the same fingerprint anywhere. O(bytes).
 *
 * @throws EsciSelectError('io') when a path cannot be read
 */
export async function fingerprint(
  paths: readonly string[],
  options: { nested?: boolean } = {},
): Promise<InputFile[]> {
  const files: InputFile[] = [];
  for (const path of paths) {
    for (const { file, name } of await expand(path, options.nested === true ? MAX_DEPTH : 0)) {
      files.push({ name, ...(await sha256File(file)) });
    }
  }
  return files;
}

/** Folders inside folders that predictions are looked for in. */
const MAX_DEPTH = 4;

interface Found {
  readonly file: string;
  /** its base name, below the folder that was given its path from there */
  readonly name: string;
}

async function expand(path: string, depth: number): Promise<Found[]> {
  const found = await stat(path).catch((cause: unknown) => {
    throw cannotRead(path, cause);
  });
  if (!found.isDirectory()) return [{ file: path, name: basename(path) }];
  return (await inside(path, '', depth)).sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function inside(folder: string, prefix: string, depth: number): Promise<Found[]> {
  const files: Found[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.name.startsWith('.')) continue;
    const at = { file: join(folder, entry.name), name: prefix + entry.name };
    if (!entry.isDirectory()) files.push(...(entry.isFile() ? [at] : []));
    else if (depth > 0) files.push(...(await inside(at.file, `${at.name}/`, depth - 1)));
  }
  return files;
}
