import { type FileHandle, lstat, open, readlink, realpath, rename, unlink } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { EsciSelectError, quote } from '../errors.js';
import { cannotWrite, systemCode } from './errors.js';
import { makeFolder } from './folders.js';

const MAX_TEMPORARY_NAME = 100;
let counter = 0;

/**
 * Writes a whole file so that readers see the old content or the new, never a part: temporary name in the same folder,
 * write, fsync, close, rename, fsync of the folder. Creates parent folders. Throws 'io', with the temporary file gone
 * and the old file unchanged, if any step fails.
 */
export async function writeFileAtomic(path: string, data: string | Uint8Array): Promise<void> {
  const file = await AtomicFile.open(path);
  await file.write(data);
  await file.commit();
}

/**
 * A file that appears under its name only when `commit` succeeds. A failing `write` or `commit` removes the temporary
 * file before it throws 'io'; a caller that gives up for its own reasons calls `abort`.
 */
export class AtomicFile {
  /** where the file will appear */
  readonly path: string;
  readonly #temporary: string;
  #handle: FileHandle | null;

  private constructor(path: string, temporary: string, handle: FileHandle) {
    this.path = path;
    this.#temporary = temporary;
    this.#handle = handle;
  }

  /** Opens the temporary file; throws 'io' if the folder cannot be written or the path is a link out of it. */
  static async open(path: string): Promise<AtomicFile> {
    try {
      await prepare(path);
      const [temporary, handle] = await openTemporary(path);
      return new AtomicFile(path, temporary, handle);
    } catch (error) {
      throw cannotWrite(path, error);
    }
  }

  /** Appends bytes, or text as UTF-8. */
  async write(chunk: Uint8Array | string): Promise<void> {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk, 'utf8') : chunk;
    await this.#guarded(async (handle) => {
      for (let start = 0; start < bytes.length; ) {
        start += (await handle.write(bytes, start, bytes.length - start)).bytesWritten;
      }
    });
  }

  /** Makes the content durable and gives it its name. */
  async commit(): Promise<void> {
    await this.#guarded(async (handle) => {
      await handle.sync();
      await handle.close();
      this.#handle = null;
      await refuseForeignLink(this.path);
      await rename(this.#temporary, this.path);
      await syncFolder(dirname(this.path));
    });
  }

  /** Removes the temporary file; the path stays as it was. Safe to call twice and after a failure. */
  async abort(): Promise<void> {
    const handle = this.#handle;
    this.#handle = null;
    await handle?.close().catch(ignore);
    await unlink(this.#temporary).catch(ignore);
  }

  async #guarded(step: (handle: FileHandle) => Promise<void>): Promise<void> {
    if (this.#handle === null) throw new EsciSelectError('internal', 'file is closed', { path: this.path });
    try {
      await step(this.#handle);
    } catch (error) {
      await this.abort();
      throw cannotWrite(this.path, error);
    }
  }
}

/**
 * Lets another program write a temporary file beside `path` and then gives it its name: for libraries that write files
 * themselves. `write` gets the temporary path and must have closed the file when it resolves.
 */
export async function writeThroughTemporary(
  path: string,
  write: (temporary: string) => Promise<void>,
): Promise<void> {
  let temporary = '';
  try {
    await prepare(path);
    const [name, reserved] = await openTemporary(path);
    temporary = name;
    await reserved.close();
    await write(temporary);
    const handle = await open(temporary, 'r+');
    await handle.sync().finally(() => handle.close());
    await refuseForeignLink(path);
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    if (temporary !== '') await unlink(temporary).catch(ignore);
    throw cannotWrite(path, error);
  }
}

/**
 * Gives a complete file another name in the same file system, durably; creates parent folders, replaces what is there.
 * Throws 'io', with the system's error as its cause.
 */
export async function renameDurably(from: string, to: string): Promise<void> {
  try {
    await prepare(to);
    await rename(from, to);
    await syncFolder(dirname(to));
  } catch (error) {
    throw cannotWrite(to, error);
  }
}

/** Creates a folder and proves that a file can be written in it; throws 'io' otherwise. Call before any long work. */
export async function ensureWritableFolder(path: string): Promise<void> {
  try {
    await makeFolder(path);
    const [temporary, handle] = await openTemporary(join(path, 'writable'));
    await handle.close();
    await unlink(temporary);
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

async function prepare(path: string): Promise<void> {
  await makeFolder(dirname(path));
  await refuseForeignLink(path);
}

/** Exclusive creation: never follows a link that waits under the temporary name, nor reuses another writer's file. */
async function openTemporary(path: string): Promise<[string, FileHandle]> {
  const name = basename(path).slice(0, MAX_TEMPORARY_NAME);
  for (;;) {
    const temporary = join(dirname(path), `.${name}.tmp-${process.pid}-${counter++}`);
    try {
      return [temporary, await open(temporary, 'wx')];
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error;
    }
  }
}

/** Throws 'io' where a path to write is a folder, or a link out of its folder: those are not followed (RELIABILITY 47). */
export async function refuseForeignLink(path: string): Promise<void> {
  const found = await lstat(path).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  });
  if (found?.isDirectory()) throw Object.assign(new Error('is a directory'), { code: 'EISDIR' });
  if (!found?.isSymbolicLink()) return;
  const folder = await realpath(dirname(path));
  const link = resolve(folder, await readlink(path));
  const target = await realpath(link).catch(() => link);
  if (target.startsWith(folder + sep)) return;
  throw new EsciSelectError('io', `output is a symbolic link out of its folder, to ${quote(target)}`, {
    path,
    hint: 'remove the link, or write to another folder',
  });
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return; // Windows cannot open folders for syncing
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}

/** Cleaning up after a failure that is already being reported. */
function ignore(): void {}

export { safeFileName } from './file-name.js';
