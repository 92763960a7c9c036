import { createRequire } from 'node:module';
import { type CompressionType, compressionRegistry } from 'apache-arrow';
import { EsciSelectError } from '../../errors.js';

const LENGTH_BYTES = 8;
/** LZ4 cannot make more of a byte than this many. */
const MOST_GROWTH = 255;

/**
 * Lets the Arrow reader decompress LZ4 frames, the default of pandas and R: by lz4-napi, which checks a frame's checksums; the
 * length that stands before each buffer is checked too. Its program is loaded only when a file needs it.
 */
export function registerLz4(): void {
  compressionRegistry.set(LZ4_FRAME, { decode });
}

const LZ4_FRAME = 0 satisfies CompressionType.LZ4_FRAME;

function decode(frame: Uint8Array): Uint8Array {
  const declared = new DataView(frame.buffer, frame.byteOffset - LENGTH_BYTES, LENGTH_BYTES).getBigInt64(
    0,
    true,
  );
  if (declared < 0n || declared > BigInt(frame.length * MOST_GROWTH)) {
    throw new Error(`a buffer of ${frame.length} bytes claims to decompress to ${declared}`);
  }
  const bytes = decompressor()(Buffer.from(frame.buffer, frame.byteOffset, frame.length));
  if (BigInt(bytes.length) === declared) return bytes;
  throw new Error(`a buffer decompresses to ${bytes.length} bytes where ${declared} are declared`);
}

let loaded: ((frame: Buffer) => Buffer) | null = null;

function decompressor(): (frame: Buffer) => Buffer {
  if (loaded !== null) return loaded;
  try {
    const lz4 = createRequire(import.meta.url)('lz4-napi') as {
      decompressFrameSync: (frame: Buffer) => Buffer;
    };
    loaded = lz4.decompressFrameSync;
    return loaded;
  } catch (cause) {
    throw new EsciSelectError(
      'io',
      'LZ4 cannot be decompressed on this platform: lz4-napi has no program for it',
      {
        hint: "write the file uncompressed, as pandas' to_feather(path, compression='uncompressed') does, or as parquet",
        cause,
      },
    );
  }
}
