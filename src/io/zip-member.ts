import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { crc32 } from 'node:zlib';
import { EsciSelectError, quote } from '../errors.js';
import { cannotRead } from './errors.js';
import { contentOf, contentStart, openZip, type ZipEntry } from './zip.js';

/** The one file of a zip archive that holds one, as pandas and the KDD Cup write tables. */
export interface ZipMember {
  readonly name: string;
  /** its decompressed length, as the archive declares it */
  readonly bytes: number;
  /** its content, decompressed and checked against its length and CRC */
  open(): AsyncGenerator<Buffer>;
}

/** Finds the one file in a zip archive. Throws 'data' for a broken archive and for one of several files or none. */
export async function zipMember(path: string): Promise<ZipMember> {
  const handle = await open(path).catch((error: unknown) => {
    throw cannotRead(path, error);
  });
  try {
    const all = (await openZip(handle, path)).filter(isContent);
    if (all.length !== 1) throw refuseCount(path, all);
    const [entry] = all;
    const start = await contentStart(handle, path, entry);
    return { name: basename(entry.name), bytes: entry.bytes, open: () => checkedContent(path, entry, start) };
  } finally {
    await handle.close();
  }
}

/** Folders, hidden files and what macOS adds are no content. */
function isContent({ name }: ZipEntry): boolean {
  return !name.endsWith('/') && !/(^|\/)(\.|__MACOSX\/)/.test(name);
}

function refuseCount(path: string, entries: readonly ZipEntry[]): EsciSelectError {
  const names = entries.slice(0, 5).map(({ name }) => quote(name));
  const arrays = entries.length > 0 && entries.every(({ name }) => name.endsWith('.npy'));
  return new EsciSelectError(
    'data',
    `zip archive holds ${entries.length} files, one is due: ${names.join(', ')}`,
    {
      path,
      hint: arrays
        ? 'if these are numpy arrays, name it .npz and give an ids file'
        : 'unpack it, and name the files or their folder',
    },
  );
}

/** An entry's content, checked against its length and its checksum. */
async function* checkedContent(path: string, entry: ZipEntry, start: number): AsyncGenerator<Buffer> {
  let crc = 0;
  let bytes = 0;
  for await (const chunk of contentOf(path, entry, start)) {
    crc = crc32(chunk, crc);
    bytes += chunk.length;
    if (bytes > entry.bytes) break;
    yield chunk;
  }
  if (bytes !== entry.bytes || crc !== entry.crc) throw broken(path, entry);
}

function broken(path: string, entry: ZipEntry): EsciSelectError {
  const message = `zip archive: ${quote(entry.name)} does not match its checksum or length`;
  const hint = 'download or compress the file again; `unzip -t` checks it';
  return new EsciSelectError('data', message, { path, hint });
}
