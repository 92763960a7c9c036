import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { InputFile } from '../../data/examples/examples.js';
import { EsciSelectError } from '../../errors.js';
import { sha256File } from '../../io/hash.js';

/**
 * Name, size and sha256 of every file given, folders expanded in order of name. Folder names and absolute paths stay
 * out, so that the same bytes give the same fingerprint anywhere. O(bytes).
 *
 * @throws EsciSelectError('io') when a path cannot be read
 */
export async function fingerprint(paths: readonly string[]): Promise<InputFile[]> {
  const files: InputFile[] = [];
  for (const path of paths) {
    for (const file of await expand(path)) {
      files.push({ name: basename(file), ...(await sha256File(file)) });
    }
  }
  return files;
}

async function expand(path: string): Promise<string[]> {
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    throw new EsciSelectError('io', `file or folder cannot be read: ${cause.code ?? cause.message}`, {
      path,
      hint: 'check the path',
      cause,
    });
  });
  if (!found.isDirectory()) return [path];
  const entries = await readdir(path, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => join(path, entry.name))
    .sort();
}
