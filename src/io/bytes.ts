import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { EsciSelectError } from '../errors.js';
import { bunzip, unxz } from './compressed.js';
import { cannotRead, systemCode } from './errors.js';
import { tooLargeUnpacked, unpackedLimit } from './unpacked.js';
import { zipMember } from './zip-member.js';
import { unzstd } from './zstd/zstd.js';

const CHUNK_BYTES = 1 << 20;

export type Compression = 'none' | 'gzip' | 'zstd' | 'zip' | 'bzip2' | 'xz';

/** A file's decompressed bytes, which can be read from the start more than once. */
export interface ByteSource {
  readonly path: string;
  open(): AsyncIterable<Buffer>;
}

/**
 * The bytes of a plain or compressed file (of a zip archive, its one file). Reading throws 'io' if the file cannot be read and 'data' if it is corrupt,
 * truncated, or grows beyond `maxUnpacked` (see unpackedLimit), as soon as it does (RELIABILITY 49).
 */
export function byteSource(path: string, compression: Compression, maxUnpacked?: number): ByteSource {
  return {
    path,
    open: () => (compression === 'none' ? plain(path) : unpacked(path, compression, maxUnpacked)),
  };
}

/**
 * The bytes of a compressed file. Where it declares more than it may hold, it is decompressed once to see whether that is so,
 * before anything is made of its rows: a table takes fifty times as long to parse as to decompress.
 */
async function* unpacked(
  path: string,
  compression: Packed,
  maxUnpacked: number | undefined,
): AsyncGenerator<Buffer> {
  const limit = await limitOf(path, maxUnpacked);
  const decoded = () => capped(path, DECODERS[compression](path), limit);
  if ((await declaredBytes(path, compression)) > limit) {
    for await (const _ of decoded()) {
      // ends with an error where the limit is passed
    }
  }
  yield* decoded();
}

/** The most bytes that a compressed file may decompress to. */
async function limitOf(path: string, maxUnpacked: number | undefined): Promise<number> {
  const { size } = await stat(path).catch((error: unknown) => {
    throw cannotRead(path, error);
  });
  return unpackedLimit(size, maxUnpacked);
}

type Packed = Exclude<Compression, 'none'>;

const DECODERS: Record<Packed, (path: string) => AsyncIterable<Buffer>> = {
  gzip: gunzip,
  zstd: (path) => unzstd(path, plain(path)),
  bzip2: bunzip,
  xz: unxz,
  zip: async function* unzip(path) {
    yield* (await zipMember(path)).open();
  },
};

/** The first bytes of a file, at most `count`. Throws 'io'. */
export async function firstBytes(path: string, count: number): Promise<Buffer> {
  try {
    const handle = await open(path, 'r');
    try {
      const buffer = Buffer.alloc(count);
      const { bytesRead } = await handle.read(buffer, 0, count, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw cannotRead(path, error);
  }
}

async function* plain(path: string): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(path, { highWaterMark: CHUNK_BYTES });
  } catch (error) {
    throw cannotRead(path, error);
  }
}

async function* gunzip(path: string): AsyncGenerator<Buffer> {
  const stream = createGunzip({ chunkSize: CHUNK_BYTES });
  pipeline(createReadStream(path, { highWaterMark: CHUNK_BYTES }), stream, () => {
    // the error also ends the iteration below, which reports it
  });
  try {
    yield* stream;
  } catch (error) {
    if (!systemCode(error).startsWith('Z_')) throw cannotRead(path, error);
    throw new EsciSelectError('data', 'gzip data is truncated or corrupt', {
      path,
      hint: 'download or compress the file again; `gzip -t` checks it',
      cause: error,
    });
  }
}

async function* capped(path: string, bytes: AsyncIterable<Buffer>, limit: number): AsyncGenerator<Buffer> {
  let total = 0;
  for await (const chunk of bytes) {
    total += chunk.length;
    if (total > limit) throw tooLargeUnpacked(path, limit);
    yield chunk;
  }
}

/** What a file says of its decompressed length, not to be relied on; 0 where its format does not say at once. */
async function declaredBytes(path: string, compression: Packed): Promise<number> {
  if (compression === 'zip') return (await zipMember(path)).bytes;
  return compression === 'gzip' ? gzipTail(path) : 0;
}

/** The last four bytes of a gzip file: the length of its last member modulo 2^32 (RFC 1952, section 2.3.1). */
async function gzipTail(path: string): Promise<number> {
  const handle = await open(path, 'r').catch((error: unknown) => {
    throw cannotRead(path, error);
  });
  try {
    const { size } = await handle.stat();
    const tail = Buffer.alloc(4);
    await handle.read(tail, 0, 4, Math.max(0, size - 4));
    return tail.readUInt32LE(0);
  } finally {
    await handle.close();
  }
}
