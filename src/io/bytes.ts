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
    open() {
      if (compression === 'none') return plain(path);
      return capped(path, DECODERS[compression](path), maxUnpacked);
    },
  };
}

const DECODERS: Record<Exclude<Compression, 'none'>, (path: string) => AsyncIterable<Buffer>> = {
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

async function* capped(
  path: string,
  bytes: AsyncIterable<Buffer>,
  maxUnpacked: number | undefined,
): AsyncGenerator<Buffer> {
  const packed = await stat(path).catch((error: unknown) => {
    throw cannotRead(path, error);
  });
  const limit = unpackedLimit(packed.size, maxUnpacked);
  let total = 0;
  for await (const chunk of bytes) {
    total += chunk.length;
    if (total > limit) throw tooLargeUnpacked(path, limit);
    yield chunk;
  }
}
