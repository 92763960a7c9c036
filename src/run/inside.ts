import { lstatSync, readlinkSync, realpathSync } from 'node:fs';
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

/**
 * A path to write that the user has named, as it was given. One that lies in the run folder, by its text, must stay there
 * whatever links are on its way (as `insidePath`); to any other place its links are the user's own.
 */
export function outputPath(run: string, path: string): string {
  if (isWithin(resolve(run), resolve(path))) insidePath(resolve(run), relative(resolve(run), resolve(path)));
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
    if (parent === path) return path;
    const link = linkTarget(path); // of a link to nothing: what is written through it would be there
    return link === null ? resolve(realPath(parent), relative(parent, path)) : realPath(link);
  }
}

/** Where a symbolic link points; null for what is none, or is not there. */
function linkTarget(path: string): string | null {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found?.isSymbolicLink() ? resolve(realPath(dirname(path)), readlinkSync(path)) : null;
}

function outside(folder: string, parts: readonly string[]): EsciSelectError {
  return new EsciSelectError('io', `path ${quote(parts.join('/'))} leads out of its folder`, {
    path: folder,
    hint: 'name a file inside the folder, and remove symbolic links that lead out of it',
  });
}
