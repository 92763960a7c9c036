import { EsciSelectError, quote } from '../errors.js';

/** The POSIX error code of a thrown value ('ENOENT', ...), or '' if it has none. */
export function systemCode(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}

const WRITE_FAILURES = new Map<string, [message: string, hint: string]>([
  ['ENOSPC', ['no space is left on the device', 'free some space, or write to another disk']],
  ['EDQUOT', ['the disk quota is used up', 'free some space, or write to another disk']],
  ['EFBIG', ['the file would be larger than the file system allows', 'write to another disk']],
  ['EACCES', ['permission to write is denied', 'make the folder writable, or write to another folder']],
  ['EPERM', ['writing is not permitted', 'make the folder writable, or write to another folder']],
  ['EROFS', ['the file system is read-only', 'write to another folder']],
  ['ENOTDIR', ['a part of the path is a file, not a folder', 'write to another folder']],
  ['EEXIST', ['a file is in the place of a folder', 'write to another folder']],
  ['EISDIR', ['a folder is in the place of the file', 'write to another name']],
  ['ENOENT', ['there is no such folder', 'make the folder first, or write to another']],
  ['ENAMETOOLONG', ['the path is too long', 'use a shorter path']],
  ['EMFILE', ['too many files are open', 'raise the limit of open files (ulimit -n)']],
]);

const READ_FAILURES = new Map<string, [message: string, hint: string]>([
  ['ENOENT', ['no such file', 'check the path; relative paths start at the current folder']],
  ['EACCES', ['permission to read is denied', 'make the file readable']],
  ['EPERM', ['reading is not permitted', 'make the file readable']],
  ['EISDIR', ['this is a folder where a file is due', 'name the file inside it']],
  ['ENOTDIR', ['a part of the path is a file, not a folder', 'check the path']],
  ['EMFILE', ['too many files are open', 'raise the limit of open files (ulimit -n)']],
]);

/** The 'io' error of a failed write, with the system's reason in words. Our own errors pass unchanged. */
export function cannotWrite(path: string, error: unknown): EsciSelectError {
  return explained('write', WRITE_FAILURES, path, error);
}

/** Why something cannot be read, in words: `no such file`. */
export function readReason(error: unknown): string {
  return READ_FAILURES.get(systemCode(error))?.[0] ?? quote(error instanceof Error ? error.message : error);
}

/** The 'io' error of a failed read, with the system's reason in words. Our own errors pass unchanged. */
export function cannotRead(path: string, error: unknown): EsciSelectError {
  return explained('read', READ_FAILURES, path, error);
}

function explained(
  verb: string,
  known: ReadonlyMap<string, [string, string]>,
  path: string,
  error: unknown,
): EsciSelectError {
  if (error instanceof EsciSelectError) return error;
  const found = known.get(systemCode(error));
  const reason = found ? found[0] : quote(error instanceof Error ? error.message : error);
  return new EsciSelectError('io', `cannot ${verb}: ${reason}`, { path, hint: found?.[1], cause: error });
}
