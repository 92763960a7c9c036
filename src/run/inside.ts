import { realpathSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { EsciSelectError, quote } from '../errors.js';
import { cannotRead, systemCode } from '../io/errors.js';

/**
 * The absolute path of `parts` within a folder. Throws 'io' if they name a place outside it, as text (`..`, an absolute
 * path, a NUL byte) or through a symbolic link on the way: outputs are never written through links out of the folder.
 */
export function insidePath(folder: string, ...parts: string[]): string {
  const path = resolve(folder, ...parts);
  const bad = parts.some((part) => part.includes('\0') || isAbsolute(part));
  if (bad || !isWithin(folder, path)) throw outside(folder, parts);
  if (!isWithin(realPath(folder), realPath(path))) throw outside(folder, parts);
  return path;
}

/** A path inside a folder as a manifest has it: relative, with forward slashes. */
export function slashPath(folder: string, path: string): string {
  return relative(folder, path).split(sep).join('/');
}

function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** The path with the links in its existing part followed. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw cannotRead(path, error);
    const parent = dirname(path);
    return parent === path ? path : resolve(realPath(parent), relative(parent, path));
  }
}

function outside(folder: string, parts: readonly string[]): EsciSelectError {
  return new EsciSelectError('io', `path ${quote(parts.join('/'))} leads out of the run folder`, {
    path: folder,
    hint: 'name a file inside the run folder, and remove symbolic links that lead out of it',
  });
}
