import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { crc32, createInflateRaw } from 'node:zlib';
import { EsciSelectError, quote } from '../errors.js';
import { cannotRead } from './errors.js';
import { openZip, type ZipEntry } from './zip.js';

const LOCAL_BYTES = 30;
const CHUNK_BYTES = 1 << 20;

/** The one file of a zip archive that holds one, as pandas and the KDD Cup write tables. */
export interface ZipMember {
  readonly name: string;
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
    const local = Buffer.alloc(LOCAL_BYTES);
    await handle.read(local, 0, LOCAL_BYTES, entry.offset);
    const start = entry.offset + LOCAL_BYTES + local.readUInt16LE(26) + local.readUInt16LE(28);
    return { name: basename(entry.name), open: () => content(path, entry, start) };
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

async function* content(path: string, entry: ZipEntry, start: number): AsyncGenerator<Buffer> {
  if (entry.bytes === 0) return;
  const end = start + entry.compressedBytes - 1;
  const stored = createReadStream(path, { start, end, highWaterMark: CHUNK_BYTES });
  const inflated = entry.isDeflated ? stored.pipe(createInflateRaw({ chunkSize: CHUNK_BYTES })) : stored;
  stored.on('error', (error) => inflated.destroy(error));
  let crc = 0;
  let bytes = 0;
  try {
    for await (const chunk of inflated as AsyncIterable<Buffer>) {
      crc = crc32(chunk, crc);
      bytes += chunk.length;
      if (bytes > entry.bytes) break;
      yield chunk;
    }
  } catch (error) {
    throw broken(path, entry, error);
  } finally {
    stored.destroy();
  }
  if (bytes !== entry.bytes || crc !== entry.crc) throw broken(path, entry);
}

function broken(path: string, entry: ZipEntry, cause?: unknown): EsciSelectError {
  if (cause instanceof EsciSelectError) return cause;
  return new EsciSelectError(
    'data',
    `zip archive: ${quote(entry.name)} does not match its checksum or length`,
    {
      path,
      hint: 'download or compress the file again; `unzip -t` checks it',
      cause,
    },
  );
}
